// The box of a stencil against brute force over every pixel centre.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/sky/image_footprint.h"
#include "core/sky/stencil_box.h"
#include "core/sphere/footprint.h"
#include "core/wcs/wcs.h"
#include "headers.h"
#include "wcslib_calls.h"

using namespace vignet;

namespace {

using Shape = Stencil::Shape;

Layout layoutOf(const headers::Header& h) {
  Layout layout;
  layout.planes.emplace_back();
  layout.planes[0].width = static_cast<uint32_t>(h.width);
  layout.planes[0].height = static_cast<uint32_t>(h.height);
  if (auto numbers = parseWcs(h.lines(), static_cast<uint32_t>(h.naxis))) {
    layout.wcs.push_back(*numbers);
    layout.planes[0].wcs = 0;
  }
  return layout;
}

struct Truth {
  std::vector<Vec3> directions;  // row by row
  std::vector<uint8_t> ok;
  uint32_t fineness;
};

// Of pixel centres, or of a grid of `fineness` x `fineness` points in each pixel.
Truth truthOf(const Layout& layout, uint32_t fineness = 1) {
  Wcs wcs(layout.wcs[0]);
  const uint32_t w = layout.planes[0].width, h = layout.planes[0].height;
  std::vector<Pixel> pixels;
  const auto place = [&](uint32_t k) { return (k + 0.5) / fineness - 0.5; };
  for (uint32_t y = 0; y < h * fineness; y++) {
    for (uint32_t x = 0; x < w * fineness; x++) pixels.push_back({place(x), place(y)});
  }
  std::vector<Sky> sky(pixels.size());
  Truth truth{{}, {}, fineness};
  truth.ok.resize(pixels.size());
  wcs.toSky(pixels, sky, truth.ok);
  for (const Sky& s : sky) truth.directions.push_back(toVector(s.lon, s.lat));
  return truth;
}

std::optional<Box> bruteForce(const Layout& layout, const Truth& truth, const Stencil& stencil) {
  const uint32_t w = layout.planes[0].width * truth.fineness;
  std::optional<Box> box;
  for (std::size_t k = 0; k < truth.directions.size(); k++) {
    if (!truth.ok[k] || !stencil.contains(truth.directions[k])) continue;
    const auto x = static_cast<uint32_t>(k % w) / truth.fineness,
               y = static_cast<uint32_t>(k / w) / truth.fineness;
    if (!box) box = Box{x, y, x + 1, y + 1};
    box->x0 = std::min(box->x0, x), box->x1 = std::max(box->x1, x + 1);
    box->y0 = std::min(box->y0, y), box->y1 = std::max(box->y1, y + 1);
  }
  return box;
}

Stencil randomStencil(std::mt19937_64& random, const Vec3& centre, double size) {
  std::uniform_real_distribution<double> uniform(0, 1);
  std::normal_distribution<double> normal;
  const auto near = [&](double spread) {
    Vec3 v;
    double length = 0;
    for (int k = 0; k < 3; k++) v[k] = centre[k] + spread * normal(random);
    length = std::sqrt(dot(v, v));
    for (double& c : v) c /= length;
    std::array<double, 2> place;
    toLonLat(v, place[0], place[1]);
    return place;
  };
  const double scale = size * std::pow(10, 2.5 * uniform(random) - 2);
  const auto [lon, lat] = near(size * uniform(random));
  for (;;) {
    try {
      switch (random() % 3) {
        case 0:
          return Stencil::make(Shape::circle, {lon, lat, std::min(180.0, scale / kDegree)});
        case 1: {
          std::vector<double> v;
          const Vec3 middle = toVector(lon, lat);
          const int n = 3 + static_cast<int>(random() % 6);
          for (int k = 0; k < n; k++) {  // a star about the middle: simple, often not convex
            Vec3 east = cross({0, 0, 1}, middle);
            const double e = std::sqrt(dot(east, east));
            for (double& c : east) c /= e;
            const Vec3 north = cross(middle, east);
            const double azimuth = 2 * std::numbers::pi * (k + 0.8 * uniform(random)) / n,
                         r = std::tan(std::min(1.3, scale * (0.2 + uniform(random))));
            Vec3 p;
            for (int c = 0; c < 3; c++)
              p[c] = middle[c] + r * (std::cos(azimuth) * east[c] + std::sin(azimuth) * north[c]);
            double a, b;
            toLonLat(p, a, b);
            v.insert(v.end(), {a, b});
          }
          return Stencil::make(Shape::polygon, v);
        }
        default: {
          const double width = std::min(
              359.0, scale / kDegree / std::max(0.05, std::cos(lat * kDegree)) * (0.5 + uniform(random)));
          const double height = scale / kDegree * (0.5 + uniform(random));
          return Stencil::make(Shape::range, {lon - width, lon + width, std::max(-90.0, lat - height),
                                              std::min(90.0, lat + height)});
        }
      }
    } catch (const Error&) {  // a star wider than a hemisphere, or one that does not hold its middle
    }
  }
}

std::string types(const std::string& projection, double lon, double lat) {
  return "CTYPE1='RA---" + projection + "' CTYPE2='DEC--" + projection + "' CRVAL1=" + headers::number(lon) +
         " CRVAL2=" + headers::number(lat) + " ";
}

std::string describe(const Stencil& s) {
  std::string text = s.shape == Shape::circle ? "circle" : s.shape == Shape::polygon ? "polygon" : "range";
  for (const double v : s.values) text += " " + headers::number(v);
  return text;
}

// Boxes of many random stencils hold every pixel centre that is inside; `tight`, by at most a pixel more on
// each side.
void prove(const headers::Header& h, int count, uint64_t seed, bool tight) {
  const Layout layout = layoutOf(h);
  REQUIRE(layout.wcs.size() == 1);
  const Truth truth = truthOf(layout), fine = tight ? truthOf(layout, 4) : Truth{};
  const auto footprint = footprintOf(layout);
  REQUIRE(footprint);
  const auto region = footprintRegion(footprint->numbers);
  std::mt19937_64 random(seed);
  int overlapping = 0, exact = 0, round = 0;
  for (int k = 0; k < count; k++) {
    const Vec3 centre = truth.directions[random() % truth.directions.size()];
    if (std::isnan(centre[0])) continue;
    const Stencil stencil = randomStencil(random, centre, footprint->radius * kDegree);
    const auto box = boxOf(layout, stencil);
    const auto must = bruteForce(layout, truth, stencil);
    INFO(h.cards.substr(0, 80) << h.path << " seed " << seed << " #" << k << " " << describe(stencil));
    if (must) {
      overlapping++;
      REQUIRE(box);
      CHECK(box->x0 <= must->x0);
      CHECK(box->y0 <= must->y0);
      CHECK(box->x1 >= must->x1);
      CHECK(box->y1 >= must->y1);
      CHECK(overlap(*region, *stencil.region));
    }
    // Points four to a pixel's side: the box holds their pixels too, and of a round stencil hardly more.
    if (tight && k < 16) {
      const auto touched = bruteForce(layout, fine, stencil);
      if (touched) {
        REQUIRE(box);
        CHECK((box->x0 <= touched->x0 && box->y0 <= touched->y0 && box->x1 >= touched->x1 &&
               box->y1 >= touched->y1));
        if (stencil.shape == Shape::circle) {
          CHECK((box->x0 + 1 >= touched->x0 && box->y0 + 1 >= touched->y0 && box->x1 <= touched->x1 + 1 &&
                 box->y1 <= touched->y1 + 1));
          exact += *box == *touched;
          round++;
        }
      }
    }
    if (box) {
      CHECK(box->x0 < box->x1);
      CHECK(box->x1 <= layout.planes[0].width);
      CHECK(box->y0 < box->y1);
      CHECK(box->y1 <= layout.planes[0].height);
      CHECK(overlap(*region, *stencil.region));
    }
  }
  CHECK(overlapping > count / 10);
  CHECK(exact >= round / 2);
}

const std::string middle = "CRPIX1=50.5 CRPIX2=40.5 ";
const std::string small = middle + "CDELT1=-1E-3 CDELT2=1E-3 ";

}  // namespace

