// HEALPix cells against healpy.
#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <set>
#include <sstream>

#include "core/base/constants.h"
#include "core/sphere/healpix.h"
#include "oracle.h"

using namespace vignet;

namespace {

std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

}  // namespace

TEST_CASE("cells and centres are healpy's") {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::string questions;
  std::vector<uint64_t> cells;
  std::vector<Vec3> centres;
  for (int i = 0; i < 20000; i++) {
    const int order = i % 30;
    double lon = 360 * uniform(random), lat = std::asin(2 * uniform(random) - 1) / kDegree;
    if (i % 7 == 0) lat = 90 - std::pow(10, -10 * uniform(random));
    if (i % 11 == 0) lat = -90 + std::pow(10, -10 * uniform(random));
    if (order > 24 && std::abs(lat) > 89)
      lat = 30;  // healpy's own degrees -> radians loses the last digits there
    questions += "cell " + std::to_string(order) + " " + number(lon) + " " + number(lat) + "\n";
    cells.push_back(healpix::cellOf(toVector(lon, lat), order));
    questions += "centre " + std::to_string(order) + " " + std::to_string(cells.back()) + "\n";
    centres.push_back(healpix::centreOf(cells.back(), order));
  }
  const auto answers = oracle::ask("healpix_oracle.py", questions);
  REQUIRE(answers.size() == 2 * cells.size());
  int differing = 0;
  for (std::size_t i = 0; i < cells.size(); i++) {
    double lon, lat;
    std::istringstream(answers[2 * i + 1]) >> lon >> lat;
    CHECK(angle(centres[i], toVector(lon, lat)) < 2e-15 * 4);
    const uint64_t theirs = std::stoull(answers[2 * i]);
    if (theirs == cells[i]) continue;
    // At order 29 a cell is 0.4 milliarcseconds; rounding may put a point across a border, never farther.
    differing++;
    const int order = static_cast<int>(i % 30);
    CHECK(order >= 24);
    CHECK(angle(healpix::centreOf(theirs, order), centres[i]) < 2.1 * healpix::cellRadius(order));
  }
  CHECK(differing < 20);
}

TEST_CASE("every cell is its own centre's, and holds its corners") {
  for (int order = 0; order <= 5; order++) {
    double farthest = 0;
    for (uint64_t cell = 0; cell < 12ull << 2 * order; cell++) {
      const Vec3 centre = healpix::centreOf(cell, order);
      CHECK(healpix::cellOf(centre, order) == cell);
      for (const Vec3& corner : healpix::cornersOf(cell, order))
        farthest = std::max(farthest, angle(centre, corner));
    }
    CHECK(farthest <= healpix::cellRadius(order));
    CHECK(farthest > 0.95 * healpix::cellRadius(order));
  }
}

TEST_CASE("no point is farther from its cell's centre than the cell radius") {
  std::mt19937_64 random(2);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 300000; i++) {
    Vec3 v{normal(random), normal(random), normal(random)};
    const double size = std::sqrt(dot(v, v));
    for (double& c : v) c /= size;
    const int order = i % 12;
    const double off = angle(v, healpix::centreOf(healpix::cellOf(v, order), order));
    if (off > healpix::cellRadius(order)) FAIL("order " << order << ": " << off);
  }
}

