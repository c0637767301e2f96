#include "core/sphere/tangent_plane.h"

#include <cmath>

#include "core/base/constants.h"

namespace vignet {
namespace {

constexpr double kLeastCosine = 0.1736;  // of 80 degrees

}  // namespace

TangentPlane::TangentPlane(double lon, double lat) : lon_(lon), lat_(lat), up_(toVector(lon, lat)) {
  const double a = lon * kDegree, d = lat * kDegree, sinLat = std::sin(d);
  cosLat_ = std::cos(d);
  east_ = {-std::sin(a), std::cos(a), 0};
  north_ = {-sinLat * std::cos(a), -sinLat * std::sin(a), cosLat_};
}

TangentPlane::Point TangentPlane::project(const Vec3& direction) const {
  const double depth = dot(direction, up_);
  if (!(depth > kLeastCosine)) return {kNan, kNan};
  return {dot(direction, east_) / depth, dot(direction, north_) / depth};
}

TangentPlane::Point TangentPlane::projectNear(double lon, double lat) const {
  const double dLon = (lon - lon_) * kDegree, sinLat0 = up_[2];
  const double sinLat = std::sin(lat * kDegree), cosLat = std::cos(lat * kDegree);
  const double depth = sinLat0 * sinLat + cosLat_ * cosLat * std::cos(dLon);
  if (!(depth > 0)) return {kNan, kNan};
  // sin(lat) cos(lat0) - cos(lat) sin(lat0) cos(dLon), written so that small differences are not lost.
  const double half = std::sin(dLon / 2);
  const double north = std::sin((lat - lat_) * kDegree) + 2 * cosLat * sinLat0 * half * half;
  return {cosLat * std::sin(dLon) / depth, north / depth};
}

}  // namespace vignet
