// Stores decoded integers as FITS pixels.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vignet {

// Writes every value of `in` + offset, big-endian, as O (uint8_t, int16_t, int32_t or int64_t). Returns the
// first sum outside the range of O; with `clip` such sums become the nearest value of O instead.
template <typename O, typename I>
std::optional<int64_t> storeIntegers(std::span<const I> in, std::byte* out, int64_t offset, bool clip);

}  // namespace vignet
