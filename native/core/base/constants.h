// Numbers that several rooms use.
#pragma once
#include <limits>
#include <numbers>

namespace vignet {

inline constexpr double kPi = std::numbers::pi;
inline constexpr double kDegree = kPi / 180;  // radians
// The standard deviation of a normal distribution, in median absolute deviations.
inline constexpr double kSigmaPerMad = 1.4826;
// No data; a double as well as a float.
inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

}  // namespace vignet
