// How pixels that several inputs have of one piece of sky become one pixel.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/box.h"

namespace vignet {

// docs/mosaics.md says what each is good for. `first`: the first input's; `weighted` and `clipped` weigh by
// the inputs' weights, clipped without those that stand out.
enum class Combine : uint8_t { first, mean, weighted, median, clipped };

// Error{usage, BAD_COMBINE} for anything but their names.
Combine combineNamed(std::string_view word);

// A row of one input. Pixels that are NaN are not there.
struct CombineInput {
  float* image = nullptr;           // what does not count in the end is made NaN
  const float* variance = nullptr;  // NaN where it is not known
  double weight = 1;
};

// Writes image and variance of a row; NaN where no input has a pixel. Variances are those of independent
// inputs: of sums exactly, of the median of three and more those of many normal ones, (pi/2) n / (sum of
// 1/sigma)^2. `tolerance` is needed by Combine::clipped alone: sets clipped[i] where an input was left out.
//
// With n >= 3 inputs, a pixel stands out that is further from their median than 4 of its sigmas and
// `tolerance`. No more than a quarter of the inputs, but always one, may be left out: where more stand out
// the sky itself has changed, and all are kept.
void combineRow(Combine how, std::span<const CombineInput> inputs, size_t pixels, const float* tolerance,
                float* image, float* variance, uint8_t* clipped);

// Medians of a row, NaN where no input has a pixel.
void medianRow(std::span<const CombineInput> inputs, size_t pixels, float* image);

// The largest less the smallest finite value within 2 pixels to either side of each pixel of a width x height
// image; 0 where there is none. What is steep there (the flank of a star) may differ by as much between
// inputs, for it moves, fades or is blurred.
std::vector<float> localRange(std::span<const float> image, size_t width, size_t height);
inline constexpr uint32_t kRangeReach = 2;

}  // namespace vignet
