// Pieces of circles on the sphere: what the edges of every region are made of.
#pragma once
#include <array>
#include <optional>

#include "core/sphere/vector.h"

namespace vignet {

// The points at angular distance `radius` from `axis` whose azimuth about it runs from `start` through
// `sweep` radians, counter-clockwise seen from outside the sphere. A great circle has radius pi/2. Angles in
// radians.
class Arc {
 public:
  // The shorter great circle from a to b (not antipodal).
  static Arc greatCircle(const Vec3& a, const Vec3& b);
  // A circle, or the part of it that starts at azimuth 0 in the direction of `towards`; 0 < sweep <= 2 pi.
  static Arc circle(const Vec3& axis, double radius, const Vec3& towards, double sweep);

  Vec3 at(double t) const;  // t in [0, 1] along the arc
  double length() const { return sinRadius_ * sweep_; }
  double sweep() const { return sweep_; }
  double distance(const Vec3& p) const;  // to the nearest point of the arc
  bool crosses(const Arc& other) const;  // whether they have a point in common; touching within 1e-12 counts

 private:
  std::optional<double> volumeWith(const Arc& other, double sinBetween, double cosBetween) const;
  bool spans(const Vec3& p, double slack) const;  // whether the azimuth of p is within the sweep

  Vec3 axis_{}, u_{}, w_{};  // right-handed: u is the direction of azimuth 0
  double radius_ = 0, sinRadius_ = 0, cosRadius_ = 0, sweep_ = 0;
  double cosSweep_ = 1, sinSweep_ = 0;
};

}  // namespace vignet
