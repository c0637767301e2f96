// Where stamps lie, and how far their linear WCS is from the full one: never farther than they say.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "core/base/error.h"
#include "core/stack/locate.h"
#include "headers.h"
#include "support/resample_case.h"

using namespace vignet;

namespace {

Layout layoutOf(const headers::Header& h, const NumericWcs& wcs) {
  Layout layout;
  Plane plane;
  plane.width = static_cast<uint32_t>(h.width), plane.height = static_cast<uint32_t>(h.height);
  plane.wcs = 0;
  layout.planes.push_back(plane);
  layout.wcs.push_back(wcs);
  return layout;
}

// The stamp's WCS as somebody reads it from the row, for the stamp's own 0-based pixels.
Wcs linear(const StampPlace& place, const StampFrame& frame) {
  NumericWcs n;
  n.ctype = {"RA---TAN", "DEC--TAN"};
  n.cunit = {"deg", "deg"};
  n.crval = {place.lon, place.lat};
  n.crpix = {place.x - static_cast<double>(frame.x0) + 1, place.y - static_cast<double>(frame.y0) + 1};
  n.pc = {place.cd[0], place.cd[1], place.cd[2], place.cd[3]};
  n.lonpole = n.latpole = 9.87654321e107;
  return Wcs(n);
}

// The largest distance over the stamp, in pixels; NaN when part of it is off the map.
double farthest(Wcs& full, const StampPlace& place, const StampFrame& frame) {
  std::vector<Pixel> pixels;
  const int64_t step = std::max<int64_t>(1, frame.size / 40);
  for (int64_t j = 0; j < frame.size;
       j = j + 1 < frame.size ? std::min<int64_t>(frame.size - 1, j + step) : j + 1)
    for (int64_t i = 0; i < frame.size;
         i = i + 1 < frame.size ? std::min<int64_t>(frame.size - 1, i + step) : i + 1)
      pixels.push_back({static_cast<double>(frame.x0 + i), static_cast<double>(frame.y0 + j)});
  std::vector<Sky> sky(pixels.size());
  std::vector<Pixel> back(pixels.size());
  std::vector<uint8_t> ok(pixels.size()), okBack(pixels.size());
  full.toSky(pixels, sky, ok);
  Wcs(linear(place, frame)).toPixel(sky, back, okBack);
  double most = 0;
  for (size_t k = 0; k < pixels.size(); ++k) {
    if (!ok[k] || !okBack[k]) return NAN;
    most = std::max(most, std::hypot(back[k].x + static_cast<double>(frame.x0) - pixels[k].x,
                                     back[k].y + static_cast<double>(frame.y0) - pixels[k].y));
  }
  return most;
}

std::vector<headers::Header> allHeaders() {
  std::vector<headers::Header> all = headers::real();
  using resample_case::tan;
  for (const char* kind : {"", resample_case::tpv, resample_case::sip, resample_case::zpn}) {
    for (const auto& [lon, lat] : {std::pair{150.1, 2.2}, {0.0001, -89.95}, {359.99999, 40.0}})
      all.push_back(tan(lon, lat, resample_case::kPixel, 2048, 4096, 33, kind));
  }
  all.push_back(
      headers::make("CTYPE1='GLON-CAR' CTYPE2='GLAT-CAR' CRVAL1=30 CRVAL2=0 CRPIX1=500 CRPIX2=400 "
                    "CDELT1=-0.01 CDELT2=0.01",
                    1000, 800));
  return all;
}

}  // namespace

TEST_CASE("stamp places: the linear WCS is as near to the full one as it says") {
  std::mt19937 random(65);
  int rows = 0, loose = 0;
  for (const headers::Header& h : allHeaders()) {
    std::optional<NumericWcs> numbers;
    try {
      numbers = parseWcs(h.lines(), static_cast<uint32_t>(h.naxis));
    } catch (const Error&) {
    }
    if (!numbers) continue;
    Wcs full(*numbers);
    const Layout layout = layoutOf(h, *numbers);
    for (const uint32_t size : {1u, 2u, 51u, 64u, 333u}) {
      for (int turn = 0; turn < 6; ++turn) {
        const auto within = [&](long side) {
          return std::uniform_real_distribution<>(-20, static_cast<double>(side) + 20)(random);
        };
        const Pixel wanted{within(h.width), within(h.height)};
        Sky sky;
        uint8_t ok = 0;
        full.toSky({&wanted, 1}, {&sky, 1}, {&ok, 1});
        if (!ok) continue;
        const StampPlace place = locateStamp(layout, sky.lon, sky.lat, size);
        CHECK(place.width == static_cast<uint32_t>(h.width));
        if (place.state == StampState::unknown) continue;
        REQUIRE_MESSAGE(std::hypot(place.x - wanted.x, place.y - wanted.y) < 1e-4, h.path);
        const StampFrame frame = stampFrame(place.x, place.y, size);
        CHECK(static_cast<double>(frame.x0) == std::floor(place.x + 0.5) - std::floor(size / 2.0));
        if (place.state == StampState::outside) continue;
        CHECK(place.lon == sky.lon);
        CHECK(place.lat == sky.lat);
        const double truth = farthest(full, place, frame);
        if (std::isnan(place.error)) continue;
        CHECK_MESSAGE(truth <= place.error + 1e-7, h.path, " size ", size);
        ++rows;
        if (place.error > 2 * truth + 1e-6) ++loose;
      }
    }
  }
  CHECK(rows > 300);
  // A bound, not a guess: hardly ever twice what it need be.
  CHECK(loose < rows / 20);
}

