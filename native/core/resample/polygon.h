// Small polygons on a plane that touches the celestial sphere (core/sphere/tangent_plane.h): there great
// circles are straight lines.
#pragma once
#include <array>
#include <cstddef>

#include "core/wcs/wcs.h"

namespace vignet {

using Quad = std::array<Pixel, 4>;  // corners in order

// Twice the area of a triangle; positive when c is on the left of the way from a to b.
inline double doubleArea(const Pixel& a, const Pixel& b, const Pixel& c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}
// The same of a quadrilateral; positive when the corners go round counter-clockwise.
inline double doubleArea(const Quad& q) {
  return (q[2].x - q[0].x) * (q[3].y - q[1].y) - (q[3].x - q[1].x) * (q[2].y - q[0].y);
}
// And counter-clockwise.
inline bool isConvex(const Quad& q) {
  return doubleArea(q[0], q[1], q[2]) > 0 && doubleArea(q[1], q[2], q[3]) > 0 &&
         doubleArea(q[2], q[3], q[0]) > 0 && doubleArea(q[3], q[0], q[1]) > 0;
}
// What a quadrilateral of great circles covers, in steradians; `small`: all of it lies within 0.002 radians
// of the tangent point.
double solidAngle(const Quad& quad, bool small);

// A corner of a polygon that is to be clipped: with how far inside each side of the clipping polygon it is
// (times the side's length).
struct ClipCorner {
  Pixel at;
  std::array<double, 4> inside;
};

// Clips quadrilaterals by one convex, counter-clockwise quadrilateral.
class Clip {
 public:
  explicit Clip(const Quad& by);
  // Corners are shared by neighbours: each is measured once.
  ClipCorner measure(const Pixel& corner) const {
    ClipCorner measured{corner, {}};
    for (size_t e = 0; e < 4; e++)
      measured.inside[e] = alongX_[e] * (corner.y - by_[e].y) - alongY_[e] * (corner.x - by_[e].x);
    return measured;
  }
  // The solid angle of a quadrilateral, whichever way its corners go round, within the clipping one.
  static double overlap(const ClipCorner& a, const ClipCorner& b, const ClipCorner& c, const ClipCorner& d,
                        bool small);

 private:
  Quad by_;
  std::array<double, 4> alongX_, alongY_;  // of the sides
};

}  // namespace vignet
