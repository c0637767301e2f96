// A rendered source carries its flux, at its place, with its shape.
#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "core/simulate/render.h"

using namespace vignet::simulate;

namespace {

struct Moments {
  double flux = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
};

Moments measure(const Source& source, const Psf& psf, int size = 401) {
  std::vector<float> image(static_cast<size_t>(size) * size);
  addSources(image, size, size, {&source, 1}, psf, std::abs(source.flux) * 1e-12);
  Moments m;
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const double v = image[static_cast<size_t>(y) * size + x];
      m.flux += v;
      m.x += v * x;
      m.y += v * y;
      m.xx += v * (x - source.x) * (x - source.x);
      m.xy += v * (x - source.x) * (y - source.y);
      m.yy += v * (y - source.y) * (y - source.y);
    }
  }
  for (double* value : {&m.x, &m.y, &m.xx, &m.xy, &m.yy}) *value /= m.flux;
  return m;
}

const Psf kPsf{{0.8, 0.2}, {1.5, 3.5}};
constexpr double kPsfVariance = 0.8 * 1.5 * 1.5 + 0.2 * 3.5 * 3.5;

}  // namespace

TEST_CASE("simulate: a star has its flux, its place and the PSF's moments") {
  for (const double flux : {1000.0, -40.0}) {
    const Moments m = measure({200.3, 199.8, flux, 0, 0, 0}, kPsf);
    CHECK(m.flux == doctest::Approx(flux).epsilon(1e-5));
    CHECK(m.x == doctest::Approx(200.3).epsilon(1e-6));
    CHECK(m.y == doctest::Approx(199.8).epsilon(1e-6));
    CHECK(m.xx == doctest::Approx(kPsfVariance).epsilon(1e-4));
    CHECK(m.yy == doctest::Approx(kPsfVariance).epsilon(1e-4));
    CHECK(std::abs(m.xy) < 1e-3);
  }
}

TEST_CASE("simulate: a galaxy is an exponential disc convolved with the PSF") {
  // An exponential disc's second moment along an axis is three times its scale length squared.
  const Moments m = measure({200.3, 199.8, 500, 9, -3, 5}, kPsf);
  CHECK(m.flux == doctest::Approx(500).epsilon(1e-4));
  CHECK(m.x == doctest::Approx(200.3).epsilon(1e-5));
  CHECK(m.xx == doctest::Approx(3 * 9 + kPsfVariance).epsilon(0.04));
  CHECK(m.yy == doctest::Approx(3 * 5 + kPsfVariance).epsilon(0.04));
  CHECK(m.xy == doctest::Approx(-3 * 3).epsilon(0.04));
}

TEST_CASE("simulate: sources off the image, at its edge and too faint do no harm") {
  constexpr int kSize = 32;
  std::vector<float> image(kSize * kSize);
  const std::vector<Source> sources = {
      {-500, 3, 100, 0, 0, 0}, {1e9, -1e9, 1e6, 0, 0, 0}, {16, 16, 1e-30, 0, 0, 0}, {16, 1e5, 1e30, 0, 0, 0}};
  addSources(image, kSize, kSize, sources, kPsf, 1e-3);
  for (const float v : image) REQUIRE(v == 0);
  const Source corner{-0.2, 31.4, 1000, 0, 0, 0};
  addSources(image, kSize, kSize, {&corner, 1}, kPsf, 1e-6);
  double sum = 0;
  for (const float v : image) sum += v;
  CHECK(sum > 250);
  CHECK(sum < 500);
}
