#include "core/mosaic/row_filler.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/words.h"
#include "core/bytes/lacking.h"
#include "core/fits/image_wcs.h"
#include "core/mosaic/camera.h"
#include "core/mosaic/masks.h"
#include "core/mosaic/pixels.h"
#include "core/pixels/tiling.h"

namespace vignet {
namespace {

// Of a plane: what stays in the second cache from reading to writing; in rows as many as are decoded side by
// side, or a multiple.
constexpr uint32_t kGroupPixels = 1u << 18;
// Pixels whose owners are found at a time.
constexpr uint32_t kOwnedPixels = 1u << 21;
// Rows that are resampled together: of plain inputs what stays in the cache, of compressed ones more, for
// what a turned input has around them may have to be decoded again.
constexpr uint32_t kPlainRows = 64, kTiledRows = 256;
// Inputs that may keep what they read from block to block.
constexpr size_t kMostKeeping = 8;

}  // namespace

uint64_t rowBytesOf(const MosaicStrip& strip, const MosaicPart& part) {
  const uint64_t bytes = uint64_t{strip.frame.width} * static_cast<unsigned>(std::abs(part.bitpix)) / 8;
  if (strip.y0 >= strip.y1 || strip.y1 > strip.frame.height || bytes == 0)
    throw Error(Kind::fatal, "BAD_WINDOW", "the window is not made of rows of the mosaic");
  return bytes;
}

Box RowFiller::boundsOf(std::span<const Run> runs) {
  Box box{UINT32_MAX, UINT32_MAX, 0, 0};
  for (const Run& run : runs) {
    box.x0 = std::min(box.x0, run.x0), box.x1 = std::max(box.x1, run.x1);
    box.y0 = std::min(box.y0, run.y), box.y1 = std::max(box.y1, run.y + 1);
  }
  return box;
}

RowFiller::RowFiller(const MosaicStrip& strip, std::span<const MosaicPart> planes, const Control& control,
                     std::span<std::vector<MosaicFailure>> failures)
    : strip_(strip),
      planes_(planes),
      control_(control),
      failures_(failures),
      noData_(maskBit(strip.maskNames, "NO_DATA")),
      blockRows_(kPlainRows) {
  for (const MosaicStripInput& input : strip.inputs)
    readers_.emplace_back(input, control, told_, scratch_.bytes);
  resampled_.resize(strip.inputs.size());
  turners_.resize(strip.inputs.size() * planes.size());
  for (size_t i = 0; i < strip.inputs.size(); ++i) {
    const Layout& layout = *strip.inputs[i].layout;
    const Plane& image = layout.planes.at(0);
    owners_.push_back({strip.inputs[i].patch, &imageWcs(layout), image.width, image.height,
                       shiftOf(strip.inputs[i]), strip.inputs[i].box});
    anyResampled_ = anyResampled_ || !owners_[i].shift;
    if (!owners_[i].shift && image.tiles) blockRows_ = kTiledRows;
    for (const MosaicPart& part : planes) {
      const Plane* plane = part.plane ? layout.find(*part.plane) : nullptr;
      rowByRow_ = rowByRow_ && !(plane && plane->tiles && plane->tiles->tileHeight > 1);
    }
  }
  for (const auto& [plane, bitpix] : planes) {
    withMask_ = withMask_ || plane == PlaneKind::mask;
    withVariance_ = withVariance_ || plane == PlaneKind::variance || plane == PlaneKind::weight;
  }
  if (strip.alone && strip.inputs.size() > 1)
    throw Error(Kind::fatal, "BAD_WINDOW", "an input that is alone has company");
  if (!strip.camera && !strip.alone) ownership_.emplace(strip.frame, strip.skymap, owners_);
}

std::optional<Shift> RowFiller::shiftOf(const MosaicStripInput& input) const {
  if (!strip_.camera) return input.shift;
  const Plane& image = input.layout->planes.at(0);
  const bool across = input.turns % 2 == 1;
  const Box& box = input.box;
  if (input.turns > 3 || box.width() != (across ? image.height : image.width) ||
      box.height() != (across ? image.width : image.height) || box.x1 > strip_.frame.width ||
      box.y1 > strip_.frame.height)
    throw Error(Kind::fatal, "BAD_WINDOW", "a detector's place in the camera is not its size");
  return Shift{box.x0, box.y0};
}

// Runs of the rows where every input owns its box.
std::span<const OwnedRun> RowFiller::boxedRows() {
  std::vector<size_t> order;
  for (size_t i = 0; i < strip_.inputs.size(); ++i) {
    if (strip_.inputs[i].box.y0 < y1_ && strip_.inputs[i].box.y1 > y0_) order.push_back(i);
  }
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return strip_.inputs[a].box.x0 < strip_.inputs[b].box.x0; });
  boxed_.clear();
  for (uint32_t y = y0_; y < y1_; ++y) {
    for (const size_t i : order) {
      const Box& box = strip_.inputs[i].box;
      if (y >= box.y0 && y < box.y1) boxed_.push_back({y, box.x0, box.x1, static_cast<int32_t>(i)});
    }
  }
  return boxed_;
}

