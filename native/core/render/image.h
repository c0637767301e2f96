// The pixels of an image HDU in memory, as physical values.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vignet {

struct MemoryImage {
  uint32_t width = 0, height = 0;
  int bitpix = 0;
  double bscale = 1, bzero = 0;
  std::optional<int64_t> blank;
  std::span<const std::byte> pixels;  // big-endian, width * height of them

  // Row `y` as physical values; BLANK becomes NaN. `out` has `width` values.
  void row(uint32_t y, std::span<float> out) const;
};

// The first HDU of a FITS file in memory that holds an uncompressed image of two or more axes. Throws as
// `render` does.
MemoryImage firstImage(std::span<const std::byte> fits);

}  // namespace vignet
