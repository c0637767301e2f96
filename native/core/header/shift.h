// Adding an integer to the decimal text of a card without losing a digit.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vignet {

// `text` + `delta`, both exact: "-381.2001" + -512 is "-893.2001". Takes FITS reals and integers ('E' and 'D'
// exponents) and writes a real with a decimal point. Where the exact sum would need more than some thirty
// digits, the nearest double is written in the shortest form that reads back. Absent when `text` is no finite
// number.
std::optional<std::string> addExactly(std::string_view text, int64_t delta);

}  // namespace vignet
