#include <algorithm>

#include "core/cutout/answer.h"
#include "core/pixels/tiling.h"

namespace vignet {
namespace {

constexpr uint64_t kPieceBytes = 1u << 20;
constexpr uint64_t kPiecePixels = 1u << 20;  // decoded: some milliseconds
constexpr uint64_t kMostPieces = 1u << 16;

// Cuts where rows of tiles meet, about `piece` bytes apart.
void cutPixels(const AnswerPart& part, const Answer& answer, uint64_t piece, std::vector<uint64_t>& cuts) {
  const Box& box = answer.box;
  const Tiling tiling = tilingOf(*part.plane, box);
  const uint64_t rowBytes = tiling.rowBytes / box.width() * answer.window.width();
  const uint64_t bytesPerTileRow = std::max<uint64_t>(rowBytes * tiling.height, 1);
  // A piece has as many rows of tiles as fit in its bytes and in its time.
  const uint64_t byBytes = std::max<uint64_t>(piece / bytesPerTileRow, 1) * tiling.decoded;
  const uint64_t pixels = std::min(byBytes, std::max(kPiecePixels, kPiecePixels * (piece / kPieceBytes)));
  const WideBox& window = answer.window;
  const auto cutAt = [&](int64_t y) {
    const uint64_t at = part.begin + static_cast<uint64_t>(y - window.y0) * rowBytes;
    // A header, or a short rest of the part before, goes with what follows.
    if (y != window.y0 || at - cuts.back() >= piece / 2) cuts.push_back(at);
  };
  const auto emptyRows = static_cast<int64_t>(std::max<uint64_t>(piece / std::max<uint64_t>(rowBytes, 1), 1));
  for (int64_t y = window.y0; y < box.y0; y += emptyRows) cutAt(y);
  for (uint32_t y = box.y0; y < box.y1; y = groupEnd(tiling, y, box.y1, pixels)) cutAt(y);
  for (int64_t y = box.y1; y < window.y1; y += emptyRows) cutAt(y);
}

}  // namespace

CutoutPlan planCutout(const Answer& answer) {
  CutoutPlan plan;
  plan.size = answer.size;
  plan.checksums = answer.checksums;
  plan.missingPlanes = answer.missingPlanes;
  plan.cuts.push_back(0);
  const uint64_t piece = std::max(kPieceBytes, answer.size / kMostPieces);
  for (const AnswerPart& part : answer.parts) {
    if (part.kind == AnswerPart::Kind::pixels) plan.decodedPixels += decodedPixels(*part.plane, answer.box);
    if (answer.checksums) continue;  // written whole
    if (part.kind == AnswerPart::Kind::pixels) {
      cutPixels(part, answer, piece, plan.cuts);
    } else if (part.kind == AnswerPart::Kind::copy) {
      for (uint64_t at = std::max(part.begin, plan.cuts.back() + piece); at < part.end(); at += piece)
        plan.cuts.push_back(at);
    }
  }
  plan.cuts.push_back(answer.size);
  return plan;
}

}  // namespace vignet