TEST_CASE("stamp places: the derivative is exact where the WCS is a TAN already") {
  const headers::Header h = resample_case::tan(150.1, 2.2, resample_case::kPixel, 2048, 4096, 33);
  const NumericWcs numbers = *parseWcs(h.lines(), 2);
  const StampPlace place = locateStamp(layoutOf(h, numbers), 150.1, 2.2, 51);
  REQUIRE(place.state == StampState::inside);
  CHECK(place.x == doctest::Approx(1023.5).epsilon(1e-12));
  CHECK(place.y == doctest::Approx(2047.5).epsilon(1e-12));
  const double c = std::cos(33 * M_PI / 180) * resample_case::kPixel,
               s = std::sin(33 * M_PI / 180) * resample_case::kPixel;
  const double cd[] = {-c, s, s, c};
  for (int k = 0; k < 4; ++k) CHECK(std::abs(place.cd[k] - cd[k]) < 1e-8 * resample_case::kPixel);
  CHECK(place.error < 1e-7);
}

TEST_CASE("stamp places: inside, touching, outside, nowhere") {
  const headers::Header h = resample_case::tan(150, 0, 1.0 / 3600, 100, 80);
  const NumericWcs numbers = *parseWcs(h.lines(), 2);
  Wcs full(numbers);
  const Layout layout = layoutOf(h, numbers);
  const auto at = [&](double x, double y) {
    const Pixel p{x, y};
    Sky sky;
    uint8_t ok = 0;
    full.toSky({&p, 1}, {&sky, 1}, {&ok, 1});
    return locateStamp(layout, sky.lon, sky.lat, 11).state;
  };
  CHECK(at(50, 40) == StampState::inside);
  CHECK(at(-0.499, 40) == StampState::inside);
  CHECK(at(-0.501, 40) == StampState::touches);
  CHECK(at(99.499, 79.499) == StampState::inside);
  CHECK(at(99.501, 40) == StampState::touches);
  CHECK(at(-5.4, 40) == StampState::touches);  // the stamp's last column is the image's first
  CHECK(at(-5.6, 40) == StampState::outside);
  CHECK(at(50, 84.4) == StampState::touches);
  CHECK(at(50, 84.6) == StampState::outside);
  CHECK(locateStamp(layout, 330, 0, 11).state == StampState::unknown);  // behind the tangent plane
  CHECK(locateStamp(layout, NAN, 0, 11).state == StampState::unknown);
  Layout without = layout;
  without.planes[0].wcs.reset();
  CHECK(locateStamp(without, 150, 0, 11).state == StampState::unknown);
  CHECK_THROWS_AS(locateStamp(layout, 150, 0, 0), Error);
  CHECK_THROWS_AS(locateStamp(layout, 150, 0, kMaxStampSize + 1), Error);
}

// A distortion fitted to an image may lead positions far from it back into it.
TEST_CASE("stamp places: a position is in an image only if the image's own pixel is at that position") {
  int inside = 0;
  for (const char* kind : {resample_case::sip, resample_case::tpv, resample_case::zpn}) {
    const headers::Header h = resample_case::tan(150, 2, resample_case::kPixel, 2048, 4096, 0, kind);
    const NumericWcs numbers = *parseWcs(h.lines(), 2);
    Wcs full(numbers);
    const Layout layout = layoutOf(h, numbers);
    for (double lon = 140; lon < 160; lon += 0.173) {
      for (double lat = -8; lat < 12; lat += 0.191) {
        const StampPlace place = locateStamp(layout, lon, lat, 51);
        if (place.state < StampState::touches) continue;
        const Pixel p{place.x, place.y};
        Sky sky;
        uint8_t ok = 0;
        full.toSky({&p, 1}, {&sky, 1}, {&ok, 1});
        REQUIRE(ok == 1);
        CHECK(std::abs(sky.lon - lon) < 2e-6);
        CHECK(std::abs(sky.lat - lat) < 2e-6);
        ++inside;
      }
    }
  }
  CHECK(inside >= 1);
}
