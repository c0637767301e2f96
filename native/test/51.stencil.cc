// Stencils: what is refused, what is inside, and which regions overlap.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/sphere/footprint.h"
#include "core/sphere/stencil.h"

using namespace vignet;

namespace {

using Shape = Stencil::Shape;

void refused(Shape shape, std::vector<double> values, const std::string& saying) {
  try {
    Stencil::make(shape, values);
    FAIL("not refused: " << saying);
  } catch (const Error& e) {
    CHECK(e.kind() == Kind::usage);
    CHECK(e.code() == "BAD_STENCIL");
    INFO(e.what());
    CHECK(std::string(e.what()).find(saying) != std::string::npos);
  }
}

bool inside(const Stencil& s, double lon, double lat) { return s.contains(toVector(lon, lat)); }

// How often a closed curve turns about p, by the azimuths of its points: independent of any plane.
double turns(const std::vector<double>& lonLat, const Vec3& p) {
  Vec3 east = cross({0, 0, 1}, p);
  const double size = std::sqrt(dot(east, east));
  for (double& c : east) c /= size;
  const Vec3 north = cross(p, east);
  double sum = 0;
  const std::size_t n = lonLat.size() / 2;
  for (std::size_t i = 0; i < n; i++) {
    const Vec3 a = toVector(lonLat[2 * i], lonLat[2 * i + 1]),
               b = toVector(lonLat[(2 * i + 2) % (2 * n)], lonLat[(2 * i + 3) % (2 * n)]);
    double turn = std::atan2(dot(b, north), dot(b, east)) - std::atan2(dot(a, north), dot(a, east));
    while (turn > kPi) turn -= 2 * kPi;
    while (turn < -kPi) turn += 2 * kPi;
    sum += turn;
  }
  return sum / (2 * kPi);
}

// A star about a place: simple, mostly not convex.
std::vector<double> star(std::mt19937_64& random, double lon, double lat, double size) {
  std::uniform_real_distribution<double> uniform(0, 1);
  const Vec3 middle = toVector(lon, lat), east{-std::sin(lon * kDegree), std::cos(lon * kDegree), 0};
  const Vec3 north = cross(middle, east);
  std::vector<double> v;
  const int n = 5 + static_cast<int>(random() % 8);
  for (int k = 0; k < n; k++) {
    const double azimuth = 2 * kPi * (k + 0.5 * uniform(random)) / n,
                 r = std::tan(size * (0.2 + 0.8 * uniform(random)) * kDegree);
    Vec3 p;
    for (int c = 0; c < 3; c++)
      p[c] = middle[c] + r * (std::cos(azimuth) * east[c] + std::sin(azimuth) * north[c]);
    double a, b;
    toLonLat(p, a, b);
    v.insert(v.end(), {a, b});
  }
  return v;
}

Vec3 randomDirection(std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  Vec3 v{normal(random), normal(random), normal(random)};
  const double size = std::sqrt(dot(v, v));
  for (double& c : v) c /= size;
  return v;
}

}  // namespace

