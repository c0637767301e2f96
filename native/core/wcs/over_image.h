// Whether a WCS means something over the image it belongs to: a header can be well formed and still put all
// of an image onto a line.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/wcs/numeric.h"

namespace vignet {

// parseWcs for an image of `width` x `height` pixels. PV cards on TAN count as TPV only where the image,
// mapped so, has an area within 1/4 to 4 of its linear one everywhere and is not mirrored; elsewhere they are
// ignored, with a note. Throws Error{data, BAD_WCS} also for a WCS that is degenerate over the image: with a
// distortion, where at any of 7 x 7 pixels the scale is outside 1e-6 to 10 times that of CD (or CDELT and PC)
// or the image is folded over; without one, where that is so at all of them. Pixels that are not on the sky
// do not count.
std::optional<NumericWcs> parseImageWcs(std::string_view cards, uint32_t naxis, uint32_t width,
                                        uint32_t height);

}  // namespace vignet
