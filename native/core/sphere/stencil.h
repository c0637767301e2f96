// The region of sky of a request: SODA's circle, polygon and range (ICRS degrees).
#pragma once
#include <memory>
#include <vector>

#include "core/sphere/region.h"
#include "core/sphere/vector.h"

namespace vignet {

// The smaller side of a polygon is its inside, whatever its winding; sides are great circles.
// A range is a box in longitude and latitude whose sides are meridians and parallels; lon1 > lon2 crosses 0h.
struct Stencil {
  enum class Shape { circle, polygon, range };
  Shape shape = Shape::circle;
  std::vector<double> values;  // lon lat radius | lon lat lon lat … | lon1 lon2 lat1 lat2

  // Checks numbers and shape; throws Error{usage, BAD_STENCIL} naming what is wrong: NaN, |lat| > 90, radius
  // outside (0, 180], fewer than 3 vertices, more than 10,000, crossing or zero-area polygons or such as span
  // more than a hemisphere, lat1 > lat2. Longitudes are reduced to [0, 360] and infinite limits of a range
  // become 0, 360, -90, 90; a repeated closing vertex is dropped. Make stencils only by this.
  static Stencil make(Shape shape, std::vector<double> values);

  bool contains(const Vec3& direction) const { return region->contains(direction); }

  std::shared_ptr<const Region> region;  // the prepared shape, shared by copies
};

}  // namespace vignet
