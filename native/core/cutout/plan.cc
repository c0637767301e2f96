#include <algorithm>

#include "core/cutout/answer.h"
#include "core/pixels/read_pixels.h"
#include "core/pixels/tiling.h"

namespace vignet {
namespace {

constexpr uint64_t kPieceBytes = 1u << 20;
constexpr uint64_t kPiecePixels = 1u << 20;  // decoded: some milliseconds
constexpr uint64_t kMostPieces = 1u << 16;

// What a piece of a plan has at most, more or less.
struct PieceSize {
  uint64_t bytes, pixels;  // pixels decoded
};

// Cuts a slice, which begins at `begin`, where rows of tiles meet.
void cutSlice(const AnswerPart& part, uint64_t begin, const Answer& answer, const PieceSize& most,
              std::vector<uint64_t>& cuts) {
  const uint64_t piece = most.bytes;
  const Box& box = answer.box;
  const Tiling tiling = tilingOf(*part.plane, box);
  const uint64_t rowBytes = tiling.rowBytes / box.width() * answer.window.width();
  const uint64_t bytesPerTileRow = std::max<uint64_t>(rowBytes * tiling.height, 1);
  // A piece has as many rows of tiles as fit in its bytes and in its time.
  const uint64_t byBytes = std::max<uint64_t>(piece / bytesPerTileRow, 1) * tiling.decoded;
  const uint64_t pixels = std::min(byBytes, most.pixels);
  const WideBox& window = answer.window;
  const auto cutAt = [&](int64_t y) {
    const uint64_t at = begin + static_cast<uint64_t>(y - window.y0) * rowBytes;
    // A header, or a short rest of the part before, goes with what follows.
    if (y != window.y0 || at - cuts.back() >= piece / 2) cuts.push_back(at);
  };
  const auto emptyRows = static_cast<int64_t>(std::max<uint64_t>(piece / std::max<uint64_t>(rowBytes, 1), 1));
  for (int64_t y = window.y0; y < box.y0; y += emptyRows) cutAt(y);
  for (uint32_t y = box.y0; y < box.y1; y = groupEnd(tiling, y, box.y1, pixels)) cutAt(y);
  for (int64_t y = box.y1; y < window.y1; y += emptyRows) cutAt(y);
}

// Cuts a cube: slices that are read together, or small ones, go in one piece; others are cut.
void cutPixels(const AnswerPart& part, const Answer& answer, PieceSize most, std::vector<uint64_t>& cuts) {
  const uint64_t count = part.slices.count(), size = part.size / count;
  const bool deep = hasDeepTiles(*part.plane) && endTogether(part, answer.box, 0) > 0;
  const uint64_t decoded = std::max<uint64_t>(decodedPixels(*part.plane, answer.box), 1);
  const uint64_t some = std::min(most.bytes / size, most.pixels / decoded);
  if (count == 1 || (!deep && some < 2)) {
    for (uint64_t i = 0; i < count; ++i) cutSlice(part, part.begin + i * size, answer, most, cuts);
    return;
  }
  for (uint64_t i = 0; i < count;) {
    const uint64_t at = part.begin + i * size;
    if (i > 0 || at - cuts.back() >= most.bytes / 2) cuts.push_back(at);
    const uint64_t end = std::min(i + std::max<uint64_t>(some, 1), count);
    do {
      i = deep ? endTogether(part, answer.box, i) : end;
    } while (i < end);
  }
}

}  // namespace

uint64_t endTogether(const AnswerPart& part, const Box& box, uint64_t first) {
  const uint64_t size = uint64_t{box.width()} * box.height() * part.plane->pixelBytes();
  const uint64_t most = std::min(part.slices.count(), first + kMostTogether / size);
  const auto [z, t] = part.slices.axes;
  const auto [deepZ, deepT] = part.plane->tiles->tileDepth;
  // How many pixels of an axis from number `at` on are in the same tiles.
  const auto alike = [](const AxisRange& axis, uint32_t deep, uint64_t at) {
    const uint64_t pixel = axis.from + at * axis.step, inTile = (deep - 1 - pixel % deep) / axis.step + 1;
    return std::min(inTile, axis.count - at);
  };
  uint64_t end = first + alike(z, deepZ, first % z.count);
  // The next ones of axis 4 follow if each has all of axis 3 in the same tiles.
  if (alike(z, deepZ, 0) == z.count) end += (alike(t, deepT, first / z.count) - 1) * z.count;
  return std::min(end, most);
}

CutoutPlan planCutout(const Answer& answer) {
  CutoutPlan plan;
  plan.size = answer.size;
  plan.checksums = answer.checksums;
  plan.missingPlanes = answer.missingPlanes;
  plan.cuts.push_back(0);
  const uint64_t piece = std::max(kPieceBytes, answer.size / kMostPieces);
  for (const AnswerPart& part : answer.parts) {
    if (part.kind != AnswerPart::Kind::pixels) continue;
    if (plan.decodedPixels == 0) plan.slices = part.slices.count();
    const uint64_t decoded = decodedPixels(*part.plane, answer.box, part.slices.count());
    if (__builtin_add_overflow(plan.decodedPixels, decoded, &plan.decodedPixels))
      plan.decodedPixels = UINT64_MAX;
  }
  const PieceSize most{piece, std::max({kPiecePixels, kPiecePixels * (piece / kPieceBytes),
                                        plan.decodedPixels / kMostPieces})};
  for (const AnswerPart& part : answer.parts) {
    if (answer.checksums) continue;  // written whole
    if (part.kind == AnswerPart::Kind::pixels) {
      cutPixels(part, answer, most, plan.cuts);
    } else if (part.kind == AnswerPart::Kind::copy) {
      for (uint64_t at = std::max(part.begin, plan.cuts.back() + piece); at < part.end(); at += piece)
        plan.cuts.push_back(at);
    }
  }
  plan.cuts.push_back(answer.size);
  return plan;
}

}  // namespace vignet