// Owners of more than the rows wanted now are found at once: setting out to find them costs more than the
// finding.
std::span<const OwnedRun> RowFiller::ownedRows() {
  if (y0_ < ownedFrom_ || y1_ > ownedTo_) {
    ownedFrom_ = y0_;
    ownedTo_ = std::max(y1_, std::min(strip_.y1, y0_ + kOwnedPixels / strip_.frame.width));
    owned_ = ownership_->rows(ownedFrom_, ownedTo_);
  }
  const auto above = [](const Run& run, uint32_t y) { return run.y < y; };
  const auto first = std::lower_bound(owned_.begin(), owned_.end(), y0_, above);
  return {first, std::lower_bound(first, owned_.end(), y1_, above)};
}

uint32_t RowFiller::step(uint32_t rows) const {
  if (!rowByRow_) return rows;
  const uint32_t some = std::max(1u, kGroupPixels / strip_.frame.width);
  return std::min(rows, anyResampled_          ? blockRows_
                        : some > kTileTeam / 2 ? (some + kTileTeam - 1) / kTileTeam * kTileTeam
                                               : some);
}

void RowFiller::start(uint32_t y0, uint32_t y1, std::span<std::byte* const> out) {
  y0_ = y0;
  y1_ = y1;
  out_.assign(out.begin(), out.end());
  runs_.resize(strip_.inputs.size());
  for (std::vector<Run>& runs : runs_) runs.clear();
  const std::span<const Run> owned = ownership_ ? ownedRows() : boxedRows();
  for (const Run& run : owned) runs_[static_cast<size_t>(run.owner)].push_back(run);
  clearRest(owned);
  for (size_t p = 0; p < planes_.size(); ++p) {
    if (!planes_[p].plane) writeOwners(p);
  }
}

// What lies between the runs.
void RowFiller::clearRest(std::span<const Run> owned) {
  auto next = owned.begin();
  for (uint32_t y = y0_; y < y1_; ++y) {
    for (uint32_t x = 0; x < strip_.frame.width;) {
      const bool more = next != owned.end() && next->y == y;
      const Run gap{y, x, more ? next->x0 : strip_.frame.width, Ownership::kNone};
      for (size_t p = 0; p < planes_.size() && gap.x0 < gap.x1; ++p) clear(p, gap);
      x = more ? next++->x1 : gap.x1;
    }
  }
}

void RowFiller::clear(size_t p, const Run& run) {
  const uint64_t none = planes_[p].plane ? noData_ : 0;
  fillEmpty(at(p, run.x0, run.y), run.x1 - run.x0, !planes_[p].plane || planes_[p].plane == PlaneKind::mask,
            planes_[p].bitpix, none);
}

void RowFiller::writeOwners(size_t p) {
  for (const std::vector<Run>& runs : runs_) {
    for (const Run& run : runs) {
      const int32_t number = strip_.inputs[static_cast<size_t>(run.owner)].number;
      std::byte* const to = at(p, run.x0, run.y);
      for (size_t k = 0; k < run.x1 - run.x0; ++k) storeBe<int32_t>(to + 4 * k, number);
    }
  }
}

void RowFiller::place(size_t i) {
  if (runs_[i].empty()) return;
  if (!owners_[i].shift) return resample(i);
  Lacking lacking;
  for (size_t p = 0; p < planes_.size(); ++p) {
    if (planes_[p].plane) lacking.attempt([&] { copy(i, p); });
  }
  lacking.check();
}

