// Numbers that every room needs.
#pragma once
#include <limits>
#include <numbers>

namespace vignet {

inline constexpr double kDegree = std::numbers::pi / 180;  // radians
// No data; a double as well as a float.
inline constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

}  // namespace vignet
