#include "core/mosaic/background.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/mosaic/input_on_grid.h"

namespace vignet {
namespace {

constexpr double kFilled = 0.9;
constexpr size_t kLeastCells = 4;
constexpr int kRounds = 5;
constexpr double kSigmas = 3;

template <class T>
T medianOf(std::vector<T>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The finite values of a rectangle.
void gather(const std::vector<float>& plane, size_t stride, std::pair<size_t, size_t> columns,
            std::pair<size_t, size_t> rows, std::vector<float>& out) {
  out.clear();
  for (size_t y = rows.first; y < rows.second; ++y) {
    for (size_t x = columns.first; x < columns.second; ++x) {
      if (std::isfinite(plane[y * stride + x])) out.push_back(plane[y * stride + x]);
    }
  }
}

struct Difference {
  double value = 0;
  size_t cells = 0;
};

// Of the second image minus the first.
Difference differenceOf(const CoarseSky& a, const CoarseSky& b) {
  const uint32_t x0 = std::max(a.x0, b.x0), x1 = std::min(a.x0 + a.width, b.x0 + b.width);
  const uint32_t y0 = std::max(a.y0, b.y0), y1 = std::min(a.y0 + a.height, b.y0 + b.height);
  std::vector<double> differences;
  for (uint32_t y = y0; y < y1; ++y) {
    for (uint32_t x = x0; x < x1; ++x) {
      const double d = double{b.medians[size_t{y - b.y0} * b.width + (x - b.x0)]} -
                       double{a.medians[size_t{y - a.y0} * a.width + (x - a.x0)]};
      if (std::isfinite(d)) differences.push_back(d);
    }
  }
  if (differences.size() < kLeastCells) return {};
  std::vector<double> deviations;
  for (int round = 0; round < kRounds; ++round) {
    const double middle = medianOf(differences);
    deviations.clear();
    for (const double d : differences) deviations.push_back(std::abs(d - middle));
    const double limit = kSigmas * kSigmaPerMad * medianOf(deviations);
    const size_t before = differences.size();
    std::erase_if(differences, [&](double d) { return std::abs(d - middle) > limit; });
    if (differences.size() == before) break;
  }
  return {
      std::accumulate(differences.begin(), differences.end(), 0.0) / static_cast<double>(differences.size()),
      differences.size()};
}

size_t rootOf(std::vector<size_t>& parents, size_t i) {
  while (parents[i] != i) i = parents[i] = parents[parents[i]];
  return i;
}

// Solves a symmetric positive definite system in place (Cholesky).
void solve(std::vector<double>& matrix, std::vector<double>& side, const Control& control) {
  const size_t n = side.size();
  for (size_t j = 0; j < n; ++j) {
    control.poll();
    for (size_t i = j; i < n; ++i) {
      double sum = matrix[i * n + j];
      for (size_t k = 0; k < j; ++k) sum -= matrix[i * n + k] * matrix[j * n + k];
      matrix[i * n + j] = i == j ? std::sqrt(sum) : sum / matrix[j * n + j];
    }
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) side[i] -= matrix[i * n + k] * side[k];
    side[i] /= matrix[i * n + i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) side[i] -= matrix[k * n + i] * side[k];
    side[i] /= matrix[i * n + i];
  }
}

}  // namespace

CoarseSky measureSky(const MosaicStrip& strip, uint32_t cell, const Control& control) {
  if (strip.inputs.size() != 1 || cell == 0 || strip.inputs[0].box.width() == 0 ||
      strip.inputs[0].box.x1 > strip.frame.width || strip.inputs[0].box.y1 > strip.frame.height)
    throw Error(Kind::usage, "BAD_SKY",
                expectedFor("one input with a box within the mosaic, and cells of 1 pixel or more",
                            "the sky to be measured",
                            std::to_string(strip.inputs.size()) + " inputs and cells of " +
                                std::to_string(cell) + " pixels"));
  const Box& box = strip.inputs[0].box;
  CoarseSky sky;
  sky.x0 = box.x0 / cell, sky.y0 = box.y0 / cell;
  sky.width = (box.x1 - 1) / cell + 1 - sky.x0, sky.height = (box.y1 - 1) / cell + 1 - sky.y0;
  sky.medians.assign(size_t{sky.width} * sky.height, kNan);
  GridScratch scratch;
  std::vector<MosaicFailure> failures;  // reported when the mosaic itself reads the pixels
  InputOnGrid input(strip, strip.inputs[0], control, failures, scratch);
  const auto end = [&](uint32_t cells, uint32_t most) {
    return static_cast<uint32_t>(std::min<uint64_t>(most, uint64_t{cells} * cell));
  };
  GridPixels all;
  all.box = {sky.x0 * cell, sky.y0 * cell, end(sky.x0 + sky.width, strip.frame.width),
             end(sky.y0 + sky.height, strip.frame.height)};
  if (!input.load(all, false)) return sky;
  control.poll();
  std::vector<float> values, variances;
  for (uint32_t row = 0; row < sky.height; ++row) {
    const size_t y0 = size_t{row} * cell, y1 = std::min<size_t>(y0 + cell, all.box.height());
    for (uint32_t column = 0; column < sky.width; ++column) {
      const size_t x0 = size_t{column} * cell, x1 = std::min<size_t>(x0 + cell, all.box.width());
      gather(all.image, all.box.width(), {x0, x1}, {y0, y1}, values);
      if (static_cast<double>(values.size()) < kFilled * cell * cell) continue;
      sky.medians[size_t{row} * sky.width + column] = medianOf(values);
      gather(all.variance, all.box.width(), {x0, x1}, {y0, y1}, values);
      if (!values.empty()) variances.push_back(medianOf(values));
    }
  }
  if (!variances.empty() && medianOf(variances) > 0) sky.variance = medianOf(variances);
  return sky;
}

std::vector<double> matchSkies(std::span<const CoarseSky* const> skies, const Control& control) {
  const size_t n = skies.size();
  std::vector<double> matrix(n * n), side(n);
  std::vector<size_t> parents(n);
  std::iota(parents.begin(), parents.end(), size_t{0});
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = i + 1; j < n; ++j) {
      if (!skies[i] || !skies[j]) continue;
      control.poll();
      const auto [value, cells] = differenceOf(*skies[i], *skies[j]);
      if (cells == 0) continue;
      const auto weight = static_cast<double>(cells);
      matrix[i * n + i] += weight, matrix[j * n + j] += weight;
      matrix[i * n + j] -= weight, matrix[j * n + i] -= weight;
      side[i] += weight * value, side[j] -= weight * value;
      parents[rootOf(parents, j)] = rootOf(parents, i);
    }
  }
  // Only differences are measured, so the mean of each connected group is free. Adding 1 to all its elements
  // makes the matrix regular and the mean 0.
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) {
      if (rootOf(parents, i) == rootOf(parents, j)) matrix[i * n + j] += 1;
    }
  }
  solve(matrix, side, control);
  return side;
}

}  // namespace vignet