TEST_CASE("boxes hold every pixel centre: narrow images") {
  const std::string cd = middle + "CD1_1=-6E-4 CD1_2=8E-4 CD2_1=8E-4 CD2_2=6E-4 ";
  const std::string sip = "A_ORDER=3 B_ORDER=3 A_2_0=3E-4 A_1_1=-2E-4 B_0_2=4E-4 B_3_0=1E-6 A_0_3=-2E-6 ";
  prove(headers::make(types("TAN", 10, 20) + small, 100, 80), 120, 1, true);
  prove(headers::make(types("TAN-SIP", 10, 20) + cd + sip, 100, 80), 120, 2, true);
  prove(headers::make(types("TAN", 0.01, -0.02) + cd, 100, 80), 120, 3, true);
  prove(headers::make(types("TAN", 77, 89.99) + cd, 100, 80), 120, 4, true);
  prove(headers::make(types("TAN", 250, -90) + cd, 100, 80), 120, 5, true);
  prove(headers::make(types("TPV", 250, -60) + cd + "PV1_1=1.0 PV2_1=1.0 PV1_4=0.3 PV2_7=20.0", 100, 80), 300,
        6, true);
  prove(headers::make(types("TAN", 10, 20) + "RADESYS='FK5' " + small, 100, 80), 100, 7, true);
  prove(headers::make("CTYPE1='GLON-CAR' CTYPE2='GLAT-CAR' CRVAL1=30.0 CRVAL2=0.0 " + small, 100, 80), 200, 8,
        true);
  prove(headers::make(types("TAN", 10, 20) + "CRPIX1=1.0 CRPIX2=1.0 CDELT1=-1E-4 CDELT2=1E-4", 1, 1), 100, 9,
        false);
  prove(headers::make(types("TAN", 10, 20) + "CRPIX1=1.0 CRPIX2=300.0 CDELT1=-1E-4 CDELT2=1E-4", 3, 600), 200,
        10, false);
}