TEST_CASE("a cover never misses a cell that healpy finds in a disc, and stays near it") {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::string questions;
  std::vector<std::vector<healpix::CellRange>> covers;
  std::vector<std::array<double, 4>> discs;
  for (int i = 0; i < 300; i++) {
    const int order = 2 + i % 8;
    const double lon = 360 * uniform(random), lat = std::asin(2 * uniform(random) - 1) / kDegree;
    const double radius = std::pow(10, 2 * uniform(random) - 1.3) * 64 / (1 << order);
    questions +=
        "disc " + std::to_string(order) + " " + number(lon) + " " + number(lat) + " " + number(radius) + "\n";
    covers.push_back(healpix::cover(*circleRegion(lon, lat, radius), order, 100000));
    discs.push_back({lon, lat, radius, static_cast<double>(order)});
  }
  const auto answers = oracle::ask("healpix_oracle.py", questions);
  REQUIRE(answers.size() == covers.size());
  for (std::size_t i = 0; i < covers.size(); i++) {
    const int order = static_cast<int>(discs[i][3]);
    std::istringstream cells(answers[i]);
    const auto holds = [&](uint64_t cell) {
      for (const auto& range : covers[i]) {
        if (range.begin <= cell && cell < range.end) return true;
      }
      return false;
    };
    for (uint64_t cell; cells >> cell;) CHECK(holds(cell));
    const Vec3 centre = toVector(discs[i][0], discs[i][1]);
    CHECK(holds(healpix::cellOf(centre, order)));
    for (const auto& range : covers[i]) {
      for (uint64_t cell = range.begin; cell < range.end; cell++) {
        CHECK(angle(centre, healpix::centreOf(cell, order)) <=
              discs[i][2] * kDegree + healpix::cellRadius(order) + 1e-12);
      }
    }
  }
}

TEST_CASE("a cover holds every point of its region, with any budget") {
  std::mt19937_64 random(4);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 60; i++) {
    std::unique_ptr<Region> region;
    if (i % 3 == 0)
      region = circleRegion(360 * uniform(random), 180 * uniform(random) - 90, 100 * uniform(random) + 0.1);
    if (i % 3 == 1) {
      const double lat = 170 * uniform(random) - 90;
      region = rangeRegion(360 * uniform(random), 360 * uniform(random), lat, lat + 10);
    }
    if (i % 3 == 2) {
      const double lon = 350 * uniform(random), lat = 150 * uniform(random) - 75;
      region = polygonRegion(
          std::vector<double>{lon, lat, lon + 10, lat - 5, lon + 5, lat, lon + 8, lat + 12}, true);
    }
    for (const std::size_t budget : {20, 500}) {
      const auto ranges = healpix::cover(*region, 10, budget);
      for (std::size_t r = 1; r < ranges.size(); r++) CHECK(ranges[r - 1].end < ranges[r].begin);
      int inside = 0;
      for (int k = 0; k < 2000; k++) {
        const Vec3 p = toVector(360 * uniform(random), std::asin(2 * uniform(random) - 1) / kDegree);
        if (!region->contains(p)) continue;
        inside++;
        const uint64_t cell = healpix::cellOf(p, 10);
        bool held = false;
        for (const auto& range : ranges) held = held || (range.begin <= cell && cell < range.end);
        CHECK(held);
      }
    }
  }
}

TEST_CASE("a small cover holds every cell of its circle, at face borders and poles too") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::normal_distribution<double> normal;
  for (int i = 0; i < 6000; i++) {
    const int order = 1 + i % 13;
    const double radius = 1.02 / (1 << order) * (i % 2 ? 1 : uniform(random));
    double lon = 360 * uniform(random), lat = std::asin(2 * uniform(random) - 1) / kDegree;
    if (i % 5 == 0) lat = 90 - 2 * radius / kDegree * uniform(random);
    if (i % 5 == 1)
      lon = 90 * static_cast<double>(i % 4) + 3 * radius / kDegree * normal(random),
      lat = 30 + 60 * uniform(random);
    const Vec3 centre = toVector(lon, lat);
    const auto cells = healpix::coverSmall(centre, radius, order);
    const std::set<uint64_t> held(cells.begin(), cells.end());
    CHECK(held.size() == cells.size());
    CHECK(cells.size() <= 25);
    for (int k = 0; k < 60; k++) {
      Vec3 r{normal(random), normal(random), normal(random)};
      Vec3 side = cross(centre, r);
      const double size = std::sqrt(dot(side, side)), off = radius * (k % 3 ? 1 : uniform(random));
      Vec3 p;
      for (int c = 0; c < 3; c++) p[c] = centre[c] * std::cos(off) + side[c] / size * std::sin(off);
      CHECK(held.count(healpix::cellOf(p, order)) == 1);
    }
  }
}