TEST_CASE("bad stencils are refused, each with its reason") {
  refused(Shape::circle, {10, 20}, "three numbers");
  refused(Shape::circle, {10, 20, 1, 2}, "three numbers");
  refused(Shape::circle, {NAN, 20, 1}, "longitude");
  refused(Shape::circle, {INFINITY, 20, 1}, "longitude");
  refused(Shape::circle, {10, 90.001, 1}, "latitude");
  refused(Shape::circle, {10, NAN, 1}, "latitude");
  refused(Shape::circle, {10, 20, 0}, "radius");
  refused(Shape::circle, {10, 20, -1}, "radius");
  refused(Shape::circle, {10, 20, 180.01}, "radius");
  refused(Shape::circle, {10, 20, NAN}, "radius");
  refused(Shape::polygon, {}, "3 vertices");
  refused(Shape::polygon, {1, 2, 3, 4}, "3 vertices");
  refused(Shape::polygon, {1, 2, 3, 4, 1, 2}, "3 distinct");
  refused(Shape::polygon, {1, 2, 1, 2, 1, 2}, "3 distinct");
  refused(Shape::polygon, {1, 2, 3, 4, 5}, "pairs");
  refused(Shape::polygon, {1, 2, 3, 4, 5, 91}, "latitude");
  refused(Shape::polygon, {1, 2, 3, 4, 5, NAN}, "latitude");
  refused(Shape::polygon, {0, 0, 1, 0, 2, 0}, "with an area");
  refused(Shape::polygon, {0, 0, 1, 1, 1, 0, 0, 1}, "does not cross itself");
  refused(Shape::polygon, {0, 0, 2, 0, 1, 0, 1, 1}, "does not cross itself");        // runs back on itself
  refused(Shape::polygon, {0, 0, 2, 0, 2, 2, 1, 0, 0, 2}, "does not cross itself");  // touches its own side
  refused(Shape::polygon, {0, 0, 120, 0, 240, 0}, "hemisphere");
  refused(Shape::polygon, {0, -30, 120, -30, 240, -30, 240, 30, 120, 30, 0, 30}, "hemisphere");
  refused(Shape::polygon, {0, 0, 180, 0, 90, 5}, "hemisphere");
  refused(Shape::polygon, std::vector<double>(20'004, 1), "10000");
  refused(Shape::range, {1, 2, 3}, "four numbers");
  refused(Shape::range, {1, 2, NAN, 3}, "expected a number");
  refused(Shape::range, {1, 2, 5, 3}, "at most the second latitude");
  refused(Shape::range, {1, 2, -91, 3}, "latitude");
  refused(Shape::range, {1, 2, 3, 91}, "latitude");
  refused(Shape::range, {INFINITY, 2, 3, 4}, "open");
  refused(Shape::range, {1, -INFINITY, 3, 4}, "open");
}

TEST_CASE("longitudes are reduced, closing vertices dropped, limits closed") {
  CHECK(Stencil::make(Shape::circle, {-10, 20, 1}).values == std::vector<double>{350, 20, 1});
  CHECK(Stencil::make(Shape::circle, {362, 20, 180}).values == std::vector<double>{2, 20, 180});
  CHECK(Stencil::make(Shape::polygon, {0, 0, 1, 0, 1, 1, 0, 0}).values.size() == 6);
  CHECK(Stencil::make(Shape::range, {-1, 1, -1, 1}).values == std::vector<double>{359, 1, -1, 1});
  CHECK(Stencil::make(Shape::range, {-INFINITY, INFINITY, -INFINITY, INFINITY}).values ==
        std::vector<double>{0, 360, -90, 90});
  CHECK(Stencil::make(Shape::range, {350, 370, 0, 1}).values == std::vector<double>{350, 10, 0, 1});
  CHECK(Stencil::make(Shape::range, {10, 400, 0, 1}).values == std::vector<double>{0, 360, 0, 1});
  CHECK(Stencil::make(Shape::range, {300, INFINITY, 0, 1}).values == std::vector<double>{300, 360, 0, 1});
  CHECK(Stencil::make(Shape::range, {-INFINITY, 40, 0, 1}).values == std::vector<double>{0, 40, 0, 1});
}

TEST_CASE("what is inside") {
  const Stencil across = Stencil::make(Shape::range, {359, 1, -1, 1});
  CHECK((inside(across, 0, 0) && inside(across, 359.5, 0.5) && inside(across, 1, 1) &&
         !inside(across, 1.1, 0) && !inside(across, 180, 0)));
  const Stencil north = Stencil::make(Shape::range, {10, 20, 80, 90});
  CHECK((inside(north, 15, 85) && inside(north, 200, 90) && !inside(north, 25, 85)));
  const Stencil meridian = Stencil::make(Shape::range, {0, 360, 10, 20});
  CHECK((inside(meridian, 123, 15) && inside(meridian, 0, 10) && !inside(meridian, 123, 21)));
  const Stencil big = Stencil::make(Shape::circle, {0, 0, 120});
  CHECK((inside(big, 119, 0) && !inside(big, 121, 0)));
  // Great-circle sides: the north side of this box bulges over its parallel.
  for (const bool reverse : {false, true}) {
    std::vector<double> v{0, 50, 60, 50, 60, 60, 0, 60};
    if (reverse) v = {0, 60, 60, 60, 60, 50, 0, 50};
    const Stencil s = Stencil::make(Shape::polygon, v);
    CHECK((inside(s, 30, 62) && !inside(s, 30, 52) && inside(s, 30, 57) && !inside(s, 30, -57) &&
           !inside(s, 210, 55)));
  }
  const Stencil pole = Stencil::make(Shape::polygon, {0, 80, 90, 80, 180, 80, 270, 80});
  CHECK((inside(pole, 45, 90) && inside(pole, 45, 83) && !inside(pole, 45, 81)));
}

TEST_CASE("polygons agree with the winding of their sides") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 300; i++) {
    const double size = std::pow(10, 5 * uniform(random) - 3.3);
    const double lon = 360 * uniform(random), lat = i % 10 == 0
                                                        ? 90 - size * uniform(random)
                                                        : std::asin(2 * uniform(random) - 1) / kDegree;
    auto v = star(random, lon, lat, size);
    if (i % 2) {
      std::vector<double> reversed;
      for (std::size_t k = v.size(); k > 0; k -= 2) reversed.insert(reversed.end(), {v[k - 2], v[k - 1]});
      v = reversed;
    }
    const Stencil s = Stencil::make(Shape::polygon, v);
    for (int k = 0; k < 200; k++) {
      Vec3 p = toVector(lon, lat);
      const Vec3 r = randomDirection(random);
      for (int c = 0; c < 3; c++) p[c] += r[c] * size * kDegree;
      const double length = std::sqrt(dot(p, p));
      for (double& c : p) c /= length;
      CHECK(s.contains(p) == (std::abs(turns(v, p)) > 0.5));
      CHECK((s.region->clearance(p) > 0) == s.contains(p));
      if (s.contains(p)) CHECK(angle(p, s.region->capCentre()) <= s.region->capRadius());
    }
  }
}