TEST_CASE("boxes hold every pixel centre: wide and whole-sky images") {
  prove(headers::make(types("TAN", 10, 20) + middle + "CDELT1=-0.8 CDELT2=0.8", 100, 80), 100, 11, false);
  prove(headers::make(types("SIN", 10, 20) + middle + "CDELT1=-1.0 CDELT2=1.0", 100, 80), 100, 12, false);
  prove(headers::make(types("SIN", 10, 20) + middle + "CDELT1=-1.5 CDELT2=1.5", 100, 80), 100, 13, false);
  prove(headers::make(types("ZPN", 10, 80) + middle + "CDELT1=-0.3 CDELT2=0.3 PV2_1=1.0 PV2_3=0.3", 100, 80),
        200, 14, false);
  prove(headers::make(types("CAR", 0, 0) + "CRPIX1=60.5 CRPIX2=30.5 CDELT1=-3.0 CDELT2=3.0", 120, 60), 300,
        15, false);
  prove(headers::make(types("CAR", 180, 0) + "CRPIX1=65.5 CRPIX2=35.5 CDELT1=-3.0 CDELT2=3.0", 130, 70), 300,
        16, false);
  prove(headers::make(types("AIT", 0, 0) + "CRPIX1=60.5 CRPIX2=30.5 CDELT1=-2.8 CDELT2=2.8", 120, 60), 300,
        17, false);
  prove(headers::make(types("MOL", 90, 0) + "CRPIX1=60.5 CRPIX2=30.5 CDELT1=-2.5 CDELT2=2.5", 120, 60), 300,
        18, false);
  prove(headers::make(types("HPX", 0, 0) + "CRPIX1=60.5 CRPIX2=30.5 CDELT1=-3.0 CDELT2=3.0", 120, 60), 300,
        19, false);
  prove(headers::make(types("ZEA", 0, 90) + "CRPIX1=50.5 CRPIX2=50.5 CDELT1=-2.4 CDELT2=2.4", 100, 100), 300,
        20, false);
  prove(headers::make(types("ARC", 0, -90) + "CRPIX1=50.5 CRPIX2=50.5 CDELT1=-3.7 CDELT2=3.7", 100, 100), 300,
        21, false);
}

TEST_CASE("boxes hold every pixel centre: cylindrical images beyond 180 degrees of native longitude") {
  prove(headers::make(types("CAR", 20, 0) + "CRPIX1=72.5 CRPIX2=30.5 CDELT1=-3.0 CDELT2=3.0", 144, 60), 300,
        22, false);
  prove(headers::make(types("CAR", 0, 0) + "CRPIX1=-39.5 CRPIX2=30.5 CDELT1=-3.0 CDELT2=3.0", 60, 60), 300,
        23, false);
  prove(headers::make(types("CEA", 300, 0) + "CRPIX1=70.5 CRPIX2=20.5 CDELT1=-3.0 CDELT2=3.0", 140, 40), 300,
        24, false);
  prove(headers::make(types("MER", 100, 0) + "CRPIX1=70.5 CRPIX2=30.5 CDELT1=3.0 CDELT2=3.0", 140, 60), 300,
        25, false);
}

