#include "core/mosaic/row_group.h"

#include <algorithm>
#include <cmath>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/mosaic/masks.h"
#include "core/mosaic/pixels.h"

namespace vignet {

uint64_t rowBytesOf(const MosaicStrip& strip, const MosaicPart& part) {
  const uint64_t bytes = uint64_t{strip.frame.width} * static_cast<unsigned>(std::abs(part.bitpix)) / 8;
  if (strip.y0 >= strip.y1 || strip.y1 > strip.frame.height || bytes == 0)
    throw Error(Kind::fatal, "BAD_WINDOW",
                expectedFor("rows of the mosaic's " + std::to_string(strip.frame.height), "the window",
                            std::to_string(strip.y0) + " to " + std::to_string(strip.y1) + " of " +
                                std::to_string(bytes) + " bytes each"));
  return bytes;
}

Box boundsOf(std::span<const OwnedRun> runs) {
  Box box{UINT32_MAX, UINT32_MAX, 0, 0};
  for (const OwnedRun& run : runs) {
    box.x0 = std::min(box.x0, run.x0), box.x1 = std::max(box.x1, run.x1);
    box.y0 = std::min(box.y0, run.y), box.y1 = std::max(box.y1, run.y + 1);
  }
  return box;
}

RowGroup::RowGroup(const MosaicStrip& strip, std::span<const MosaicPart> planes)
    : strip_(strip), planes_(planes), noData_(maskBit(strip.maskNames, "NO_DATA")) {}

void RowGroup::begin(uint32_t y0, uint32_t y1, std::span<std::byte* const> out) {
  y0_ = y0;
  y1_ = y1;
  out_.assign(out.begin(), out.end());
}

void RowGroup::clear(size_t p, const OwnedRun& run) const {
  const bool owner = planes_[p].plane == PlaneKind::owner;
  fillEmpty(at(p, run.x0, run.y), run.x1 - run.x0, owner || planes_[p].plane == PlaneKind::mask,
            planes_[p].bitpix, owner ? 0 : noData_);
}

void RowGroup::clearBetween(std::span<const OwnedRun> owned) const {
  auto next = owned.begin();
  for (uint32_t y = y0_; y < y1_; ++y) {
    for (uint32_t x = 0; x < strip_.frame.width;) {
      const bool more = next != owned.end() && next->y == y;
      const OwnedRun gap{y, x, more ? next->x0 : strip_.frame.width, Ownership::kNone};
      for (size_t p = 0; p < planes_.size() && gap.x0 < gap.x1; ++p) clear(p, gap);
      x = more ? next++->x1 : gap.x1;
    }
  }
}

void RowGroup::writeOwners(size_t p, std::span<const OwnedRun> owned) const {
  for (const OwnedRun& run : owned) {
    const int32_t number = strip_.inputs[static_cast<size_t>(run.owner)].number;
    std::byte* const to = at(p, run.x0, run.y);
    for (size_t k = 0; k < run.x1 - run.x0; ++k) storeBe<int32_t>(to + 4 * k, number);
  }
}

}  // namespace vignet