void RowFiller::copy(size_t i, size_t p) {
  const MosaicStripInput& input = strip_.inputs[i];
  const Plane* plane = input.layout->find(*planes_[p].plane);
  if (plane && input.turns && readers_[i].open()) {
    copyTurned(i, p, *plane);
    return tell(p);
  }
  const int64_t ox = (*owners_[i].shift)[0], oy = (*owners_[i].shift)[1];
  const Box bounds = boundsOf(runs_[i]);
  const GridBox wanted{bounds.x0 - ox, bounds.y0 - oy, bounds.x1 - ox, bounds.y1 - oy};
  const GridBox mine = plane ? overlap(wanted, {0, 0, plane->width, plane->height}) : GridBox();
  if (mine.empty() || !(mine == wanted) || !readers_[i].open()) {
    for (const Run& run : runs_[i]) clear(p, run);
  }
  // A missing mask says that nothing is wrong; a missing variance is not known.
  if (!plane && planes_[p].plane == PlaneKind::mask) {
    for (const Run& run : runs_[i]) std::memset(at(p, run.x0, run.y), 0, (run.x1 - run.x0) * pixelBytes(p));
  }
  if (!mine.empty() && readers_[i].open()) copyBox(i, p, *plane, mine);
  tell(p);
}

const PixelTurner& RowFiller::turnerOf(size_t i, size_t p, const Plane& plane) {
  const MosaicStripInput& input = strip_.inputs[i];
  std::optional<PixelTurner>& turn = turners_[i * planes_.size() + p];
  if (!turn)
    turn.emplace(*input.layout, plane, planes_[p].bitpix, input.scale, input.offset, strip_.maskNames);
  return *turn;
}

// All pixels of the box are wanted: they are decoded where they belong, and turned there.
void RowFiller::copyRows(size_t i, size_t p, const Plane& plane, const Box& box) {
  const PixelTurner& turn = turnerOf(i, p, plane);
  const std::vector<uint32_t> lost =
      readers_[i].into(plane, box, at(p, runs_[i][0].x0, runs_[i][0].y), strip_.frame.width * pixelBytes(p));
  auto gone = lost.begin();
  for (const Run& run : runs_[i]) {
    std::byte* const row = at(p, run.x0, run.y);
    if (gone != lost.end() && *gone == run.y - runs_[i][0].y + box.y0) {
      clear(p, run);
      ++gone;
    } else if (!turn.keeps()) {
      turn(row, run.x1 - run.x0, row);
    }
  }
}

void RowFiller::copyBox(size_t i, size_t p, const Plane& plane, const GridBox& mine) {
  const int64_t ox = (*owners_[i].shift)[0], oy = (*owners_[i].shift)[1];
  const Box box{static_cast<uint32_t>(mine.x0), static_cast<uint32_t>(mine.y0),
                static_cast<uint32_t>(mine.x1), static_cast<uint32_t>(mine.y1)};
  const size_t pixel = static_cast<size_t>(std::abs(plane.bitpix) / 8);
  const auto all = [&](const Run& run) { return run.x0 - ox == box.x0 && run.x1 - ox == box.x1; };
  if (pixel == pixelBytes(p) && runs_[i].size() == box.height() &&
      std::all_of(runs_[i].begin(), runs_[i].end(), all))
    return copyRows(i, p, plane, box);
  const PixelTurner& turn = turnerOf(i, p, plane);
  auto run = runs_[i].begin();
  readers_[i].rows(plane, box, [&](uint32_t row, const std::byte* pixels) {
    const int64_t y = row + oy;
    while (run != runs_[i].end() && run->y < y) ++run;
    for (; run != runs_[i].end() && run->y == y; ++run) {
      if (!pixels) clear(p, *run);
      const int64_t x0 = std::max<int64_t>(run->x0 - ox, box.x0),
                    x1 = std::min<int64_t>(run->x1 - ox, box.x1);
      if (!pixels || x0 >= x1) continue;
      turn(pixels + static_cast<size_t>(x0 - box.x0) * pixel, static_cast<size_t>(x1 - x0),
           at(p, static_cast<uint32_t>(x0 + ox), run->y));
    }
  });
}