TEST_CASE("overlaps agree with points drawn in both, and are symmetric") {
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> uniform(0, 1);
  int meeting = 0, apart = 0;
  for (int i = 0; i < 600; i++) {
    const double lon = 360 * uniform(random),
                 lat = i % 5 == 0 ? 85 + 4 * uniform(random) : std::asin(2 * uniform(random) - 1) / kDegree;
    std::unique_ptr<Region> regions[2];
    for (int k = 0; k < 2; k++) {
      const double a = lon + 6 * uniform(random) / std::cos(lat * kDegree),
                   b = std::min(88.0, lat + 6 * uniform(random)), size = 4 * uniform(random) + 0.1;
      switch ((i / (k ? 3 : 1)) % 3) {
        case 0:
          regions[k] = circleRegion(a, b, size);
          break;
        case 1:
          regions[k] = polygonRegion(star(random, a, b, size), true);
          break;
        default: {
          const auto range =
              Stencil::make(Shape::range, {a, a + 2 * size, b - size / 2, std::min(90.0, b + size)}).values;
          regions[k] = rangeRegion(range[0], range[1], range[2], range[3]);
        }
      }
    }
    const bool meet = overlap(*regions[0], *regions[1]);
    CHECK(meet == overlap(*regions[1], *regions[0]));
    (meet ? meeting : apart)++;
    bool common = false;
    for (int k = 0; k < 4000 && !common; k++) {
      const Region& small = *regions[regions[1]->capRadius() < regions[0]->capRadius()];
      const Vec3 r = randomDirection(random), c = small.capCentre();
      const double spread = small.capRadius() * 1.2 * uniform(random);
      Vec3 p{c[0] + spread * r[0], c[1] + spread * r[1], c[2] + spread * r[2]};
      const double length = std::sqrt(dot(p, p));
      for (double& x : p) x /= length;
      common = regions[0]->contains(p) && regions[1]->contains(p);
    }
    if (common) CHECK(meet);
    // Without a common point among many, they can meet only at their rims.
    if (!common && meet) {
      double deepest = -1;
      for (int k = 0; k < 2; k++) {
        for (const Arc& arc : regions[k]->edge()) {
          for (double t = 0; t <= 1; t += 0.005)
            deepest = std::max(deepest, regions[1 - k]->clearance(arc.at(t)));
        }
      }
      CHECK(deepest > -1e-3);
      CHECK(deepest < 0.1 * kDegree);
    }
  }
  CHECK(meeting > 100);
  CHECK(apart > 100);
}

