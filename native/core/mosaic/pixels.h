// Pixels of an input as a mosaic has them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/words.h"
#include "core/fits/layout.h"
#include "core/fits/mask_map.h"

namespace vignet {

// Turns stored big-endian pixels of one plane into others: BSCALE, BZERO and BLANK applied to numbers, times
// `scale` (its square for a variance, one over that for a weight), `offset` added to an image's, masks in the
// united dictionary. Floats that nothing changes keep their bits.
class PixelTurner {
 public:
  PixelTurner(const Layout& layout, const Plane& plane, int bitpix, double scale, double offset,
              std::span<const std::string> maskNames);

  // Big-endian, of the mosaic's BITPIX. `from` and `to` may be the same place if that is the plane's size of
  // pixels, too.
  void operator()(const std::byte* from, size_t pixels, std::byte* to) const;
  void floats(const std::byte* from, size_t pixels, float* to) const;
  void masks(const std::byte* from, size_t pixels, uint64_t* to) const;
  // Whether every pixel stays as it is.
  bool keeps() const { return !masks_ && plane_.bitpix == bitpix_ && unchanged(); }
  // A mask as the file has it.
  uint64_t storedBits(const std::byte* from, size_t i) const;

 private:
  bool unchanged() const { return factor_ == 1 && offset_ == 0 && plane_.bscale == 1 && plane_.bzero == 0; }
  double turned(double stored) const { return (plane_.bzero + plane_.bscale * stored) * factor_ + offset_; }
  double valueAt(const std::byte* from, size_t i) const;

  const Plane& plane_;
  int bitpix_;
  double factor_ = 1, offset_ = 0;
  std::optional<MaskMap> masks_;
  std::vector<BitsMoved> moves_;  // where 32 bits become 32 bits
};

// NaN, or the bits for no data.
void fillEmpty(std::byte* to, size_t pixels, bool mask, int bitpix, uint64_t noData);

}  // namespace vignet
