// Noise, saturation and defects do what the mask says they did.
#include <doctest/doctest.h>

#include <cmath>

#include "core/simulate/observe.h"

using namespace vignet::simulate;

namespace {

Spec plainSpec(int width, int height) {
  Spec spec;
  spec.width = width;
  spec.height = height;
  spec.noise = {
      .seed = 5, .unitsPerElectron = 0.5, .sky = 900, .gradient = {}, .readNoise = 10, .fullWell = 0};
  spec.bits = {.bad = 0,
               .sat = 1,
               .interpolated = 2,
               .cr = 3,
               .edge = 4,
               .detected = 5,
               .negative = 6,
               .suspect = 7,
               .noData = 8,
               .vignetted = 9};
  return spec;
}

Planes blank(const Spec& spec, float value = 0) {
  const size_t n = static_cast<size_t>(spec.width) * spec.height;
  return {spec.width, spec.height, std::vector<float>(n, value), std::vector<float>(n),
          std::vector<int32_t>(n)};
}

}  // namespace

TEST_CASE("simulate: noise is photon and read noise, the variance says so, and detections are marked") {
  const Spec spec = plainSpec(500, 400);
  for (const float level : {0.0f, 300.0f, -300.0f}) {
    Planes planes = blank(spec, level);
    addNoise(planes, spec);
    double sum = 0, squares = 0, variance = 0;
    for (size_t i = 0; i < planes.image.size(); ++i) {
      sum += planes.image[i];
      squares += (planes.image[i] - level) * static_cast<double>(planes.image[i] - level);
      variance += planes.variance[i];
      REQUIRE(planes.mask[i] == (level > 0 ? 1 << 5 : level < 0 ? 1 << 6 : 0));
    }
    const auto n = static_cast<double>(planes.image.size());
    const double expected = 0.25 * (900 + 100 + std::abs(level) / 0.5);
    CHECK(sum / n == doctest::Approx(level).epsilon(0.002).scale(50));
    CHECK(squares / n == doctest::Approx(expected).epsilon(0.01));
    CHECK(variance / n == doctest::Approx(0.25 * std::max(1000 + level / 0.5, 400.0)).epsilon(0.01));
  }
}

TEST_CASE("simulate: any pixel's noise is the same whatever the rest of the image holds") {
  const Spec spec = plainSpec(101, 53);
  Planes one = blank(spec), other = blank(spec, 7);
  other.image[1234] = 0;
  addNoise(one, spec);
  addNoise(other, spec);
  CHECK(one.image[1234] == other.image[1234]);
  CHECK(one.image[1235] != other.image[1235]);
}

TEST_CASE("simulate: what is above full well bleeds along its column and is all kept") {
  Spec spec = plainSpec(20, 101);
  spec.noise.fullWell = 2900;  // less the sky: 2000 electrons, 1000 units
  Planes planes = blank(spec);
  planes.image[50 * 20 + 7] = 5500;
  planes.image[51 * 20 + 7] = 1500;
  planes.image[10 * 20 + 3] = 900;
  saturate(planes, spec);
  double sum = 0;
  int saturated = 0;
  for (size_t i = 0; i < planes.image.size(); ++i) {
    REQUIRE(planes.image[i] <= 1000);
    if (i % 20 == 7) sum += planes.image[i];
    if (planes.mask[i] & 2) {
      ++saturated;
      REQUIRE(i % 20 == 7);
    }
  }
  CHECK(sum == doctest::Approx(7000));
  CHECK(saturated == 7);
  CHECK(planes.mask[10 * 20 + 3] == 1 << 7);
}

TEST_CASE("simulate: defects are flagged where they are, and nowhere without a plane for them") {
  Spec spec = plainSpec(64, 48);
  spec.defects.badColumns = {0, 10, 63};
  spec.defects.cosmicRays = 30;
  spec.defects.edge = 2;
  spec.defects.noData = {{40, 40, 50, 1000}};
  spec.defects.lit = {{0.0, 0.0, 70.0}};
  Planes planes = blank(spec, 1);
  const Planes before = planes;
  addDefects(planes, spec);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) {
      const size_t i = static_cast<size_t>(y) * 64 + x;
      const int32_t m = planes.mask[i];
      const bool dark = x * x + y * y > 70 * 70, dead = x >= 40 && x < 50 && y >= 40;
      REQUIRE(((m >> 9) & 1) == dark);
      REQUIRE(((m >> 8) & 1) == (dark || dead));
      REQUIRE(std::isnan(planes.image[i]) == (dark || dead));
      REQUIRE(std::isnan(planes.variance[i]) == (dark || dead));
      REQUIRE(((m >> 4) & 1) == (x < 2 || y < 2 || x >= 62 || y >= 46));
      REQUIRE((m & 1) == (x == 0 || x == 10 || x == 63));
      REQUIRE(((m >> 2) & 1) == (m & 1));
      if (!(m & 0x30D)) REQUIRE(planes.image[i] == before.image[i]);
      if ((m & 0x30D) == 8) REQUIRE(planes.image[i] > before.image[i]);
    }
  }
  spec.bits = {};
  Planes unmarked = before;
  addDefects(unmarked, spec);
  for (const int32_t m : unmarked.mask) REQUIRE(m == 0);
}
