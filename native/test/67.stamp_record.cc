// What is measured of a stamp: the sky, the aperture, the errors; against plain formulas and true fluxes.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "core/exposure/light.h"
#include "core/stack/sky_level.h"
#include "support/stack.h"

using namespace vignet;
using namespace vignet::stack_test;

namespace {

// The definition, slowly: sorted, linear between order statistics, clipped at 3 sigma until nothing changes.
SkyLevel slowly(std::vector<float> values) {
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double q) {
    const double at = q * static_cast<double>(values.size() - 1);
    const auto k = static_cast<size_t>(at);
    const double low = values[k], high = values[std::min(k + 1, values.size() - 1)];
    return low + (at - static_cast<double>(k)) * (high - low);
  };
  for (;;) {
    const double level = quantile(0.5), noise = 0.7413011092528009 * (quantile(0.75) - quantile(0.25));
    std::vector<float> kept;
    for (const float v : values)
      if (v >= static_cast<float>(level - 3 * noise) && v <= static_cast<float>(level + 3 * noise))
        kept.push_back(v);
    if (kept.size() == values.size() || kept.empty())
      return {static_cast<float>(level), static_cast<float>(noise), values.size()};
    values = kept;
  }
}

// A field of Gaussian sky with a Gaussian star.
struct Field {
  std::vector<float> image, variance;
  std::vector<uint64_t> mask;
  uint32_t size;
  Field(uint32_t side, std::mt19937& random, double level, double sigma, double flux, double width, double x,
        double y)
      : size(side) {
    std::normal_distribution<double> gauss;
    for (uint32_t j = 0; j < side; ++j) {
      for (uint32_t i = 0; i < side; ++i) {
        const auto share = [&](double centre, double pixel) {
          const double s = width * std::numbers::sqrt2;
          return 0.5 * (std::erf((pixel + 0.5 - centre) / s) - std::erf((pixel - 0.5 - centre) / s));
        };
        image.push_back(static_cast<float>(level + flux * share(x, i) * share(y, j) + sigma * gauss(random)));
        variance.push_back(static_cast<float>(sigma * sigma));
        mask.push_back(0);
      }
    }
  }
  StampPixels pixels(bool all = true) const {
    return {size, image, all ? std::span<const float>(variance) : std::span<const float>(),
            all ? std::span<const uint64_t>(mask) : std::span<const uint64_t>(), false};
  }
};

bool has(const StampRecord& record, StampFlag flag) { return record.flags & static_cast<uint32_t>(flag); }

}  // namespace

TEST_CASE("stamp record: level and noise are what their definition says") {
  std::mt19937 random(67);
  SkyEstimator estimator;
  for (const size_t count : {1u, 2u, 3u, 10u, 100u, 2601u, 40000u}) {
    for (int kind = 0; kind < 8; ++kind) {
      std::vector<float> values(count);
      std::normal_distribution<float> gauss(kind == 1 ? 1e6f : -3.0f, kind == 2 ? 0.0f : 20.0f);
      for (float& v : values) {
        v = gauss(random);
        if (kind == 3 && random() % 5 == 0) v += 1e5f;
        if (kind == 4) v = std::ldexp(v, static_cast<int>(random() % 200) - 100);
        if (kind == 5) v = std::floor(v / 30);
        if (kind == 6) v = (random() % 2 ? 1.0f : -1.0f) * 3e38f;
        if (kind == 7) v *= 1e-44f;
      }
      estimator.reset(count);
      for (const float v : values) estimator.offer(v, true);
      const SkyLevel mine = estimator.estimate(), theirs = slowly(values);
      CHECK(mine.level == theirs.level);
      CHECK(mine.noise == theirs.noise);
      CHECK(mine.used == theirs.used);
    }
  }
  estimator.reset(10);
  estimator.offer(1, false);
  CHECK(std::isnan(estimator.estimate().level));
}

TEST_CASE("stamp record: the area of a disc in a pixel") {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> place(-7, 7);
  for (int turn = 0; turn < 60; ++turn) {
    const double x = place(random), y = place(random), r = turn % 3 == 0 ? 0.4 : 6;
    // Exact along y, by Simpson-like sums of fine steps along x.
    double sum = 0;
    constexpr int steps = 20000;
    for (int k = 0; k < steps; ++k) {
      const double at = x + (k + 0.5) / steps;
      if (std::abs(at) >= r) continue;
      const double half = std::sqrt(r * r - at * at);
      sum += std::max(0.0, std::min(half, y + 1) - std::max(-half, y)) / steps;
    }
    CHECK(discInRectangle(r, x, x + 1, y, y + 1) == doctest::Approx(sum).epsilon(1e-5).scale(1e-3));
  }
  double whole = 0;
  for (int j = -8; j < 8; ++j)
    for (int i = -8; i < 8; ++i) whole += discInRectangle(6, i + 0.3, i + 1.3, j - 0.1, j + 0.9);
  CHECK(whole == doctest::Approx(std::numbers::pi * 36).epsilon(1e-12));
}

