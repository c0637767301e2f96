#include "core/mosaic/combine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {
namespace {

constexpr std::array<std::string_view, 5> kNames{"first", "mean", "weighted", "median", "clipped"};
constexpr float kClip = 4;
constexpr size_t kClippedOneIn = 4;  // at most one in so many inputs is left out

float medianOfPixel(std::span<float> values) {
  const size_t middle = values.size() / 2;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(middle);
  std::nth_element(values.begin(), at, values.end());
  if (values.size() % 2) return *at;
  return static_cast<float>((double{*at} + double{*std::max_element(values.begin(), at)}) / 2);
}

// The values of one pixel and the inputs they come from.
struct PixelSamples {
  std::vector<float> values;
  std::vector<size_t> inputs;

  void gather(std::span<const CombineInput> all, size_t x) {
    values.clear();
    inputs.clear();
    for (size_t i = 0; i < all.size(); ++i) {
      if (!std::isfinite(all[i].image[x])) continue;
      values.push_back(all[i].image[x]);
      inputs.push_back(i);
    }
  }
};

void keepFirst(std::span<const CombineInput> inputs, size_t pixels) {
  for (size_t x = 0; x < pixels; ++x) {
    bool found = false;
    for (const CombineInput& input : inputs) {
      if (found) input.image[x] = kNan;
      found = found || std::isfinite(input.image[x]);
    }
  }
}

void clip(std::span<const CombineInput> inputs, size_t pixels, const float* tolerance, uint8_t* clipped) {
  PixelSamples pixel;
  std::vector<size_t> out;
  for (size_t x = 0; x < pixels; ++x) {
    clipped[x] = 0;
    pixel.gather(inputs, x);
    const size_t n = pixel.inputs.size();
    if (n < 3) continue;
    const float median = medianOfPixel(pixel.values);
    out.clear();
    for (const size_t i : pixel.inputs) {
      const float variance = inputs[i].variance[x];
      const float sigma = variance > 0 ? std::sqrt(variance) : 0;
      if (std::abs(inputs[i].image[x] - median) > kClip * sigma + tolerance[x]) out.push_back(i);
    }
    if (out.empty() || out.size() > std::max<size_t>(1, n / kClippedOneIn)) continue;
    for (const size_t i : out) inputs[i].image[x] = kNan;
    clipped[x] = 1;
  }
}

void weightedMean(std::span<const CombineInput> inputs, bool weighted, size_t pixels, float* image,
                  float* variance) {
  std::vector<double> weights(pixels), sums(pixels), variances(pixels);
  for (const CombineInput& input : inputs) {
    const double w = weighted ? input.weight : 1;
    for (size_t x = 0; x < pixels; ++x) {
      const bool there = std::isfinite(input.image[x]);
      weights[x] += there ? w : 0;
      sums[x] += there ? w * double{input.image[x]} : 0;
      variances[x] += there ? w * w * double{input.variance[x]} : 0;
    }
  }
  for (size_t x = 0; x < pixels; ++x) {
    const bool any = weights[x] > 0;
    image[x] = any ? static_cast<float>(sums[x] / weights[x]) : kNan;
    variance[x] = any ? static_cast<float>(variances[x] / (weights[x] * weights[x])) : kNan;
  }
}

void median(std::span<const CombineInput> inputs, size_t pixels, float* image, float* variance) {
  PixelSamples pixel;
  for (size_t x = 0; x < pixels; ++x) {
    pixel.gather(inputs, x);
    const auto n = static_cast<double>(pixel.inputs.size());
    double sum = 0, inverse = 0;
    for (const size_t i : pixel.inputs) {
      const double v = inputs[i].variance[x];
      sum += v;
      inverse += 1 / std::sqrt(v);
    }
    image[x] = n > 0 ? medianOfPixel(pixel.values) : kNan;
    variance[x] = static_cast<float>(n > 2 ? kPi / 2 * n / (inverse * inverse) : sum / (n * n));
  }
}

}  // namespace

Combine combineNamed(std::string_view word) {
  const auto found = std::find(kNames.begin(), kNames.end(), word);
  if (found == kNames.end())
    throw Error(Kind::usage, "BAD_COMBINE",
                expectedFor("first, mean, weighted, median or clipped", "COMBINE", printable(word)));
  return static_cast<Combine>(found - kNames.begin());
}

void combineRow(Combine how, std::span<const CombineInput> inputs, size_t pixels, const float* tolerance,
                float* image, float* variance, uint8_t* clipped) {
  if (how == Combine::first) keepFirst(inputs, pixels);
  if (how == Combine::clipped) clip(inputs, pixels, tolerance, clipped);
  if (how == Combine::median) return median(inputs, pixels, image, variance);
  weightedMean(inputs, how == Combine::weighted || how == Combine::clipped, pixels, image, variance);
}

void medianRow(std::span<const CombineInput> inputs, size_t pixels, float* image) {
  PixelSamples pixel;
  for (size_t x = 0; x < pixels; ++x) {
    pixel.gather(inputs, x);
    image[x] = pixel.inputs.empty() ? kNan : medianOfPixel(pixel.values);
  }
}

std::vector<float> localRange(std::span<const float> image, size_t width, size_t height,
                              const Control& control) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const auto reach = static_cast<std::ptrdiff_t>(kRangeReach);
  const auto w = static_cast<std::ptrdiff_t>(width), h = static_cast<std::ptrdiff_t>(height);
  std::vector<float> low(image.size(), kInfinity), high(image.size(), -kInfinity), range(image.size(), 0);
  // A comparison with NaN is false, so NaN is never chosen.
  for (std::ptrdiff_t y = 0; y < h; ++y) {
    control.poll();
    const float* from = image.data() + y * w;
    for (std::ptrdiff_t d = -reach; d <= reach; ++d) {
      for (std::ptrdiff_t x = std::max<std::ptrdiff_t>(0, -d); x < std::min(w, w - d); ++x) {
        float& l = low[static_cast<size_t>(y * w + x)];
        float& g = high[static_cast<size_t>(y * w + x)];
        l = from[x + d] < l ? from[x + d] : l;
        g = from[x + d] > g ? from[x + d] : g;
      }
    }
  }
  for (std::ptrdiff_t y = 0; y < h; ++y) {
    control.poll();
    for (std::ptrdiff_t x = 0; x < w; ++x) {
      float l = kInfinity, g = -kInfinity;
      for (std::ptrdiff_t v = std::max<std::ptrdiff_t>(0, y - reach); v <= std::min(h - 1, y + reach); ++v) {
        l = std::min(l, low[static_cast<size_t>(v * w + x)]);
        g = std::max(g, high[static_cast<size_t>(v * w + x)]);
      }
      if (g > l) range[static_cast<size_t>(y * w + x)] = g - l;
    }
  }
  return range;
}

}  // namespace vignet
