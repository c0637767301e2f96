#include "core/sphere/vector.h"

#include <cmath>

#include "core/base/constants.h"

namespace vignet {

namespace {}

Vec3 toVector(double lonDegrees, double latDegrees) {
  const double lon = lonDegrees * kDegree, lat = latDegrees * kDegree;
  const double c = std::cos(lat);
  return {c * std::cos(lon), c * std::sin(lon), std::sin(lat)};
}

void toLonLat(const Vec3& v, double& lonDegrees, double& latDegrees) {
  lonDegrees = std::atan2(v[1], v[0]) / kDegree;
  if (lonDegrees < 0) lonDegrees += 360;
  if (lonDegrees >= 360) lonDegrees = 0;  // a tiny negative angle rounds up to 360
  latDegrees = std::atan2(v[2], std::hypot(v[0], v[1])) / kDegree;
}

double dot(const Vec3& a, const Vec3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double angle(const Vec3& a, const Vec3& b) {
  const Vec3 c = cross(a, b);
  return std::atan2(std::sqrt(dot(c, c)), dot(a, b));
}

}  // namespace vignet