TEST_CASE("stamp record: fluxes, errors and depths of stars are right and honest") {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> shift(-0.5, 0.5);
  constexpr double sigma = 5, width = 1.7, flux = 3000;
  const double inside = 1 - std::exp(-kApertureRadius * kApertureRadius / (2 * (width * width + 1.0 / 12)));
  double bias = 0, chi = 0, chiOwn = 0, noise = 0;
  constexpr int stars = 400;
  for (int i = 0; i < stars; ++i) {
    const double x = 25 + shift(random), y = 25 + shift(random);
    const Field field(51, random, 100, sigma, flux, width, x, y);
    const StampRecord r =
        measureStamp(field.pixels(), {}, x, y, StampPsf{{width * width, width * width, 0}, {}});
    const StampRecord own = measureStamp(field.pixels(false), {}, x, y, std::nullopt);
    const double pull = (r.apFlux - flux * inside) / r.apFluxError;
    bias += pull / stars, chi += pull * pull / stars, noise += r.noise / stars;
    chiOwn += std::pow((own.apFlux - flux * inside) / own.apFluxError, 2) / stars;
    REQUIRE(r.valid == 51 * 51);
    REQUIRE(r.flags == 0);
    CHECK(r.depth5 == doctest::Approx(5 * r.noise * std::sqrt(4 * std::numbers::pi) * width).epsilon(1e-5));
    CHECK(std::isnan(own.depth5));
    CHECK(own.apFlux == r.apFlux);
    CHECK(has(own, StampFlag::noMask));
    CHECK(has(own, StampFlag::noVariance));
  }
  CHECK(std::abs(bias) < 4 / std::sqrt(stars));
  CHECK(chi == doctest::Approx(1).epsilon(0.25));
  CHECK(chiOwn == doctest::Approx(1).epsilon(0.25));
  CHECK(noise == doctest::Approx(sigma).epsilon(0.01));
}

TEST_CASE("stamp record: a variance that is not known costs its own pixel, and is flagged") {
  std::mt19937 random(11);
  // The variance is that of the sky, so that what stands for it is nearly the same.
  const Field field(51, random, 100, 5, 3000, 1.7, 25, 25);
  const StampPsf psf{{1.7 * 1.7, 1.7 * 1.7, 0}, 0.5};
  const StampRecord sound = measureStamp(field.pixels(), {}, 25, 25, psf);
  REQUIRE_FALSE(has(sound, StampFlag::noVariance));
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          0.0F, -5.0F, -1e7F}) {
    Field spoilt = field;
    spoilt.variance[25 * 51 + 25] = bad;
    const StampRecord r = measureStamp(spoilt.pixels(), {}, 25, 25, psf);
    INFO(bad);
    CHECK(has(r, StampFlag::noVariance));
    CHECK(r.apFluxError == doctest::Approx(sound.apFluxError).epsilon(0.01));
    CHECK(r.psfFluxError == doctest::Approx(sound.psfFluxError).epsilon(0.01));
    CHECK(r.psfFlux == sound.psfFlux);
  }
  // Elsewhere it does not count.
  Field corner = field;
  corner.variance[0] = -1;
  CHECK_FALSE(has(measureStamp(corner.pixels(), {}, 25, 25, psf), StampFlag::noVariance));
}

