// Small polygons on a plane that touches the celestial sphere: there great circles are straight lines.
#pragma once
#include <array>
#include <cstddef>

#include "core/wcs/wcs.h"

namespace vignet {

// The plane that touches the unit sphere at a place (gnomonic projection), x to the east, y to the north, in
// radians at the tangent point.
class TangentPlane {
 public:
  TangentPlane() = default;
  explicit TangentPlane(const Sky& at);
  // NaN for places 80 degrees and more from the tangent point.
  Pixel project(const Sky& sky) const;

 private:
  std::array<double, 3> centre_{}, east_{}, north_{};
};

using Quad = std::array<Pixel, 4>;  // corners in order

// Twice the area; positive when the corners go round counter-clockwise.
double doubleArea(const Quad& quad);
bool isConvex(const Quad& quad);  // and counter-clockwise
// What a quadrilateral of great circles covers, in steradians; `small`: all of it lies within 0.002 radians
// of the tangent point.
double solidAngle(const Quad& quad, bool small);

// Clips quadrilaterals by one convex, counter-clockwise quadrilateral.
class Clip {
 public:
  explicit Clip(const Quad& by) : by_(by) {}
  // The solid angle of `quad`, whichever way its corners go round, within the clipping one.
  double overlap(const Quad& quad, bool small) const;

 private:
  Quad by_;
};

}  // namespace vignet
