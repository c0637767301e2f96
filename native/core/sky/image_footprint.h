// The footprint of an image on the sky.
#pragma once
#include <optional>
#include <vector>

#include "core/fits/layout.h"

namespace vignet {

// ICRS degrees.
struct Footprint {
  // See sky/footprint.h: a polygon along the outer edges of the edge pixels, within 0.1 pixel of them; or a
  // circle `lon lat radius` when the image is too wide for a polygon or has pixels that are not on the sky.
  std::vector<double> numbers;
  double lon = 0, lat = 0;  // the image's centre (the footprint's, when that is not on the sky)
  double radius = 0;        // of a circle about the centre that holds the footprint
  double pixelScale = 0;    // arc seconds: square root of the area of the pixel at the centre
};

// Of the image plane; absent when it has no celestial WCS (or no pixel on the sky).
std::optional<Footprint> footprintOf(const Layout& layout);

}  // namespace vignet
