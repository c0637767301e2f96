// Conversion of an input's stored pixels to those of the mosaic.
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

// Converts stored big-endian pixels of one plane: applies BSCALE, BZERO and BLANK, makes asinh pixels linear,
// squares a sigma, multiplies by `scale` (its square for a variance, the inverse of that for a weight), adds
// `offset` to an image, and moves mask bits to the mosaic's mask planes. Floats that nothing changes keep
// their bits.
class PixelConverter {
 public:
  PixelConverter(const Layout& layout, const Plane& plane, int bitpix, double scale, double offset,
                 std::span<const std::string> maskNames);

  // To big-endian pixels of the mosaic's BITPIX. `from` and `to` may be equal if both have pixels of one
  // size.
  void operator()(const std::byte* from, size_t pixels, std::byte* to) const;
  void floats(const std::byte* from, size_t pixels, float* to) const;
  void masks(const std::byte* from, size_t pixels, uint64_t* to) const;
  // Whether every pixel stays as it is.
  bool isIdentity() const { return !masks_ && plane_.bitpix == bitpix_ && unchanged(); }
  // The flags of a mask's pixel, by the file's own dictionary.
  uint64_t bitsAt(const std::byte* from, size_t i) const;

 private:
  // Whether a mask's words only have their bits moved.
  bool movesBits() const {
    return plane_.bitpix == 32 && bitpix_ == 32 && !plane_.codes && invertedBit_ == 0;
  }
  bool unchanged() const { return factor_ == 1 && offset_ == 0 && plane_.measuredAsStored(); }
  double converted(double stored) const { return plane_.measured(stored) * factor_ + offset_; }
  double valueAt(const std::byte* from, size_t i) const;

  const Plane& plane_;
  int bitpix_;
  double factor_ = 1, offset_ = 0;
  std::optional<MaskMap> masks_;
  uint64_t invertedBit_ = 0;
  std::vector<BitsMoved> moves_;  // where 32 bits become 32 bits
};

// NaN, or NO_DATA in masks.
void fillEmpty(std::byte* to, size_t pixels, bool mask, int bitpix, uint64_t noData);

}  // namespace vignet