TEST_CASE("overlaps that sampling would miss") {
  const auto box = polygonRegion(std::vector<double>{10, 10, 12, 10, 12, 12, 10, 12}, true);
  CHECK(overlap(*box, *rangeRegion(11, 11, -90, 90)));  // a meridian
  CHECK(overlap(*box, *rangeRegion(0, 360, 11, 11)));   // a parallel
  CHECK(overlap(*box, *rangeRegion(0, 360, -90, 90)));  // everything
  CHECK(overlap(*box, *circleRegion(200, -40, 180)));
  CHECK(overlap(*box, *circleRegion(11, 11, 1e-6)));
  CHECK(overlap(*box, *circleRegion(11, 9, 1.0016)));  // the south side bends to 10.0015 degrees
  CHECK_FALSE(overlap(*box, *circleRegion(11, 9, 1.0014)));
  CHECK(overlap(*box, *polygonRegion(std::vector<double>{9, 10.9, 13, 10.9, 13, 11, 9, 11},
                                     true)));  // a bar: no vertex in either
  CHECK(overlap(*box, *polygonRegion(std::vector<double>{10, 10, 12, 10, 12, 12, 10, 12}, true)));  // itself
  CHECK(overlap(*box,
                *polygonRegion(std::vector<double>{12, 10, 14, 10, 14, 12, 12, 12}, true)));  // its neighbour
  CHECK_FALSE(overlap(*box, *rangeRegion(20, 5, 0, 20)));
  CHECK(overlap(*box, *rangeRegion(20, 10.5, 0, 20)));
  // The north side bulges to 12.0018 degrees between its corners.
  CHECK(overlap(*box, *rangeRegion(0, 360, 12.001, 13)));
  CHECK_FALSE(overlap(*box, *rangeRegion(0, 360, 12.003, 13)));
}

// Two of the cases that mpmath decides in test/archive/positions.test.ts.
TEST_CASE("a range about a pole meets what lies there, and not what lies beside it") {
  const auto beside =
      polygonRegion(std::vector<double>{327.55270823927276, 89.99999447990169, 205.80993013870147,
                                        89.999983462899, 224.87758955354568, 89.99999278533927},
                    true);
  CHECK_FALSE(overlap(*beside, *rangeRegion(0, 360, 89.9999999, 90)));
  CHECK_FALSE(overlap(*beside, *rangeRegion(0, 360, 89.999999999, 90)));
  CHECK(overlap(*beside, *rangeRegion(0, 360, 89.99999, 90)));
}

TEST_CASE("footprints are circles or polygons, and nothing else") {
  const std::vector<double> circle{10, 20, 1}, polygon{9, 19, 11, 19, 11, 21, 9, 21};
  CHECK(overlaps(circle, toVector(10.5, 20)));
  CHECK(overlaps(polygon, toVector(10.5, 20)));
  CHECK_FALSE(overlaps(polygon, toVector(12, 20)));
  CHECK_FALSE(overlaps(std::vector<double>{}, toVector(12, 20)));
  CHECK(overlaps(polygon, Stencil::make(Shape::circle, {12, 20, 1.2})));
  CHECK(overlaps(circle, Stencil::make(Shape::range, {350, 10, 0, 20})));
  for (const std::vector<double>& bad :
       {std::vector<double>{1, 2}, {1, 2, 3, 4}, {1, 2, 3, 4, 5}, {1, 2, NAN}, {1, 95, 3}}) {
    CHECK_THROWS_AS(footprintRegion(bad), Error);
  }
}

TEST_CASE("a polygon of 10,000 vertices is checked in time") {
  std::vector<double> v;
  for (int k = 0; k < 10'000; k++) {
    const double azimuth = 2 * kPi * k / 10'000, r = k % 2 ? 1.0 : 0.6;
    v.insert(v.end(), {50 + r * std::cos(azimuth), r * std::sin(azimuth)});
  }
  const Stencil s = Stencil::make(Shape::polygon, v);
  CHECK(inside(s, 50, 0.5));
  CHECK_FALSE(inside(s, 50, 1.1));
}
