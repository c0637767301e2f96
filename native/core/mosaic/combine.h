// How overlapping pixels of several inputs are combined into one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/box.h"
#include "core/base/control.h"

namespace vignet {

// docs/mosaics.md says when to use each. `first`: the first input's pixel; `weighted` and `clipped`: the mean
// weighted by input, `clipped` without outliers.
enum class Combine : uint8_t { first, mean, weighted, median, clipped };

// Error{usage, BAD_COMBINE} for anything but their names.
Combine combineNamed(std::string_view word);

// A row of one input. NaN: no data.
struct CombineInput {
  float* image = nullptr;           // pixels that are left out become NaN
  const float* variance = nullptr;  // NaN where it is not known
  double weight = 1;
};

// Writes image and variance of a row; NaN where no input has data. Variances assume independent inputs: exact
// for means; for the median of 3 or more the limit of many normal values, (pi/2) n / (sum of 1/sigma)^2.
// `tolerance` is read by Combine::clipped only, which sets clipped[i] where an input was left out.
//
// With n >= 3 inputs, an outlier is a pixel farther from their median than 4 of its sigmas plus `tolerance`.
// At most max(1, n / 4) inputs are left out: where more are outliers the sky itself has changed, and all are
// used.
void combineRow(Combine how, std::span<const CombineInput> inputs, size_t pixels, const float* tolerance,
                float* image, float* variance, uint8_t* clipped);

// Medians of a row, NaN where no input has a pixel.
void medianRow(std::span<const CombineInput> inputs, size_t pixels, float* image);

// Of each pixel of a width x height image, the largest minus the smallest finite value within 2 pixels; 0
// without any. On a steep slope, such as the flank of a star, inputs may differ by as much because of motion,
// variability or seeing.
std::vector<float> localRange(std::span<const float> image, size_t width, size_t height,
                              const Control& control = {});
inline constexpr uint32_t kRangeReach = 2;

}  // namespace vignet
