// The area-exact kernel: overlaps on the sphere as reproject_exact's where that is good, and as 30 digits
// have them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "core/base/error.h"
#include "support/resample_oracle.h"

using namespace vignet;
using resample_case::Planes;

namespace {

struct Agreement {
  double worst = 0;
  size_t compared = 0;
};

// In units of the largest input pixel, over output pixels that lie on the input image with all their corners.
Agreement compare(const resample_case::Pair& pair, const std::string& what) {
  const Planes in = resample_case::noise(uint32_t(pair.input.width), uint32_t(pair.input.height));
  PixelMap map = pair.map();
  const Planes out = resample_case::resampled(map, Kernel::exact, in, {.minWeight = 0.9999999F});
  const auto oracle = resample_oracle::ask(pair, in, what);
  REQUIRE(oracle.size() == out.image.size());
  const double largest = *std::max_element(in.image.begin(), in.image.end());
  Agreement agreement;
  for (size_t i = 0; i < oracle.size(); i++) {
    if (!std::isfinite(oracle[i]) || !std::isfinite(out.image[i])) continue;
    agreement.compared++;
    agreement.worst = std::max(agreement.worst, std::abs(oracle[i] - out.image[i]) / largest);
  }
  return agreement;
}

}  // namespace

TEST_CASE("overlaps are reproject_exact's at 20 arc seconds a pixel and coarser") {
  using resample_case::tan;
  const double pixel = 20.0 / 3600;
  for (const auto& pair : std::vector<resample_case::Pair>{
           {"20 arc seconds", tan(150, 40, pixel, 150, 140, 17), tan(150.02, 40.03, pixel * 1.1, 110, 100)},
           {"finer", tan(150, 40, pixel * 4, 80, 80, 33), tan(150.02, 40.03, pixel, 120, 100)},
           {"coarser", tan(10, -70, pixel, 150, 140, 17), tan(10.1, -70, pixel * 6, 20, 20, 10)},
           {"across RA 0", tan(359.99, 1, pixel * 2, 90, 90, 5), tan(0.01, 1, pixel * 2.2, 70, 70)},
       }) {
    INFO(pair.name);
    const Agreement a = compare(pair, "exact");
    CHECK(a.compared > 300);
    CHECK(a.worst < 1e-6);
  }
}

// reproject_exact 0.10 is wrong by some 1e-4 in a few pixels here.
TEST_CASE("overlaps are those of polygons clipped on the sphere at a degree a pixel") {
  const resample_case::Pair pair{
      "degrees",
      headers::make(
          "CTYPE1='RA---CAR' CTYPE2='DEC--CAR' CRVAL1=40.0 CRVAL2=0.0 CRPIX1=180.0 CRPIX2=90.0 CDELT1=-1.0 "
          "CDELT2=1.0",
          360, 180),
      resample_case::tan(60, 35, 1.3, 40, 40, 12)};
  const Agreement a = compare(pair, "corners");
  CHECK(a.compared > 40);
  CHECK(a.worst < 1e-6);
}

TEST_CASE("overlaps are those of polygons clipped with 30 digits, at 0.2 arc seconds a pixel") {
  using resample_case::tan;
  const double pixel = 0.2 / 3600;
  for (const auto& pair : std::vector<resample_case::Pair>{
           {"turned", tan(150, 40, pixel, 60, 60, 17), tan(150, 40, pixel, 40, 40)},
           {"finer, near the pole", tan(150, 89.99, pixel, 40, 40, 17),
            tan(150, 89.99, pixel * 0.7, 40, 40, 3)},
           {"parallel", tan(10, -20, pixel, 60, 60), tan(10, -20, pixel, 40, 41)},
       }) {
    INFO(pair.name);
    const Agreement a = compare(pair, "clip");
    CHECK(a.compared > 40);
    CHECK(a.worst < 1e-6);
  }
}
