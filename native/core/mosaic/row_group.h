// A group of rows of a mosaic, in one or more planes, while they are filled.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/mosaic/mosaic.h"
#include "core/mosaic/ownership.h"

namespace vignet {

// Bytes of a row of the plane. Throws Error{fatal, BAD_WINDOW} when the strip has no rows of the mosaic.
uint64_t rowBytesOf(const MosaicStrip& strip, const MosaicPart& part);

// The smallest box around runs.
Box boundsOf(std::span<const OwnedRun> runs);

class RowGroup {
 public:
  // `strip` and `planes` must outlive it.
  RowGroup(const MosaicStrip& strip, std::span<const MosaicPart> planes);

  // Rows [y0, y1) from now on; out[p]: memory for those of plane p.
  void begin(uint32_t y0, uint32_t y1, std::span<std::byte* const> out);

  const MosaicStrip& strip() const { return strip_; }
  std::span<const MosaicPart> planes() const { return planes_; }
  uint32_t y0() const { return y0_; }
  uint32_t y1() const { return y1_; }
  size_t pixelBytes(size_t p) const {
    return static_cast<size_t>(planes_[p].bitpix < 0 ? -planes_[p].bitpix : planes_[p].bitpix) / 8;
  }
  std::byte* at(size_t p, uint32_t x, uint32_t y) const {
    return out_[p] + (size_t{y - y0_} * strip_.frame.width + x) * pixelBytes(p);
  }

  // Writes that there are no data: NaN, NO_DATA, owner 0.
  void clear(size_t p, const OwnedRun& run) const;
  // The same in all planes, of all pixels that are in none of the runs, which are all of these rows.
  void clearBetween(std::span<const OwnedRun> owned) const;
  // Writes the numbers of the inputs that own the runs.
  void writeOwners(size_t p, std::span<const OwnedRun> owned) const;

 private:
  const MosaicStrip& strip_;
  std::span<const MosaicPart> planes_;
  uint64_t noData_;
  uint32_t y0_ = 0, y1_ = 0;
  std::vector<std::byte*> out_;
};

}  // namespace vignet
