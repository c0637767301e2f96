#include "core/resample/polygon.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <span>

namespace vignet {

namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr double leastCosine = 0.1736;  // of 80 degrees

// Every side of the clipping polygon adds at most one corner for each time the polygon leaves it.
constexpr size_t maxCorners = 16;
struct Polygon {
  std::array<Pixel, maxCorners> corner;
  size_t size = 0;
  void add(const Pixel& p) {
    if (size < maxCorners) corner[size++] = p;
  }
};

double dot(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

double cross(const Pixel& origin, const Pixel& a, const Pixel& b) {
  return (a.x - origin.x) * (b.y - origin.y) - (a.y - origin.y) * (b.x - origin.x);
}

// Exactly what a triangle of great circles covers (Van Oosterom & Strackee 1983): its corners are (x, y, 1),
// whose triple product is twice the plane's area, without cancellation however small it is.
double triangle(const Pixel& a, const Pixel& b, const Pixel& c) {
  const auto inner = [](const Pixel& p, const Pixel& q) { return 1 + p.x * q.x + p.y * q.y; };
  const double la = std::sqrt(inner(a, a)), lb = std::sqrt(inner(b, b)), lc = std::sqrt(inner(c, c));
  return 2 *
         std::atan2(cross(a, b, c), la * lb * lc + inner(a, b) * lc + inner(b, c) * la + inner(c, a) * lb);
}

double solidAngleOf(std::span<const Pixel> corner, bool small) {
  double sum = 0;
  if (!small) {
    for (size_t k = 2; k < corner.size(); k++) sum += triangle(corner[0], corner[k - 1], corner[k]);
    return sum;
  }
  // The plane's area times (1 + r^2)^(-3/2) in the middle of the corners: wrong by 1e-7 of itself at most.
  Pixel middle = corner[0];
  for (size_t k = 1; k < corner.size(); k++) {
    middle.x += corner[k].x;
    middle.y += corner[k].y;
    if (k > 1) sum += cross(corner[0], corner[k - 1], corner[k]);
  }
  const double n = double(corner.size());
  return 0.5 * sum * (1 - 1.5 * (middle.x * middle.x + middle.y * middle.y) / (n * n));
}

}  // namespace

TangentPlane::TangentPlane(const Sky& at) {
  const double lon = at.lon * degree, lat = at.lat * degree;
  centre_ = {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
  east_ = {-std::sin(lon), std::cos(lon), 0};
  north_ = {-std::sin(lat) * std::cos(lon), -std::sin(lat) * std::sin(lon), std::cos(lat)};
}

Pixel TangentPlane::project(const Sky& sky) const {
  const double lon = sky.lon * degree, lat = sky.lat * degree;
  const std::array<double, 3> v{std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
  const double depth = dot(v, centre_);
  if (!(depth > leastCosine))
    return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
  return {dot(v, east_) / depth, dot(v, north_) / depth};
}

double doubleArea(const Quad& q) {
  return (q[2].x - q[0].x) * (q[3].y - q[1].y) - (q[3].x - q[1].x) * (q[2].y - q[0].y);
}

bool isConvex(const Quad& q) {
  for (size_t k = 0; k < 4; k++) {
    if (!(cross(q[k], q[(k + 1) % 4], q[(k + 2) % 4]) > 0)) return false;
  }
  return true;
}

double solidAngle(const Quad& quad, bool small) { return std::abs(solidAngleOf(quad, small)); }

// Sutherland & Hodgman 1974, skipping sides that cut nothing off.
double Clip::overlap(const Quad& quad, bool small) const {
  bool cut[4], any = false;
  for (size_t e = 0; e < 4; e++) {
    int inside = 0, outside = 0;
    for (const Pixel& p : quad) {
      const double side = cross(by_[e], by_[(e + 1) % 4], p);
      inside += side > 0;
      outside += side < 0;
    }
    if (inside == 0) return 0;
    cut[e] = outside > 0;
    any = any || cut[e];
  }
  if (!any) return solidAngle(quad, small);
  Polygon a, b;
  for (const Pixel& p : quad) a.add(p);
  for (size_t e = 0; e < 4; e++) {
    if (!cut[e]) continue;
    b.size = 0;
    double last = cross(by_[e], by_[(e + 1) % 4], a.corner[a.size - 1]);
    for (size_t k = 0; k < a.size; k++) {
      const Pixel &p = a.corner[k], &before = a.corner[(k ? k : a.size) - 1];
      const double side = cross(by_[e], by_[(e + 1) % 4], p);
      if ((side > 0) != (last > 0)) {
        const double t = last / (last - side);
        b.add({before.x + t * (p.x - before.x), before.y + t * (p.y - before.y)});
      }
      if (side > 0) b.add(p);
      last = side;
    }
    if (b.size < 3) return 0;
    std::swap(a, b);
  }
  return std::abs(solidAngleOf(std::span(a.corner).first(a.size), small));
}

}  // namespace vignet
