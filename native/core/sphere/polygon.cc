// Polygons with great-circle sides, in the gnomonic plane about a point that sees all of them.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "core/base/error.h"
#include "core/sphere/region.h"

namespace vignet {

namespace {

struct Point {
  double x, y;
};

Vec3 normalised(Vec3 v) {
  const double size = std::sqrt(dot(v, v));
  if (size < 1e-300) return {0, 0, 1};
  for (double& c : v) c /= size;
  return v;
}

Error badPolygon(std::string_view expected, const std::string& received) {
  return Error(Kind::usage, "BAD_STENCIL",
               "expected a polygon " + std::string(expected) + ", received " + received);
}

// The centre of a small circle about all vertices, by Badoiu and Clarkson's steps towards the farthest one
// (SODA 2003).
Vec3 centreOf(const std::vector<Vec3>& vertices) {
  Vec3 c{0, 0, 0};
  for (const Vec3& v : vertices) {
    for (int k = 0; k < 3; k++) c[k] += v[k] / static_cast<double>(vertices.size());
  }
  const int steps = vertices.size() > 100 ? 200 : 30;
  for (int step = 1; step <= steps; step++) {
    const Vec3* farthest = &vertices[0];
    double least = 2;
    const Vec3 direction = normalised(c);
    for (const Vec3& v : vertices) {
      if (const double near = dot(v, direction); near < least) least = near, farthest = &v;
    }
    if (step > 10 && least > 0.5) break;  // comfortably within a hemisphere
    for (int k = 0; k < 3; k++) c[k] += ((*farthest)[k] - c[k]) / (step + 1);
  }
  return normalised(c);
}

double turn(const Point& a, const Point& b, const Point& c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

bool between(const Point& a, const Point& b, const Point& p) {
  return std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x) && std::min(a.y, b.y) <= p.y &&
         p.y <= std::max(a.y, b.y);
}

bool meet(const Point& a, const Point& b, const Point& c, const Point& d) {
  const double c1 = turn(a, b, c), d1 = turn(a, b, d), a1 = turn(c, d, a), b1 = turn(c, d, b);
  if (((c1 > 0) != (d1 > 0)) && c1 != 0 && d1 != 0 && ((a1 > 0) != (b1 > 0)) && a1 != 0 && b1 != 0)
    return true;
  return (c1 == 0 && between(a, b, c)) || (d1 == 0 && between(a, b, d)) || (a1 == 0 && between(c, d, a)) ||
         (b1 == 0 && between(c, d, b));
}

class Polygon final : public Region {
 public:
  Polygon(std::span<const double> lonLat, bool checked) {
    std::vector<Vec3> vertices;
    for (std::size_t i = 0; i + 1 < lonLat.size(); i += 2) {
      const Vec3 v = toVector(lonLat[i], lonLat[i + 1]);
      if (vertices.empty() || angle(v, vertices.back()) > 1e-13) vertices.push_back(v);
    }
    while (vertices.size() > 1 && angle(vertices.front(), vertices.back()) <= 1e-13) vertices.pop_back();
    if (vertices.size() < 3)
      throw badPolygon("with at least 3 distinct vertices", std::to_string(vertices.size()));

    capCentre_ = centreOf(vertices);
    inner_ = vertices[0];
    capRadius_ = 0;
    for (const Vec3& v : vertices) capRadius_ = std::max(capRadius_, angle(v, capCentre_));
    if (capRadius_ > 1.55)
      throw badPolygon("whose sides lie within 88 degrees of some point",
                       "one that spans a hemisphere or more");
    capRadius_ += 1e-12;

    x_ = normalised(cross(std::abs(capCentre_[2]) < 0.7 ? Vec3{0, 0, 1} : Vec3{1, 0, 0}, capCentre_));
    y_ = cross(capCentre_, x_);
    for (const Vec3& v : vertices) plane_.push_back(project(v));
    if (checked) check();
    for (std::size_t i = 0; i < vertices.size(); i++) {
      edge_.push_back(Arc::greatCircle(vertices[i], vertices[(i + 1) % vertices.size()]));
    }
  }

  bool contains(const Vec3& p) const override {
    if (dot(p, capCentre_) <= 0) return false;
    const Point q = project(p);
    bool inside = false;
    for (std::size_t i = 0, j = plane_.size() - 1; i < plane_.size(); j = i++) {
      const Point &a = plane_[i], &b = plane_[j];
      if ((a.y > q.y) != (b.y > q.y) && q.x < (b.x - a.x) * (q.y - a.y) / (b.y - a.y) + a.x) inside = !inside;
    }
    return inside;
  }

 private:
  Point project(const Vec3& v) const {
    const double c = dot(v, capCentre_);
    return {dot(v, x_) / c, dot(v, y_) / c};
  }

  // Refuses zero area and sides that meet anywhere but at the vertex they share.
  void check() const {
    const std::size_t n = plane_.size();
    double twiceArea = 0, extent = 0;
    for (std::size_t i = 0; i < n; i++) {
      const Point &a = plane_[i], &b = plane_[(i + 1) % n];
      twiceArea += (a.x - plane_[0].x) * (b.y - plane_[0].y) - (b.x - plane_[0].x) * (a.y - plane_[0].y);
      extent = std::max({extent, std::abs(a.x - plane_[0].x), std::abs(a.y - plane_[0].y)});
    }
    const auto crossing = [](std::size_t i, std::size_t j) {
      return badPolygon("that does not cross itself", "one whose sides " + std::to_string(i + 1) + " and " +
                                                          std::to_string(j + 1) + " meet");
    };
    // Sides in order of their left ends: only those whose extents in x overlap can meet.
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    const auto left = [&](std::size_t i) { return std::min(plane_[i].x, plane_[(i + 1) % n].x); };
    const auto right = [&](std::size_t i) { return std::max(plane_[i].x, plane_[(i + 1) % n].x); };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return left(a) < left(b); });
    for (std::size_t s = 0; s < n; s++) {
      for (std::size_t t = s + 1; t < n && left(order[t]) <= right(order[s]); t++) {
        const std::size_t i = std::min(order[s], order[t]), j = std::max(order[s], order[t]);
        if (j == i + 1 || (i == 0 && j == n - 1)) continue;
        if (meet(plane_[i], plane_[i + 1], plane_[j], plane_[(j + 1) % n])) throw crossing(i, j);
      }
    }
    for (std::size_t i = 0; i < n; i++) {  // a side that runs back over the one before it
      const Point &a = plane_[i], &b = plane_[(i + 1) % n], &c = plane_[(i + 2) % n];
      const double back = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y);
      if (n > 3 && back < 0 && std::abs(turn(a, b, c)) < 1e-13 * std::abs(back))
        throw crossing(i, (i + 1) % n);
    }
    if (!(std::abs(twiceArea) > 1e-11 * extent * extent))
      throw badPolygon("with an area", "one whose vertices lie on one great circle");
  }

  Vec3 x_, y_;
  std::vector<Point> plane_;
};

}  // namespace

std::unique_ptr<Region> polygonRegion(std::span<const double> lonLat, bool checked) {
  return std::make_unique<Polygon>(lonLat, checked);
}

}  // namespace vignet
