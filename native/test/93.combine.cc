// Pixels of many inputs to one; levels to agree; detectors side by side.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "core/base/error.h"
#include "core/mosaic/background.h"
#include "core/mosaic/camera.h"
#include "core/mosaic/combine.h"

namespace vignet {
namespace {

const float none = std::nanf("");

struct Rows {
  std::vector<std::vector<float>> image, variance;
  std::vector<double> weights;
  std::vector<float> out, outVariance;
  std::vector<uint8_t> clipped;

  void combine(Combine how, const std::vector<float>& tolerance = {}) {
    std::vector<CombineInput> inputs;
    for (size_t i = 0; i < image.size(); ++i)
      inputs.push_back({image[i].data(), variance[i].data(), weights[i]});
    const size_t n = image[0].size();
    out.resize(n), outVariance.resize(n), clipped.resize(n);
    combineRow(how, inputs, n, tolerance.empty() ? nullptr : tolerance.data(), out.data(), outVariance.data(),
               clipped.data());
  }
};

Rows noise(size_t inputs, size_t pixels, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  Rows rows;
  for (size_t i = 0; i < inputs; ++i) {
    const float sigma = 1 + 0.1F * static_cast<float>(i);
    rows.image.emplace_back(pixels);
    rows.variance.emplace_back(pixels, sigma * sigma);
    rows.weights.push_back(1 / double{sigma * sigma});
    for (float& v : rows.image.back()) v = 100 + sigma * normal(random);
  }
  return rows;
}

double varianceOf(const std::vector<float>& values) {
  const double n = static_cast<double>(values.size()),
               mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum = 0;
  for (const float v : values) sum += (v - mean) * (v - mean);
  return sum / (n - 1);
}

}  // namespace

TEST_CASE("variances of combinations are what noise has") {
  for (const Combine how : {Combine::mean, Combine::weighted, Combine::median, Combine::clipped}) {
    Rows rows = noise(11, 40'000, 7);
    rows.combine(how, std::vector<float>(40'000, 0.5F));
    const double ratio = varianceOf(rows.out) / rows.outVariance[0];
    CAPTURE(static_cast<int>(how));
    // The median's factor is that of very many.
    CHECK(ratio > (how == Combine::median ? 0.9 : 0.97));
    CHECK(ratio < 1.03);
  }
}

TEST_CASE("what is not there does not count") {
  for (const Combine how :
       {Combine::first, Combine::mean, Combine::weighted, Combine::median, Combine::clipped}) {
    Rows rows{{{none, none, 5}, {none, 3, 7}}, {{1, 1, 1}, {1, 4, 1}}, {2, 1}, {}, {}, {}};
    rows.combine(how, {0, 0, 0});
    CAPTURE(static_cast<int>(how));
    CHECK(std::isnan(rows.out[0]));
    CHECK(std::isnan(rows.outVariance[0]));
    CHECK(rows.out[1] == 3);
    CHECK(rows.outVariance[1] == 4);
    CHECK(rows.out[2] == doctest::Approx(how == Combine::first                            ? 5
                                         : how == Combine::mean || how == Combine::median ? 6
                                                                                          : 17.0 / 3));
  }
}

TEST_CASE("clipping leaves out one, and a quarter, and never what many do") {
  const auto clippedOf = [](std::vector<float> values, float tolerance) {
    Rows rows;
    for (const float v : values) {
      rows.image.push_back({v});
      rows.variance.push_back({1});
      rows.weights.push_back(1);
    }
    rows.combine(Combine::clipped, {tolerance});
    return std::pair{rows.out[0], rows.clipped[0] != 0};
  };
  CHECK(clippedOf({0, 0, 9}, 0) == std::pair{0.F, true});
  CHECK(clippedOf({0, 9}, 0) == std::pair{4.5F, false});           // of two nobody knows
  CHECK(clippedOf({0, 0, 9}, 6) == std::pair{3.F, false});         // within the tolerance
  CHECK(clippedOf({0, 0, 0, 9, 9}, 0) == std::pair{3.6F, false});  // more than one of five: the sky
  CHECK(clippedOf({0, 0, 0, 0, 0, 0, 9, 9}, 0) == std::pair{0.F, true});
}

TEST_CASE("the local range is that of two pixels around") {
  std::vector<float> image(49, 1);
  image[24] = 5;
  image[0] = none;
  const std::vector<float> range = localRange(image, 7, 7);
  for (size_t y = 0; y < 7; ++y) {
    for (size_t x = 0; x < 7; ++x) CHECK(range[y * 7 + x] == (x >= 1 && x <= 5 && y >= 1 && y <= 5 ? 4 : 0));
  }
}

TEST_CASE("levels agree where images overlap, each group about its own mean") {
  // Five images in a chain, two cells of overlap between neighbours, an outlier in one; a sixth by itself;
  // one missing.
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  const std::vector<double> levels{10, -4, 7, 0, 2, 99};
  std::vector<CoarseSky> skies;
  for (uint32_t i = 0; i < levels.size(); ++i) {
    CoarseSky sky{i == 5 ? 1000 : i * 8, 0, 10, 10, {}, std::nullopt};
    for (int k = 0; k < 100; ++k)
      sky.medians.push_back(static_cast<float>(levels[i]) + 0.01F * normal(random));
    sky.medians[3] = none;
    skies.push_back(std::move(sky));
  }
  skies[2].medians[10] += 500;
  std::vector<const CoarseSky*> all;
  for (const CoarseSky& sky : skies) all.push_back(&sky);
  all.push_back(nullptr);
  const std::vector<double> found = matchSkies(all);
  for (size_t i = 0; i < 5; ++i) CHECK(std::abs(found[i] + levels[i] - 3) < 0.03);
  CHECK(std::abs(found[5]) < 1e-12);
  CHECK(found[6] == 0);
  CHECK(std::abs(std::accumulate(found.begin(), found.end(), 0.0)) < 1e-9);
}

TEST_CASE("turning back a box finds the pixels that turning puts there") {
  const int64_t w = 7, h = 4;
  for (uint8_t turns = 0; turns < 4; ++turns) {
    const Box part = turns % 2 ? Box{1, 2, 3, 6} : Box{2, 1, 6, 3};
    const Box from = turnedBack(turns, w, h, part);
    for (int64_t y = 0; y < h; ++y) {
      for (int64_t x = 0; x < w; ++x) {
        const auto [u, v] = turned(turns, w, h, x, y);
        const bool inside = u >= part.x0 && u < part.x1 && v >= part.y0 && v < part.y1;
        CHECK(inside == (x >= from.x0 && x < from.x1 && y >= from.y0 && y < from.y1));
      }
    }
  }
}

TEST_CASE("an unknown word is refused") { CHECK_THROWS_AS(combineNamed("average"), Error); }

}  // namespace vignet