// Rows of the image are columns of the mosaic, or go backwards.
void RowFiller::copyTurned(size_t i, size_t p, const Plane& plane) {
  const MosaicStripInput& input = strip_.inputs[i];
  const Box bounds = boundsOf(runs_[i]), &place = input.box;
  const Box box =
      turnedBack(input.turns, plane.width, plane.height,
                 {bounds.x0 - place.x0, bounds.y0 - place.y0, bounds.x1 - place.x0, bounds.y1 - place.y0});
  const PixelTurner& turn = turnerOf(i, p, plane);
  const size_t bytes = pixelBytes(p);
  std::vector<std::byte> line(box.width() * bytes);
  for (const Run& run : runs_[i]) clear(p, run);
  readers_[i].rows(plane, box, [&](uint32_t y, const std::byte* pixels) {
    if (!pixels) return;
    turn(pixels, box.width(), line.data());
    for (uint32_t x = 0; x < box.width(); ++x) {
      const auto [u, v] = turned(input.turns, plane.width, plane.height, box.x0 + x, y);
      std::memcpy(at(p, place.x0 + static_cast<uint32_t>(u), place.y0 + static_cast<uint32_t>(v)),
                  line.data() + x * bytes, bytes);
    }
  });
}

void RowFiller::resample(size_t i) {
  const MosaicStripInput& input = strip_.inputs[i];
  if (!resampled_[i])
    resampled_[i] = std::make_unique<InputOnGrid>(strip_, input, control_, told_, scratch_,
                                                  strip_.inputs.size() <= kMostKeeping);
  const Box bounds = boundsOf(runs_[i]);
  Lacking lacking;
  for (uint32_t y = bounds.y0; y < bounds.y1; y += std::min(blockRows_, bounds.y1 - y)) {
    const Box block{bounds.x0, y, bounds.x1, y + std::min(blockRows_, bounds.y1 - y)};
    lacking.attempt([&] { resampleBlock(i, block); });
  }
  tell(0);
  lacking.check();
}

void RowFiller::resampleBlock(size_t i, const Box& block) {
  pixels_.box = block;
  const bool loaded = resampled_[i]->load(pixels_, withMask_, withVariance_);
  for (const Run& run : runs_[i]) {
    const Run part{run.y, std::max(run.x0, block.x0), std::min(run.x1, block.x1), run.owner};
    if (part.y < block.y0 || part.y >= block.y1 || part.x0 >= part.x1) continue;
    for (size_t p = 0; p < planes_.size(); ++p) {
      if (loaded && has(i, p))
        write(p, part, pixels_);
      else if (planes_[p].plane)
        clear(p, part);
    }
  }
  control_.poll();
}

// A missing mask says that nothing is wrong; a missing variance is not known.
bool RowFiller::has(size_t i, size_t p) const {
  const auto& plane = planes_[p].plane;
  return plane && (plane == PlaneKind::mask || strip_.inputs[i].layout->find(*plane));
}

void RowFiller::write(size_t p, const Run& run, const GridPixels& from) {
  const size_t first = size_t{run.y - from.box.y0} * from.box.width() + (run.x0 - from.box.x0),
               n = run.x1 - run.x0;
  const bool wide = pixelBytes(p) == 8;
  std::byte* to = at(p, run.x0, run.y);
  if (planes_[p].plane == PlaneKind::mask) {
    for (size_t k = 0; k < n; ++k) {
      if (wide)
        storeBe<uint64_t>(to + 8 * k, from.mask[first + k]);
      else
        storeBe<uint32_t>(to + 4 * k, static_cast<uint32_t>(from.mask[first + k]));
    }
    return;
  }
  const float* values = (planes_[p].plane == PlaneKind::image ? from.image : from.variance).data() + first;
  // A weight is an inverse variance, and stays one.
  if (planes_[p].plane == PlaneKind::weight) {
    for (size_t k = 0; k < n; ++k) pixels_.variance[first + k] = 1 / values[k];
  }
  if (!wide) return swapWords(values, n, to);
  for (size_t k = 0; k < n; ++k) storeBe<double>(to + 8 * k, values[k]);
}

// Moves what reading has told to the plane's failures; the first of each input counts.
void RowFiller::tell(size_t p) {
  for (MosaicFailure& failure : told_) {
    const auto same = [&](const MosaicFailure& f) { return f.number == failure.number; };
    if (std::none_of(failures_[p].begin(), failures_[p].end(), same))
      failures_[p].push_back(std::move(failure));
  }
  told_.clear();
}

}  // namespace vignet
