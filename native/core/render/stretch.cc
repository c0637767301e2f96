#include "core/render/stretch.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>
#include <vector>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/render/limits.h"

namespace vignet {
namespace {

constexpr std::size_t kSample = 20'000;
// Black is a little below the sky, so that its noise is visible.
constexpr double kBelowSky = 2.0;
constexpr double kSkyGrey = 0.2;
constexpr double kBright = 0.995;
// A picture that is only noise should look grey, not black and white.
constexpr double kLeastRange = 10.0;
constexpr std::size_t kFewPixels = 64;

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

// The softening with which asinh takes `sky` (from black, of `range`) to kSkyGrey: smaller ones take it
// higher.
double softeningFor(double sky, double range) {
  double low = range * 1e-9, high = range * 1e3;
  for (int step = 0; step < 100; ++step) {
    const double middle = std::sqrt(low * high);
    (std::asinh(sky / middle) / std::asinh(range / middle) > kSkyGrey ? low : high) = middle;
  }
  return high;
}

// The a with which log(a x + 1) / log(a + 1) takes a part of the range to kSkyGrey: larger ones take it
// higher.
double logarithmFor(double part) {
  double low = 1e-6, high = 1e9;
  for (int step = 0; step < 100; ++step) {
    const double middle = std::sqrt(low * high);
    (std::log1p(middle * part) / std::log1p(middle) > kSkyGrey ? high : low) = middle;
  }
  return low;
}

}  // namespace

LevelAndNoise levelAndNoise(std::span<const float> pixels) {
  std::vector<float> sample = sampleOf(pixels);
  if (sample.empty()) return {};
  LevelAndNoise out;
  out.level = quantile(sample, 0.5);
  const auto [faintest, brightest] = std::ranges::minmax(sample);
  for (float& v : sample) v = static_cast<float>(std::abs(v - out.level));
  out.noise = kSigmaPerMad * quantile(sample, 0.5);
  // More than half of the pixels are equal: take the spread of the others.
  if (out.noise == 0) out.noise = (double{brightest} - faintest) / 100;
  if (!(out.noise > 0) || !std::isfinite(out.noise)) out.noise = std::max(std::abs(out.level), 1.0);
  return out;
}

Limits robustLimits(std::span<const float> pixels) {
  std::vector<float> sample = sampleOf(pixels);
  if (sample.empty()) return {};
  const double bright = quantile(sample, kBright);
  const auto ends = std::ranges::minmax(sample);
  const double faintest = ends.min, brightest = ends.max;
  const auto [median, sigma] = levelAndNoise(pixels);
  // A constant image is as dark as a sky.
  if (!(brightest > faintest))
    return {median - sigma, median + 4 * sigma, 1e3 * sigma, logarithmFor(kSkyGrey)};
  const double black = std::max(median - kBelowSky * sigma, std::min(faintest, median - sigma));
  // A handful of pixels has no sky to be dark.
  const double least = black + kLeastRange * sigma;
  const double white = std::max(bright, sample.size() < kFewPixels ? std::min(brightest, least) : least);
  const double range = white > black ? white - black : sigma;
  const double sky = std::max(median - black, range * 1e-6);
  return {black, black + range, softeningFor(sky, range), logarithmFor(sky / range)};
}

Limits limitsOf(std::span<const float> pixels, const PictureLimits& asked) {
  if (asked.kind == PictureLimits::Kind::automatic) return robustLimits(pixels);
  double low = asked.low, high = asked.high;
  if (asked.kind != PictureLimits::Kind::values) {
    std::vector<float> finite;
    std::copy_if(pixels.begin(), pixels.end(), std::back_inserter(finite),
                 [](float v) { return std::isfinite(v); });
    if (finite.empty()) return {};
    std::tie(low, high) = asked.kind == PictureLimits::Kind::zscale
                              ? zscale(finite)
                              : percentiles(std::move(finite), low, high);
    // All pixels between are equal.
    if (!(high > low)) high = low + std::max(std::abs(low), 1.0);
  }
  if (!(high > low) || !std::isfinite(high - low))
    throw Error(Kind::usage, "BAD_STRETCH",
                expectedFor("two numbers, the first below the second,", "LIMITS",
                            decimal(low) + " and " + decimal(high)));
  return {low, high, 0.1 * (high - low), 1000};
}

Greys::Greys(const Limits& limits, Stretch stretch)
    : stretch_(stretch), black_(limits.black), range_(limits.white - limits.black) {
  if (stretch == Stretch::asinh) bend_ = range_ / limits.softening, most_ = std::asinh(bend_);
  if (stretch == Stretch::log) bend_ = limits.logarithm, most_ = std::log1p(bend_);
}

uint8_t Greys::operator()(double value) const {
  if (std::isnan(value)) return 0;
  const double part = std::clamp((value - black_) / range_, 0.0, 1.0);
  double bright = part;
  switch (stretch_) {
    case Stretch::linear:
      break;
    case Stretch::sqrt:
      bright = std::sqrt(part);
      break;
    case Stretch::log:
      bright = std::log1p(bend_ * part) / most_;
      break;
    case Stretch::asinh: {
      // As std::asinh of numbers that are not negative, to 1e-15: it takes four times as long.
      const double bent = bend_ * part;
      bright = std::log(bent + std::sqrt(bent * bent + 1)) / most_;
      break;
    }
  }
  return static_cast<uint8_t>(std::lround(bright * 255));
}

}  // namespace vignet
