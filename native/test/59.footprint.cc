// Footprints of images: along their edges, and around images too wide for a polygon. Oracle: the WCS at the
// pixels themselves.
#include <doctest/doctest.h>

#include <cmath>

#include "core/base/constants.h"
#include "core/fits/layout.h"
#include "core/sky/image_footprint.h"
#include "core/sphere/footprint.h"
#include "core/wcs/wcs.h"
#include "headers.h"

using namespace vignet;

TEST_CASE("the footprint of an image lies along its edges") {
  const std::string cd = "CRPIX1=2036.0 CRPIX2=2000.0 CD1_1=-4.4E-5 CD1_2=3.3E-5 CD2_1=3.3E-5 CD2_2=4.4E-5 ";
  const std::string sip = "A_ORDER=3 B_ORDER=3 A_2_0=3E-6 A_1_1=-2E-6 B_0_2=4E-6 B_3_0=1E-10 A_0_3=-2E-10 ";
  std::vector<headers::Header> images;
  for (const auto& [lon, lat] : {std::pair{10.0, 20.0}, {0.01, 0.0}, {100.0, 89.99}, {30.0, -90.0}}) {
    for (const std::string projection : {"TAN", "TAN-SIP", "ZEA"}) {
      images.push_back(headers::make(
          "CTYPE1='RA---" + projection + "' CTYPE2='DEC--" + projection + "' CRVAL1=" + headers::number(lon) +
              " CRVAL2=" + headers::number(lat) + " " + cd + (projection == "TAN-SIP" ? sip : ""),
          4072, 4000));
    }
  }
  images.push_back(
      headers::make("CTYPE1='RA---SIN' CTYPE2='DEC--SIN' CRVAL1=50 CRVAL2=30 CRPIX1=500 CRPIX2=500 "
                    "CDELT1=-0.05 CDELT2=0.05",
                    1000, 1000));
  for (const auto& h : headers::real()) {
    if (h.path.find("outside_sky") == std::string::npos && h.path.find("comp.fits") == std::string::npos)
      images.push_back(h);
  }
  for (const auto& h : images) {
    const auto numbers = parseWcs(h.lines(), static_cast<uint32_t>(h.naxis));
    if (!numbers) continue;
    INFO(h.path << " " << h.cards.substr(0, 400));
    Layout layout;
    layout.planes.emplace_back();
    layout.planes[0].width = static_cast<uint32_t>(h.width),
    layout.planes[0].height = static_cast<uint32_t>(h.height), layout.planes[0].wcs = 0;
    layout.wcs.push_back(*numbers);
    const auto footprint = footprintOf(layout);
    REQUIRE(footprint);
    REQUIRE(footprint->numbers.size() >= 8);
    CHECK(footprint->numbers.size() < 400);
    const auto region = footprintRegion(footprint->numbers);
    const double pixel = footprint->pixelScale / 3600 * kDegree;
    Wcs wcs(*numbers);
    const Vec3 centre = toVector(footprint->lon, footprint->lat);
    CHECK(region->contains(centre));
    std::vector<Pixel> edge;
    for (double t = 0; t <= 1; t += 1.0 / 128) {
      const double x = t * static_cast<double>(h.width) - 0.5, y = t * static_cast<double>(h.height) - 0.5;
      edge.insert(edge.end(), {{x, -0.5},
                               {x, static_cast<double>(h.height) - 0.5},
                               {-0.5, y},
                               {static_cast<double>(h.width) - 0.5, y}});
    }
    std::vector<Sky> sky(edge.size());
    std::vector<uint8_t> ok(edge.size());
    wcs.toSky(edge, sky, ok);
    double worst = 0, farthest = 0;
    for (const Sky& s : sky) {
      worst = std::max(worst, std::abs(region->clearance(toVector(s.lon, s.lat))) / pixel);
      farthest = std::max(farthest, angle(centre, toVector(s.lon, s.lat)));
    }
    CHECK(worst < 0.15);  // a tenth of a pixel at the centre, and pixels differ over the image
    CHECK(farthest <= footprint->radius * kDegree + 0.2 * pixel);
    // North up, east left: counter-clockwise turns from north to east.
    double turn = 0;
    const std::size_t n = footprint->numbers.size() / 2;
    for (std::size_t i = 0; i < n; i++) {
      const std::size_t j = (i + 1) % n;
      turn += dot(cross(toVector(footprint->numbers[2 * i], footprint->numbers[2 * i + 1]),
                        toVector(footprint->numbers[2 * j], footprint->numbers[2 * j + 1])),
                  centre);
    }
    CHECK(turn < 0);
  }
}

TEST_CASE("images too wide for a polygon have a circle that holds them") {
  for (const std::string pairs : {"CTYPE1='RA---CAR' CTYPE2='DEC--CAR' CRVAL1=0.0 CRVAL2=0.0 CRPIX1=60.5 "
                                  "CRPIX2=30.5 CDELT1=-3.0 CDELT2=3.0",
                                  "CTYPE1='RA---AIT' CTYPE2='DEC--AIT' CRVAL1=0.0 CRVAL2=0.0 CRPIX1=60.5 "
                                  "CRPIX2=30.5 CDELT1=-2.8 CDELT2=2.8",
                                  "CTYPE1='RA---SIN' CTYPE2='DEC--SIN' CRVAL1=40.0 CRVAL2=30.0 CRPIX1=60.5 "
                                  "CRPIX2=30.5 CDELT1=-1.0 CDELT2=1.0"}) {
    Layout layout;
    layout.planes.emplace_back();
    layout.planes[0].width = 120, layout.planes[0].height = 60, layout.planes[0].wcs = 0;
    layout.wcs.push_back(*parseWcs(headers::make(pairs).lines(), 2));
    const auto footprint = footprintOf(layout);
    REQUIRE(footprint);
    CHECK(footprint->numbers.size() == 3);
    CHECK(footprint->numbers[2] == footprint->radius);
    const auto region = footprintRegion(footprint->numbers);
    Wcs wcs(layout.wcs[0]);
    for (double y = -0.5; y < 60; y++) {
      for (double x = -0.5; x < 120; x++) {
        const Pixel p{x, y};
        Sky s;
        uint8_t ok;
        wcs.toSky({&p, 1}, {&s, 1}, {&ok, 1});
        if (ok) CHECK(region->contains(toVector(s.lon, s.lat)));
      }
    }
  }
  CHECK_FALSE(footprintOf(Layout{}));
}
