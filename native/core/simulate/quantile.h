#pragma once
#include <cstdint>
#include <span>

namespace vignet::simulate {

// 0.741 times the interquartile range of the finite values whose mask shares no bit with `reject`: the
// standard deviation of a normal distribution, robustly. 0 when fewer than 4 values are left.
double robustSigma(std::span<const float> values, std::span<const int32_t> mask, int32_t reject);

}  // namespace vignet::simulate
