// A box of a given size around a position.
#pragma once
#include <optional>

#include "core/base/box.h"
#include "core/fits/layout.h"
#include "core/wcs/wcs.h"

namespace vignet {

struct BoxSize {
  double width = 0, height = 0;  // above 0
  bool arcsec = false;           // else pixels, which are rounded
};

// Exactly so many pixels around ICRS degrees (lon, lat): the pixel of the position has index floor(N/2), as
// in stacks. Arc seconds become the nearest number of pixels by the image's scale at the position along each
// axis, at least 1. The box may leave the image. Absent where the position has no pixel. Throws Error{data,
// NO_WCS} when the image plane has no celestial WCS, Error{usage, BAD_SIZE} for sides of more than kMaxSide
// pixels.
std::optional<WideBox> boxAround(const Layout& layout, double lon, double lat, const BoxSize& size);
// The same of a grid without bounds.
std::optional<WideBox> boxAround(Wcs& wcs, double lon, double lat, const BoxSize& size);
// Degrees from (lon, lat) to the farthest corner of the box's pixels, as far as its edge shows; 180 where
// some of the edge is off the sky.
double reachOf(Wcs& wcs, double lon, double lat, const WideBox& box);

}  // namespace vignet
