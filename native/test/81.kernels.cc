// Interpolating kernels against reproject and against plain sums in double precision, at exact positions.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/base/error.h"
#include "support/resample_oracle.h"

using namespace vignet;
using resample_case::Planes;
using resample_oracle::Agreement;

namespace {

// The largest difference from the oracle, in units of the largest pixel under the taps, over pixels that both
// have.
Agreement compare(const resample_case::Pair& pair, Kernel kernel, const std::string& what) {
  const Planes in =
      resample_case::noise(static_cast<uint32_t>(pair.input.width), static_cast<uint32_t>(pair.input.height));
  PixelMap map = pair.map(0);
  const Planes out = resample_case::resampled(map, kernel, in);
  const std::vector<double> oracle = resample_oracle::ask(pair, in, what);
  REQUIRE(oracle.size() == out.image.size());
  const int reach = static_cast<int>(reachOf(kernel));
  Agreement agreement;
  std::vector<double> x(map.outputWidth()), y(map.outputWidth());
  for (uint32_t row = 0; row < map.outputHeight(); row++) {
    map.positions(row, 0, map.outputWidth(), x.data(), y.data());
    for (uint32_t column = 0; column < map.outputWidth(); column++) {
      const size_t at = static_cast<size_t>(row) * map.outputWidth() + column;
      if (!std::isfinite(out.image[at]) || !std::isfinite(oracle[at])) continue;
      const int left = static_cast<int>(std::floor(x[column])), low = static_cast<int>(std::floor(y[column]));
      double largest = 0;
      bool interior = true;
      for (int j = low - reach + 1; j <= low + reach; j++) {
        for (int k = left - reach + 1; k <= left + reach; k++) {
          if (j < 0 || k < 0 || j >= static_cast<int>(in.box.height()) ||
              k >= static_cast<int>(in.box.width()))
            interior = false;
          else
            largest = std::max(
                largest, static_cast<double>(std::abs(
                             in.image[static_cast<size_t>(j) * in.box.width() + static_cast<size_t>(k)])));
        }
      }
      if (!interior) continue;
      agreement.compared++;
      agreement.worst = std::max(agreement.worst, std::abs(out.image[at] - oracle[at]) / largest);
    }
  }
  return agreement;
}

std::vector<resample_case::Pair> some() {
  using namespace resample_case;
  return {
      {"TAN to TAN", tan(150, 2.2, kPixel, 220, 200, 17), tan(150.003, 2.203, kPixel * 1.02, 200, 180)},
      {"TAN-SIP to TAN", tan(210, 54.3, kPixel, 240, 220, 88, sip), tan(210.001, 54.301, kPixel, 200, 200)},
      {"TPV to TAN", tan(244.8, 12.1, kPixel, 240, 220, 91, tpv),
       tan(244.796, 12.103, kPixel * 0.9, 200, 200)},
      {"across RA 0", tan(359.9999, 0.3, kPixel, 200, 200, 5), tan(0.0001, 0.3, kPixel, 200, 200)},
  };
}

}  // namespace

TEST_CASE("bilinear is reproject_interp's") {
  for (const auto& pair : some()) {
    INFO(pair.name);
    const Agreement a = compare(pair, Kernel::bilinear, "interp");
    CHECK(a.compared > 15'000);
    CHECK(a.worst < 1e-6);
  }
}

TEST_CASE("Lanczos is the plain sum in double precision") {
  for (const auto& pair : some()) {
    INFO(pair.name);
    for (const auto& [kernel, what] :
         {std::pair{Kernel::lanczos3, "lanczos3"}, {Kernel::lanczos4, "lanczos4"}}) {
      const Agreement a = compare(pair, kernel, what);
      CHECK(a.compared > 15'000);
      CHECK(a.worst < 1e-6);
    }
  }
}

TEST_CASE("nearest takes the pixel that the position falls on") {
  for (const auto& pair : some()) {
    INFO(pair.name);
    const Planes in = resample_case::noise(static_cast<uint32_t>(pair.input.width),
                                           static_cast<uint32_t>(pair.input.height));
    PixelMap map = pair.map(0);
    const Planes out = resample_case::resampled(map, Kernel::nearest, in);
    std::vector<double> x(map.outputWidth()), y(map.outputWidth());
    size_t wrong = 0, found = 0;
    for (uint32_t row = 0; row < map.outputHeight(); row++) {
      map.positions(row, 0, map.outputWidth(), x.data(), y.data());
      for (uint32_t column = 0; column < map.outputWidth(); column++) {
        const double k = std::floor(x[column] + 0.5), j = std::floor(y[column] + 0.5);
        const size_t at = static_cast<size_t>(row) * map.outputWidth() + column;
        if (k >= 0 && j >= 0 && k < in.box.width() && j < in.box.height()) {
          const size_t from = static_cast<size_t>(j) * in.box.width() + static_cast<size_t>(k);
          wrong += out.image[at] != in.image[from] || out.variance[at] != in.variance[from] ||
                   out.mask[at] != in.mask[from];
          found++;
        } else {
          wrong += !std::isnan(out.image[at]);
        }
      }
    }
    CHECK(wrong == 0);
    CHECK(found > 15'000);
  }
}

TEST_CASE("kernels have names") {
  CHECK(kernelNamed("lanczos4") == Kernel::lanczos4);
  CHECK_THROWS_WITH_AS(kernelNamed("cubic"), doctest::Contains("RESAMPLE, received 'cubic'"), Error);
}