TEST_CASE(
    "stamp record: the flux of a point source is weighted by its PSF, with its error, and has a magnitude") {
  std::mt19937 random(8);
  std::uniform_real_distribution<double> shift(-0.5, 0.5);
  constexpr double sigma = 5, flux = 3000, nanojansky = 2.5;
  double bias = 0, chi = 0, chiOwn = 0, better = 0;
  constexpr int stars = 400;
  for (int i = 0; i < stars; ++i) {
    const double width = 1.2 + 0.005 * i, x = 25 + shift(random), y = 25 + shift(random);
    // The pixel's response is part of the PSF.
    const double square = width * width + 1.0 / 12;
    const auto light = lightOfGaussian(std::sqrt(square));
    REQUIRE(light);
    const StampPsf psf{{square, square, 0}, light->weighted};
    const Field field(51, random, 100, sigma, flux, width, x, y);
    const StampRecord r = measureStamp(field.pixels(), {}, x, y, psf, nanojansky);
    const double pull = (r.psfFlux - flux) / r.psfFluxError;
    bias += pull / stars, chi += pull * pull / stars, better += r.psfFluxError / r.apFluxError / stars;
    const StampRecord own = measureStamp(field.pixels(false), {}, x, y, psf);
    chiOwn += std::pow((own.psfFlux - flux) / own.psfFluxError, 2) / stars;
    // AB (Oke & Gunn 1983): 3630.78 Jy is magnitude 0.
    CHECK(r.psfMag ==
          doctest::Approx(-2.5 * std::log10(r.psfFlux * nanojansky / 3.63078054770101e12)).epsilon(1e-7));
    CHECK(r.psfMagError == doctest::Approx(1.0857362 * r.psfFluxError / r.psfFlux).epsilon(1e-5));
    CHECK(std::isnan(own.psfMag));
    CHECK(std::isnan(own.psfMagError));
  }
  CHECK(std::abs(bias) < 4 / std::sqrt(stars));
  CHECK(chi == doctest::Approx(1).epsilon(0.25));
  CHECK(chiOwn == doctest::Approx(1).epsilon(0.25));
  CHECK(better < 0.95);
}

TEST_CASE("stamp record: no flux of a point source where its light is not known or not all there") {
  std::mt19937 random(9);
  const MaskRoles roles{.noData = 1, .notSky = 2 | 4, .saturated = 4, .bad = 8, .cosmicRay = 16};
  constexpr double square = 9;  // the weight reaches 9 pixels, the aperture 6
  const StampPsf psf{{square, square, 0}, lightOfGaussian(3)->weighted};
  const Field field(51, random, 10, 1, 5000, 3, 25, 25);
  CHECK(std::isfinite(measureStamp(field.pixels(), roles, 25, 25, psf, 1).psfFlux));
  CHECK(std::isnan(measureStamp(field.pixels(), roles, 25, 25, std::nullopt, 1).psfFlux));
  const StampRecord unknown = measureStamp(field.pixels(), roles, 25, 25, StampPsf{psf.moments, {}}, 1);
  CHECK(std::isnan(unknown.psfFlux));
  CHECK(std::isnan(unknown.psfFluxError));
  CHECK(std::isnan(unknown.psfMag));
  CHECK(std::isfinite(unknown.depth5));
  // A hole under the weight, outside the aperture.
  Field hole = field;
  hole.image[25 * 51 + 25 + 8] = NAN;
  const StampRecord cut = measureStamp(hole.pixels(), roles, 25, 25, psf, 1);
  CHECK(std::isnan(cut.psfFlux));
  CHECK(std::isfinite(cut.apFlux));
  // What lies there is flagged; beyond it not.
  const auto flagsWith = [&](size_t beside, uint64_t bit) {
    Field f = field;
    f.mask[25 * 51 + 25 + beside] = bit;
    return measureStamp(f.pixels(), roles, 25, 25, psf, 1).flags;
  };
  CHECK(flagsWith(8, 4) == static_cast<uint32_t>(StampFlag::saturated));
  CHECK(flagsWith(8, 16) == static_cast<uint32_t>(StampFlag::cosmicRay));
  CHECK(flagsWith(10, 4 | 8 | 16) == 0);
  // A negative flux has no magnitude.
  Field negative = field;
  for (float& value : negative.image) value = -value;
  const StampRecord below = measureStamp(negative.pixels(), roles, 25, 25, psf, 1);
  CHECK(below.psfFlux < 0);
  CHECK(std::isnan(below.psfMag));
  CHECK(std::isnan(below.psfMagError));
}

