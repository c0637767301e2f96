// SIP, which is ours: as wcslib has it, undone, and set up soon.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "core/wcs/wcs.h"
#include "headers.h"
#include "wcs_support.h"
#include "wcslib_calls.h"

using namespace vignet;
using namespace vignet::test;

TEST_CASE("SIP of every order, in one axis or both: wcslib's own, there and back") {
  std::mt19937 random(52);
  std::uniform_real_distribution<> unit(-1, 1);
  for (int order = 2; order <= 9; order++) {
    for (const std::string axes : {"AB", "A", "B"}) {
      std::string pairs = types("RA---TAN-SIP", "DEC--TAN-SIP") + cd;
      for (const char axis : axes) {
        const std::string name = std::string(1, axis) + "_";
        pairs += name + "ORDER=" + std::to_string(order) + " ";
        for (int p = 0; p <= order; p++) {
          for (int q = p < 2 ? 2 - p : 0; p + q <= order; q++)
            pairs += name + std::to_string(p) + "_" + std::to_string(q) + "=" +
                     headers::number(unit(random) * std::pow(700.0, 1 - p - q) / 100) + " ";
        }
      }
      const headers::Header h = headers::make(pairs);
      Wcs wcs(parseWcs(h.lines(), 2).value());
      const auto grid = gridOf(h);
      const Mapped mapped = map(wcs, grid);
      const auto sky = direct(h, grid);
      std::vector<Pixel> back(grid.size());
      std::vector<uint8_t> ok(grid.size());
      wcs.toPixel(mapped.sky, back, ok);
      REQUIRE(sky.size() == grid.size());
      for (std::size_t i = 0; i < grid.size(); i++) {
        CHECK(apart(mapped.sky[i], sky[i]) < 1e-12);
        CHECK(bool(ok[i]));
        CHECK(std::hypot(back[i].x - grid[i].x, back[i].y - grid[i].y) < 1e-8);
      }
    }
  }
}

TEST_CASE("SIP that cannot be undone is no pixel") {
  // x + x^2 / 1000 never comes below -250.
  Wcs wcs(parseWcs(headers::make(types("RA---TAN-SIP", "DEC--TAN-SIP") + cd +
                                 "A_ORDER=2 B_ORDER=2 A_2_0=1E-3 B_2_0=0.0")
                       .lines(),
                   2)
              .value());
  const Sky beyond{10.2, 20};
  Pixel pixel;
  uint8_t ok = 1;
  wcs.toPixel({&beyond, 1}, {&pixel, 1}, {&ok, 1});
  CHECK(ok == 0);
  CHECK(std::isnan(pixel.x));
}

TEST_CASE("setting up a TAN-SIP parses no header, maps no point and leaves the polynomials to us") {
  std::string pairs = types("RA---TAN-SIP", "DEC--TAN-SIP") + cd;
  for (const std::string p : {"A_", "B_"}) {
    pairs += p + "ORDER=3 ";
    for (int i = 0; i <= 3; i++) {
      for (int j = 0; i + j <= 3; j++) {
        if (i + j > 1) pairs += p + std::to_string(i) + "_" + std::to_string(j) + "=1E-9 ";
      }
    }
  }
  for (const std::string p : {"AP_", "BP_"}) {
    pairs += p + "ORDER=4 ";
    for (int i = 0; i <= 4; i++) {
      for (int j = 0; i + j <= 4; j++) {
        if (i + j > 0) pairs += p + std::to_string(i) + "_" + std::to_string(j) + "=1E-9 ";
      }
    }
  }
  const auto numbers = parseWcs(headers::make(pairs).lines(), 2);
  const WcslibCalls calls;
  const Wcs wcs(*numbers);
  CHECK(calls.setUps() == 1);
  CHECK(calls.parsed() == 0);
  CHECK(calls.distortions() == 0);
  CHECK(calls.points() == 0);
}
