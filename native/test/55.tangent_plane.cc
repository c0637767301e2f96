// The tangent plane: known projections, its two ways against each other, and what is not on it.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "core/base/constants.h"
#include "core/sphere/tangent_plane.h"

using namespace vignet;

TEST_CASE("tangent plane: known projections") {
  const TangentPlane plane(30, 0);
  for (const double step : {1e-9, 1.0, 45.0}) {
    const auto east = plane.project(toVector(30 + step, 0)), north = plane.project(toVector(30, step));
    CHECK(east.x == doctest::Approx(std::tan(step * kDegree)));
    CHECK(std::abs(east.y) < 1e-15);
    CHECK(north.y == doctest::Approx(std::tan(step * kDegree)));
    CHECK(std::abs(north.x) < 1e-15);
  }
  const auto north = TangentPlane(0, 90).project(toVector(90, 80));  // RA 90 lies to the east of the pole
  CHECK(north.x == doctest::Approx(std::tan(10 * kDegree)));
}

TEST_CASE("tangent plane: positions and directions agree, and small differences keep their digits") {
  std::mt19937 random(55);
  std::uniform_real_distribution<double> any(-1, 1);
  for (int i = 0; i < 10'000; ++i) {
    const double lon = 180 + 180 * any(random), lat = 89 * any(random);
    const TangentPlane plane(lon, lat);
    const double toLon = lon + 5 * any(random), toLat = std::fmax(-90, std::fmin(90, lat + 5 * any(random)));
    const auto a = plane.project(toVector(toLon, toLat)), b = plane.projectNear(toLon, toLat);
    CHECK(std::hypot(a.x - b.x, a.y - b.y) < 1e-14);
  }
  // A millionth of an arc second beside RA 300: in the direction's cosines most of it is lost.
  const double step = 1e-6 / 3600, lon = 300, lat = 60;
  const double dLon = (lon + step) - lon, dLat = (lat + step) - lat;
  const auto moved = TangentPlane(lon, lat).projectNear(lon + step, lat + step);
  CHECK(moved.x == doctest::Approx(dLon * kDegree * std::cos((lat + step) * kDegree)).epsilon(1e-12));
  CHECK(moved.y == doctest::Approx(dLat * kDegree).epsilon(1e-10));
}

TEST_CASE("tangent plane: what is far away is not on it") {
  const TangentPlane plane(0, 0);
  CHECK(std::isfinite(plane.project(toVector(79.9, 0)).x));
  CHECK(std::isnan(plane.project(toVector(80.1, 0)).x));
  CHECK(std::isfinite(plane.projectNear(89.9, 0).x));
  CHECK(std::isnan(plane.projectNear(90.1, 0).x));
  CHECK(std::isnan(plane.project(toVector(180, 0)).y));
}
