// Where the stamp of a position lies in an image, and a WCS of its own that is linear.
#pragma once
#include <cstdint>
#include <optional>

#include "core/base/box.h"
#include "core/fits/layout.h"
#include "core/wcs/wcs.h"

namespace vignet {

// A square of `size` pixels whose pixel (0, 0) is pixel (x0, y0), 0-based, of the image; it may leave the
// image.
struct StampFrame {
  int64_t x0 = 0, y0 = 0;
  uint32_t size = 0;
  bool operator==(const StampFrame&) const = default;
};

// The largest stamp: a side of so many pixels.
inline constexpr uint32_t kMaxStampSize = 4096;

// The stamp of a position given in 0-based pixels: the position's pixel, floor(x + 0.5), stands at index
// floor(size / 2). Throws Error{usage, BAD_STAMP} for a size outside 1..4096 and for positions that are no
// numbers or more than 2^40 pixels away.
StampFrame stampFrame(double x, double y, uint32_t size);

// The part of an image that a stamp touches.
std::optional<Box> touched(const StampFrame& frame, uint32_t width, uint32_t height);

enum class StampState : int { unknown = -1, outside = 0, touches = 1, inside = 2 };

struct StampPlace {
  // unknown: the image has no usable WCS, or it cannot project the position; only width and height are then
  // set. outside: the stamp does not touch the image. touches: it does, but the position's
  // pixel is not in the image. inside: that pixel is.
  StampState state = StampState::unknown;
  double x, y;  // of the position, 0-based pixels of the image
  // The linear WCS: TAN in ICRS, CRVAL the position, CRPIX (1-based) where that stands in the stamp, CD in
  // degrees per pixel: the derivative of the full WCS at the position.
  double lon, lat;
  double cd[4];  // CD1_1 CD1_2 CD2_1 CD2_2
  // Pixels: no pixel centre of the stamp is farther than this from where the linear WCS puts its sky
  // position. NaN when part of the stamp has no sky position.
  double error;
  uint32_t width = 0, height = 0;  // of the image
};

// `lon`, `lat`: ICRS degrees. The layout needs no cards. Throws as stampFrame does; Error{data, NO_IMAGE} for
// a layout without planes.
StampPlace locateStamp(const Layout& layout, double lon, double lat, uint32_t size);

}  // namespace vignet