TEST_CASE("stamp record: neighbours, bad pixels and missing ones") {
  std::mt19937 random(4);
  const MaskRoles roles{
      .noData = 1, .notSky = 2 | 4 | 8, .saturated = 4, .bad = 8, .cosmicRay = 16, .interpolated = 32};
  Field field(51, random, 10, 1, 500, 1.5, 25, 25);
  const StampRecord plain = measureStamp(field.pixels(), roles, 25, 25, std::nullopt);
  CHECK(plain.flags == 0);
  // A third of the sky under a bright neighbour, marked as detected.
  for (size_t k = 0; k < 17 * 51; ++k) field.image[k] += 40, field.mask[k] = 2;
  const StampRecord crowded = measureStamp(field.pixels(), roles, 25, 25, std::nullopt);
  CHECK(crowded.sky == doctest::Approx(10).epsilon(0.02));
  CHECK(crowded.flags == 0);
  CHECK(std::abs(crowded.apFlux - plain.apFlux) < 3 * plain.apFluxError);

  const auto flagsWith = [&](size_t pixel, uint64_t bit) {
    Field f = field;
    f.mask[pixel] |= bit;
    return measureStamp(f.pixels(), roles, 25, 25, std::nullopt).flags;
  };
  const size_t centre = 25 * 51 + 25, beside = 25 * 51 + 25 + 7;
  CHECK(flagsWith(centre, 4) == static_cast<uint32_t>(StampFlag::saturated));
  CHECK(flagsWith(centre, 8) == static_cast<uint32_t>(StampFlag::badPixels));
  CHECK(flagsWith(centre, 16) == static_cast<uint32_t>(StampFlag::cosmicRay));
  CHECK(flagsWith(centre, 32) == static_cast<uint32_t>(StampFlag::interpolated));
  CHECK(flagsWith(beside, 4 | 8 | 16 | 32) == 0);

  for (const bool byMask : {false, true}) {
    Field f = field;
    if (byMask)
      f.mask[centre + 3] = 1;
    else
      f.image[centre + 3] = NAN;
    const StampRecord r = measureStamp(f.pixels(), roles, 25, 25, std::nullopt);
    CHECK(r.valid == 51 * 51 - 1);
    CHECK(has(r, StampFlag::apertureCut));
    CHECK(std::isnan(r.apFlux));
    CHECK(std::isnan(r.apFluxError));
    CHECK(r.sky == crowded.sky);
  }
  // Nothing but NaN; and no plain sky at all.
  Field empty = field;
  std::fill(empty.image.begin(), empty.image.end(), NAN);
  const StampRecord none = measureStamp(empty.pixels(), roles, 25, 25, StampPsf{{2, 2, 0}, {}});
  CHECK(none.valid == 0);
  CHECK(std::isnan(none.sky));
  CHECK(std::isnan(none.depth5));
  CHECK(has(none, StampFlag::fewSky));
  Field covered = field;
  std::fill(covered.mask.begin(), covered.mask.end(), 2);
  const StampRecord all = measureStamp(covered.pixels(), roles, 25, 25, std::nullopt);
  CHECK(has(all, StampFlag::fewSky));
  CHECK(std::isfinite(all.sky));
  // The aperture of a small stamp is cut; positions at any corner are no danger.
  const Field small(9, random, 0, 1, 10, 1, 4, 4);
  for (const double at : {-0.5, 0.0, 4.0, 8.49})
    CHECK(has(measureStamp(small.pixels(), roles, at, at, std::nullopt), StampFlag::apertureCut));
}

TEST_CASE("stamp record: simulated stars come out with their true flux") {
  const test::fs::path folder =
      test::fs::temp_directory_path() / ("vignet-record-" + std::to_string(::getpid()));
  test::fs::create_directories(folder);
  std::vector<simulate::Source> stars;
  std::mt19937 random(5);
  for (int j = 0; j < 4; ++j)
    for (int i = 0; i < 5; ++i)
      stars.push_back({40.0 + 55 * i + random() % 100 / 100.0, 40.0 + 53 * j + random() % 100 / 100.0,
                       5000.0 + 2000.0 * static_cast<double>(stars.size()), 0, 0, 0});
  double chi = 0;
  int measured = 0;
  for (const auto recipe : {simulate::Recipe::lossy16, simulate::Recipe::lossless}) {
    simulate::Spec spec = visit((folder / "a.fits").string());
    spec.recipe = recipe;
    simulate::simulateImage(spec, stars);
    const test::Dataset dataset = test::open(spec.path);
    Stack stack(51, {Part::record, Part::image, Part::mask, Part::variance});
    stack.task.maskNames = {"NO_DATA", "SATURATED", "DETECTED"};
    for (const simulate::Source& star : stars) stack.add(dataset, star.x, star.y);
    REQUIRE(stack.run() == stars.size());
    REQUIRE(stack.failures.empty());
    // Two round Gaussians, each the pixel's response included.
    const auto within = [](double s) {
      return 1 - std::exp(-kApertureRadius * kApertureRadius / (2 * s * s));
    };
    const double inside = 0.8 * within(1.5) + 0.2 * within(2.4);
    for (size_t k = 0; k < stars.size(); ++k) {
      const Record r = recordOf(stack, k, 0);
      CHECK(r.flags == 0);
      CHECK(r.valid == 51 * 51);
      CHECK(r.noise == doctest::Approx(0.5 * std::sqrt(936)).epsilon(0.08));
      const double pull = (r.apFlux - stars[k].flux * inside) / r.apFluxError;
      CHECK(std::abs(pull) < 4.5);
      chi += pull * pull;
      ++measured;
    }
  }
  CHECK(chi / measured < 1.7);
  CHECK(chi / measured > 0.5);
  test::fs::remove_all(folder);
}
