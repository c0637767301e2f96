// From the pixels of a FITS answer to a picture.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/control.h"

namespace vignet {

// Curves from 0 (black) to 1 (white) as astropy.visualization's: x, sqrt(x), log(1000 x + 1) / log(1001), and
// asinh(x / a) / asinh(1 / a) with a = 0.1; by automatic limits an `a` of log and of asinh that puts the sky
// at a fifth of white.
enum class Stretch : uint8_t { asinh, linear, sqrt, log };

// What is black and what white.
struct PictureLimits {
  // values: these; percentiles: of the finite pixels, linear between order statistics; zscale: IRAF's, as
  // astropy's ZScaleInterval.
  enum class Kind : uint8_t { automatic, values, percentiles, zscale } kind = Kind::automatic;
  double low = 0, high = 0;
};

// As matplotlib's of these names.
enum class Colormap : uint8_t { gray, grayReversed, hot };

struct RenderOptions {
  Stretch stretch = Stretch::asinh;
  uint32_t maxSide = 1024;  // larger images are averaged down so that neither side is longer
  PictureLimits limits{};
  Colormap colormap = Colormap::gray;
};

// Rows from the top of the picture (the last row of the FITS image) down, four bytes a pixel. Undefined
// pixels are 0, 0, 0 with alpha 0; all others are opaque.
struct Picture {
  uint32_t width = 0, height = 0;
  bool opaque = true;  // no pixel is undefined
  bool grey = false;   // the colours of every pixel are equal
  std::vector<uint8_t> rgba;
};

// Draws the first image HDU with pixels of an uncompressed FITS file in memory; further axes: the first
// plane. BSCALE, BZERO and BLANK apply. Throws Error{data, NO_IMAGE} if there is none, Error{data,
// BAD_RENDER_INPUT} for a file that contradicts its own size, Error{usage, BAD_SIZE} for maxSide 0 or over
// 16384, Error{usage, BAD_STRETCH} for values without a range and percentiles outside 0 to 100,
// Error{transient, CANCELLED | DEADLINE} by `control`; it does not yield.
Picture render(std::span<const std::byte> fits, const RenderOptions& options, const Control& control = {});

// Draws rows of `width` pixels, the bottom one first, as they are. Throws as `render` does.
Picture drawn(std::span<const float> pixels, uint32_t width, const RenderOptions& options,
              const Control& control = {});

}  // namespace vignet
