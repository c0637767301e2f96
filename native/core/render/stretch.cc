#include "core/render/stretch.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/constants.h"

namespace vignet {
namespace {

constexpr std::size_t kSample = 100'000;
// Black is a little below the sky, so that its noise is visible; asinh turns logarithmic at the noise.
constexpr double kBelowSky = 2.0;
constexpr double kBright = 0.995;
// A picture that is only noise should look grey, not black and white.
constexpr double kLeastRange = 10.0;

// The value of rank q (0 to 1); reorders the sample.
double quantile(std::vector<float>& sample, double q) {
  const auto nth =
      sample.begin() + static_cast<long>(std::lround(q * static_cast<double>(sample.size() - 1)));
  std::nth_element(sample.begin(), nth, sample.end());
  return *nth;
}

std::vector<float> sampleOf(std::span<const float> pixels) {
  std::vector<float> sample;
  const std::size_t step = std::max<std::size_t>(pixels.size() / kSample, 1);
  // A step that shares factors with the width would follow columns.
  const std::size_t odd = step | 1;
  for (std::size_t i = 0; i < pixels.size(); i += odd) {
    if (std::isfinite(pixels[i])) sample.push_back(pixels[i]);
  }
  return sample;
}

}  // namespace

LevelAndNoise levelAndNoise(std::span<const float> pixels) {
  std::vector<float> sample = sampleOf(pixels);
  if (sample.empty()) return {};
  LevelAndNoise out;
  out.level = quantile(sample, 0.5);
  const double faintest = quantile(sample, 0), brightest = quantile(sample, 1);
  for (float& v : sample) v = static_cast<float>(std::abs(v - out.level));
  out.noise = kSigmaPerMad * quantile(sample, 0.5);
  // More than half of the pixels are equal: take the spread of the others.
  if (out.noise == 0) out.noise = (brightest - faintest) / 100;
  if (!(out.noise > 0) || !std::isfinite(out.noise)) out.noise = std::max(std::abs(out.level), 1.0);
  return out;
}

Limits robustLimits(std::span<const float> pixels) {
  std::vector<float> sample = sampleOf(pixels);
  if (sample.empty()) return {};
  const double bright = quantile(sample, kBright);
  const double faintest = quantile(sample, 0), brightest = quantile(sample, 1);
  const auto [median, sigma] = levelAndNoise(pixels);
  if (!(brightest > faintest)) return {median - sigma, median + sigma, sigma};
  const double black = std::max(median - kBelowSky * sigma, std::min(faintest, median - sigma));
  const double white = std::max(bright, std::min(brightest, black + kLeastRange * sigma));
  return {black, white > black ? white : black + sigma, sigma};
}

uint8_t grey(double value, const Limits& limits, Stretch stretch) {
  if (std::isnan(value)) return 0;
  double part = 0;
  if (stretch == Stretch::linear) {
    part = (value - limits.black) / (limits.white - limits.black);
  } else {
    part = std::asinh((value - limits.black) / limits.softening) /
           std::asinh((limits.white - limits.black) / limits.softening);
  }
  return static_cast<uint8_t>(std::lround(std::clamp(part, 0.0, 1.0) * 255));
}

}  // namespace vignet