TEST_CASE("boxes hold every pixel centre: real images") {
  uint64_t seed = 100;
  for (const auto& h : headers::real()) {
    if (h.width * h.height > 300'000 || h.width < 20 || h.path.find("/wcs/") == std::string::npos) continue;
    prove(h, 60, seed++, h.path.find("outside_sky") == std::string::npos);
  }
}

TEST_CASE("a stencil inside one pixel gives that pixel") {
  const Layout layout = layoutOf(headers::make(types("TAN", 10, 20) + small, 100, 80));
  Wcs wcs(layout.wcs[0]);
  for (const Pixel p : {Pixel{30.3, 20.4}, {0.2, 0.3}, {-0.45, -0.45}, {99.4, 79.4}, {50.4, 0.0}}) {
    Sky sky;
    uint8_t ok;
    wcs.toSky({&p, 1}, {&sky, 1}, {&ok, 1});
    const auto x = static_cast<uint32_t>(std::lround(p.x)), y = static_cast<uint32_t>(std::lround(p.y));
    CHECK(boxOf(layout, Stencil::make(Shape::circle, {sky.lon, sky.lat, 1e-5})) == Box{x, y, x + 1, y + 1});
    const double e = 2e-5;
    CHECK(boxOf(layout, Stencil::make(Shape::range, {sky.lon - e, sky.lon + e, sky.lat - e, sky.lat + e})) ==
          Box{x, y, x + 1, y + 1});
    CHECK(boxOf(layout, Stencil::make(Shape::polygon, {sky.lon - e, sky.lat - e, sky.lon + e, sky.lat - e,
                                                       sky.lon, sky.lat + e})) == Box{x, y, x + 1, y + 1});
  }
}

TEST_CASE("a circle's box is exactly that of its extremes") {
  // 1E-3 degree a pixel at the equator; the circle of 0.0123 degree about the reference pixel reaches 12.3
  // pixels.
  const Layout layout = layoutOf(
      headers::make(types("TAN", 10, 0) + "CRPIX1=51.0 CRPIX2=41.0 CDELT1=-1E-3 CDELT2=1E-3", 100, 80));
  CHECK(boxOf(layout, Stencil::make(Shape::circle, {10, 0, 0.0123})) == Box{38, 28, 63, 53});
  CHECK(boxOf(layout, Stencil::make(Shape::circle, {10, 0, 0.01249})) == Box{38, 28, 63, 53});
  CHECK(boxOf(layout, Stencil::make(Shape::circle, {10, 0, 0.01251})) == Box{37, 27, 64, 54});
}

TEST_CASE("no overlap is no box, though the bounding boxes touch") {
  const Layout layout = layoutOf(headers::make(types("TAN", 10, 0) + small, 100, 80));
  // An L whose bounding box holds the image, and whose notch does too.
  CHECK_FALSE(
      boxOf(layout, Stencil::make(Shape::polygon, {9, -1, 11, -1, 11, 1, 10.9, 1, 10.9, -0.9, 9, -0.9})));
  CHECK_FALSE(boxOf(layout, Stencil::make(Shape::circle, {10.09, 0.08, 0.055})));  // off a corner
  CHECK(boxOf(layout, Stencil::make(Shape::circle, {10.09, 0.08, 0.058})));
  CHECK_FALSE(boxOf(layout, Stencil::make(Shape::circle, {190, 0, 90})));
  CHECK_FALSE(boxOf(layout, Stencil::make(Shape::range, {20, 0, -90, 90})));
  CHECK(boxOf(layout, Stencil::make(Shape::range, {-INFINITY, INFINITY, -INFINITY, INFINITY})) ==
        Box{0, 0, 100, 80});
  CHECK(boxOf(layout, Stencil::make(Shape::circle, {300, 50, 180})) == Box{0, 0, 100, 80});
  CHECK(boxOf(layout, Stencil::make(Shape::range, {0, 360, -0.0102, 0.0102})) == Box{0, 29, 100, 51});
}

TEST_CASE("an image without a celestial WCS says so") {
  try {
    boxOf(layoutOf(headers::make("CTYPE1='LINEAR' CTYPE2='LINEAR'", 10, 10)),
          Stencil::make(Shape::circle, {1, 2, 3}));
    FAIL("no error");
  } catch (const Error& e) {
    CHECK(e.code() == "NO_WCS");
    CHECK(e.kind() == Kind::data);
  }
}

TEST_CASE("a box maps a few hundred points, however large the image and the stencil") {
  const Layout layout = layoutOf(headers::make(
      types("TAN-SIP", 10, 20) + "CRPIX1=2036.0 CRPIX2=2000.0 CD1_1=-5.5E-5 CD2_2=5.5E-5 A_ORDER=3 B_ORDER=3 "
                                 "A_2_0=1E-7 B_0_2=2E-7 A_3_0=1E-11 B_2_1=1E-11",
      4072, 4000));
  for (const Stencil& stencil :
       {Stencil::make(Shape::circle, {10, 20, 0.007}), Stencil::make(Shape::circle, {10, 20, 0.1}),
        Stencil::make(Shape::polygon, {9.98, 19.98, 10.02, 19.99, 10.01, 20.05}),
        Stencil::make(Shape::range, {9.9, 10, 20, 20.05})}) {
    const WcslibCalls calls;
    boxOf(layout, stencil);
    MESSAGE("boxOf: ", calls.setUps(), " set-up, ", calls.points(), " points");
    CHECK(calls.setUps() == 1);
    CHECK(calls.points() < 250);
  }
}
