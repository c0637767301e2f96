// What astronomers measure survives: fluxes, positions, variances.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/resample_case.h"

using namespace vignet;
using resample_case::Planes;

namespace {

constexpr double kSigma = 1.7;  // pixels: seeing of four pixels
constexpr int kSpacing = 48, kReach = 14;

struct Star {
  double x, y, flux;
};

std::vector<Star> starsOf(const resample_case::Pair& pair, Planes& in) {
  std::vector<Star> stars;
  std::mt19937 random(11);
  const auto fraction = [&] { return static_cast<double>(random()) / 4294967296.0; };
  for (int y = kSpacing; y < pair.input.height - kSpacing; y += kSpacing) {
    for (int x = kSpacing; x < pair.input.width - kSpacing; x += kSpacing) {
      const Star star{x + fraction(), y + fraction(), 1000 * (1 + 20 * fraction())};
      stars.push_back(star);
      for (int j = y - kReach; j <= y + kReach; j++) {
        for (int i = x - kReach; i <= x + kReach; i++) {
          const double r2 = (i - star.x) * (i - star.x) + (j - star.y) * (j - star.y);
          in.image[static_cast<size_t>(j) * in.box.width() + static_cast<size_t>(i)] += static_cast<float>(
              star.flux / (2 * M_PI * kSigma * kSigma) * std::exp(-r2 / (2 * kSigma * kSigma)));
        }
      }
    }
  }
  return stars;
}

}  // namespace

// Lanczos kernels have a bias of their own (docs/resampling.md): at each phase the taps' centre of gravity is
// off by up to 0.02 (Lanczos3) and 0.015 kPixel (Lanczos4) on either axis; over many phases nothing of it is
// left.
TEST_CASE("fluxes of stars are kept to 1e-3 and positions to 0.01 kPixel") {
  using namespace resample_case;
  for (const Pair& pair :
       {Pair{"TAN to TAN", tan(150, 2.2, kPixel, 700, 600, 17), tan(150.003, 2.203, kPixel, 640, 620)},
        pairs()[1], pairs()[2], pairs()[5]}) {
    INFO(pair.name);
    Planes in({0, 0, static_cast<uint32_t>(pair.input.width), static_cast<uint32_t>(pair.input.height)});
    const auto stars = starsOf(pair, in);
    Wcs inWcs(pair.in()), outWcs(pair.out());
    for (const Kernel kernel : {Kernel::bilinear, Kernel::lanczos3, Kernel::lanczos4, Kernel::exact}) {
      PixelMap map = pair.map();
      const Planes out = resample_case::resampled(map, kernel, in, {.flux = true});
      double worstFlux = 0, worstPlace = 0, meanX = 0, meanY = 0;
      int measured = 0;
      for (const Star& star : stars) {
        const Pixel at{star.x, star.y};
        Sky sky;
        Pixel expected;
        uint8_t ok = 0;
        inWcs.toSky({&at, 1}, {&sky, 1}, {&ok, 1});
        outWcs.toPixel({&sky, 1}, {&expected, 1}, {&ok, 1});
        const int cx = static_cast<int>(std::lround(expected.x)),
                  cy = static_cast<int>(std::lround(expected.y));
        if (cx < 20 || cy < 20 || cx > pair.output.width - 20 || cy > pair.output.height - 20) continue;
        double sum = 0, sumX = 0, sumY = 0;
        for (int j = cy - kReach; j <= cy + kReach; j++) {
          for (int i = cx - kReach; i <= cx + kReach; i++) {
            const double value = out.image[static_cast<size_t>(j) * out.box.width() + static_cast<size_t>(i)];
            sum += value;
            sumX += value * i;
            sumY += value * j;
          }
        }
        if (!std::isfinite(sum)) continue;
        measured++;
        worstFlux = std::max(worstFlux, std::abs(sum / star.flux - 1));
        const double dx = sumX / sum - expected.x, dy = sumY / sum - expected.y;
        worstPlace = std::max(worstPlace, std::hypot(dx, dy));
        meanX += dx;
        meanY += dy;
      }
      INFO(static_cast<int>(kernel));
      CHECK(measured > 60);
      // Where the output grid is turned, the sum of what a pixel gives away by bilinear weights is not quite
      // constant.
      CHECK(worstFlux < (kernel == Kernel::bilinear ? 2e-3 : kernel == Kernel::exact ? 1e-5 : 1e-3));
      const double place = kernel == Kernel::lanczos3   ? 0.0285
                           : kernel == Kernel::lanczos4 ? 0.021
                           : kernel == Kernel::exact    ? 0.002
                                                        : 0.01;
      CHECK(worstPlace < place);
      CHECK(std::hypot(meanX, meanY) / measured < 0.005);
    }
  }
}

