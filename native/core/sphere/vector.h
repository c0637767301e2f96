// Directions on the unit sphere and their predicates.
#pragma once
#include <array>

namespace vignet {

using Vec3 = std::array<double, 3>;

Vec3 toVector(double lonDegrees, double latDegrees);
void toLonLat(const Vec3& v, double& lonDegrees, double& latDegrees);  // lon in [0, 360)
double dot(const Vec3& a, const Vec3& b);
Vec3 cross(const Vec3& a, const Vec3& b);
double angle(const Vec3& a, const Vec3& b);  // radians, accurate near 0 and pi

}  // namespace vignet
