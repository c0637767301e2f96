// From the pixels of a FITS answer to a picture.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/control.h"

namespace vignet {

enum class Stretch : uint8_t { asinh, linear };

struct RenderOptions {
  Stretch stretch = Stretch::asinh;
  uint32_t maxSide = 1024;  // larger images are averaged down so that neither side is longer
};

// Rows from the top of the picture (the last row of the FITS image) down, four bytes a pixel. Undefined
// pixels are 0, 0, 0 with alpha 0; all others are opaque.
struct Picture {
  uint32_t width = 0, height = 0;
  std::vector<uint8_t> rgba;
};

// Draws the first image HDU with pixels of an uncompressed FITS file in memory; further axes: the first
// plane. BSCALE, BZERO and BLANK apply. Throws Error{data, NO_IMAGE} if there is none, Error{data,
// BAD_RENDER_INPUT} for a file that contradicts its own size, Error{usage, BAD_SIZE} for maxSide 0 or over
// 16384, Error{transient, CANCELLED | DEADLINE} by `control`; it does not yield.
Picture render(std::span<const std::byte> fits, const RenderOptions& options, const Control& control = {});

}  // namespace vignet
