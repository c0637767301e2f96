// The plane that touches the unit sphere at a point: on it great circles are straight lines.
#pragma once
#include "core/sphere/vector.h"

namespace vignet {

// Gnomonic projection (Calabretta & Greisen 2002, A&A 395, 1077, section 5.1.3).
class TangentPlane {
 public:
  // Radians at the tangent point, x to the east, y to the north; NaN for what is not on the plane.
  struct Point {
    double x = 0, y = 0;
  };

  TangentPlane() = default;
  // Degrees.
  TangentPlane(double lon, double lat);

  // Directions 80 degrees and more from the tangent point are not on the plane.
  Point project(const Vec3& direction) const;
  // The same of a position in degrees, for positions near the tangent point: differences of longitude and
  // latitude keep all their digits. Positions 90 degrees and more away are not on the plane.
  Point projectNear(double lon, double lat) const;

 private:
  double lon_ = 0, lat_ = 0, cosLat_ = 0;
  Vec3 up_{}, east_{}, north_{};
};

}  // namespace vignet