TEST_CASE("a flat sky stays flat, and its sum too when fluxes are kept") {
  const auto pair = resample_case::pairs()[2];
  Planes in({0, 0, static_cast<uint32_t>(pair.input.width), static_cast<uint32_t>(pair.input.height)});
  std::fill(in.image.begin(), in.image.end(), 3.0F);
  for (const Kernel kernel :
       {Kernel::nearest, Kernel::bilinear, Kernel::lanczos3, Kernel::lanczos4, Kernel::exact}) {
    PixelMap map = pair.map();
    const Planes bright = resample_case::resampled(map, kernel, in);
    const Planes flux = resample_case::resampled(map, kernel, in, {.flux = true});
    double worst = 0, worstFlux = 0;
    std::vector<double> areas(map.outputWidth());
    for (uint32_t y = 0; y < map.outputHeight(); y++) {
      map.areas(y, 0, map.outputWidth(), areas.data());
      for (uint32_t x = 0; x < map.outputWidth(); x++) {
        const size_t at = static_cast<size_t>(y) * map.outputWidth() + x;
        if (!std::isfinite(bright.image[at])) continue;
        worst = std::max<double>(worst, std::abs(bright.image[at] / 3 - 1));
        worstFlux = std::max<double>(worstFlux, std::abs(flux.image[at] / (3 * areas[x]) - 1));
      }
    }
    CHECK(worst < 1e-6);
    CHECK(worstFlux < 2e-4);
  }
}

TEST_CASE("variances are what noise does") {
  using resample_case::tan;
  const resample_case::Pair pair{"noise", tan(10, 20, 1e-4, 50, 48, 23), tan(10, 20, 1.1e-4, 40, 40)};
  Planes in({0, 0, 50, 48});
  std::mt19937 random(3);
  for (float& v : in.variance) v = 0.5F + 2 * static_cast<float>(random()) / 4.3e9F;
  std::vector<size_t> holes;
  for (int k = 0; k < 40; k++) holes.push_back(random() % in.image.size());
  constexpr int trials = 600;
  for (const Kernel kernel :
       {Kernel::nearest, Kernel::bilinear, Kernel::lanczos3, Kernel::lanczos4, Kernel::exact}) {
    for (const bool flux : {false, true}) {
      PixelMap map = pair.map();
      std::vector<double> sum(1600), squares(1600);
      Planes out;
      std::normal_distribution<float> normal;
      for (int trial = 0; trial < trials; trial++) {
        for (size_t i = 0; i < in.image.size(); i++) in.image[i] = normal(random) * std::sqrt(in.variance[i]);
        for (const size_t hole : holes) in.image[hole] = std::nanf("");
        out = resample_case::resampled(map, kernel, in, {.flux = flux});
        for (size_t i = 0; i < sum.size(); i++) {
          sum[i] += out.image[i];
          squares[i] += static_cast<double>(out.image[i]) * out.image[i];
        }
      }
      double ratio = 0;
      int count = 0;
      for (size_t i = 0; i < sum.size(); i++) {
        if (!std::isfinite(out.image[i])) continue;
        const double mean = sum[i] / trials,
                     variance = (squares[i] / trials - mean * mean) * trials / (trials - 1);
        ratio += variance / out.variance[i];
        count++;
      }
      INFO(static_cast<int>(kernel) << " " << flux);
      CHECK(count > 1000);
      CHECK(ratio / count == doctest::Approx(1).epsilon(0.01));
    }
  }
}
