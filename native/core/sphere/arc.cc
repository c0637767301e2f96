#include "core/sphere/arc.h"

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"

namespace vignet {

namespace {

constexpr double kTouching = 1e-12;  // radians; far below any pixel, far above rounding

Vec3 scaled(const Vec3& v, double f) { return {v[0] * f, v[1] * f, v[2] * f}; }
Vec3 sum(const Vec3& a, const Vec3& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }
Vec3 unit(const Vec3& v) { return scaled(v, 1 / std::sqrt(dot(v, v))); }

Vec3 anyPerpendicular(const Vec3& v) {
  const Vec3 other = std::abs(v[2]) < 0.7 ? Vec3{0, 0, 1} : Vec3{1, 0, 0};
  return unit(cross(v, other));
}

}  // namespace

Arc Arc::greatCircle(const Vec3& a, const Vec3& b) {
  // (a - b) x (a + b) = 2 a x b, without its loss of digits for neighbours
  const Vec3 n = cross(sum(a, scaled(b, -1)), sum(a, b));
  const double size = std::sqrt(dot(n, n));
  return circle(size > 0 ? scaled(n, 1 / size) : anyPerpendicular(a), kPi / 2, a, angle(a, b));
}

Arc Arc::circle(const Vec3& axis, double radius, const Vec3& towards, double sweep) {
  Arc arc;
  arc.axis_ = axis;
  const Vec3 off = sum(towards, scaled(axis, -dot(towards, axis)));
  arc.u_ = dot(off, off) > 1e-30 ? unit(off) : anyPerpendicular(axis);
  arc.w_ = cross(axis, arc.u_);
  arc.radius_ = radius;
  arc.sinRadius_ = std::sin(radius);
  // exactly zero for great circles, which keeps them great
  arc.cosRadius_ = radius == kPi / 2 ? 0 : std::cos(radius);
  arc.sweep_ = sweep;
  arc.cosSweep_ = std::cos(sweep);
  arc.sinSweep_ = std::sin(sweep);
  return arc;
}

Vec3 Arc::at(double t) const {
  const double c = sinRadius_ * std::cos(t * sweep_), s = sinRadius_ * std::sin(t * sweep_);
  return sum(scaled(axis_, cosRadius_), sum(scaled(u_, c), scaled(w_, s)));
}

bool Arc::spans(const Vec3& p, double slack) const {
  const double x = dot(p, u_), y = dot(p, w_);
  const double pastStart = y, beforeEnd = x * sinSweep_ - y * cosSweep_;
  if (sweep_ > kPi) return !(pastStart < -slack && beforeEnd < -slack);
  // Both half-planes meet at the antipodes of a short sweep too: ask for the side of its middle.
  const double alongMiddle = x * (1 + cosSweep_) + y * sinSweep_;
  return pastStart >= -slack && beforeEnd >= -slack && (sweep_ > 3 || alongMiddle >= -slack);
}

double Arc::distance(const Vec3& p) const {
  if (spans(p, 0)) return std::abs(angle(p, axis_) - radius_);
  return std::min(angle(p, at(0)), angle(p, at(1)));
}

// The points common to two circles n1.x = c1, n2.x = c2 are x = a n1 + b n2 +- g (n1 x n2).
bool Arc::crosses(const Arc& other) const {
  const Vec3 m = cross(axis_, other.axis_);
  const double m2 = dot(m, m);
  if (m2 < 1e-24) return false;  // the same circle, or parallel ones: their ends decide
  const double d = dot(axis_, other.axis_);
  const double a = (cosRadius_ - other.cosRadius_ * d) / m2, b = (other.cosRadius_ - cosRadius_ * d) / m2;
  const auto volume = volumeWith(other, std::sqrt(m2), d);
  if (!volume) return false;
  const double g = *volume / m2;
  const Vec3 base = sum(scaled(axis_, a), scaled(other.axis_, b));
  for (const double side : {g, -g}) {
    const Vec3 x = sum(base, scaled(m, side));
    if (spans(x, kTouching) && other.spans(x, kTouching)) return true;
  }
  return false;
}

// Of the two axes and a common point, |n1 x n2 . x|; none without a common point. By the half-perimeter of
// their triangle (Todhunter 1886, section 55), as 1 - cos^2 loses all digits of a circle near its axis.
std::optional<double> Arc::volumeWith(const Arc& other, double sinBetween, double cosBetween) const {
  if (cosRadius_ == 0 && other.cosRadius_ == 0) return sinBetween;
  const double between = std::atan2(sinBetween, cosBetween);
  const double half = (between + radius_ + other.radius_) / 2;
  double square = 4;
  for (const double part : {kPi - half, half - between, half - radius_, half - other.radius_}) {
    if (part < -kTouching / 2) return std::nullopt;
    square *= std::sin(std::max(part, 0.0));
  }
  return std::sqrt(square);
}

}  // namespace vignet
