// A rectangle of pixels.
#pragma once
#include <cstdint>

namespace vignet {

// The longest side of anything computed, in pixels; an input of an answer may be longer.
inline constexpr uint32_t kMaxSide = 1u << 30;

// A half-open pixel rectangle of a plane, 0-based.
struct Box {
  uint32_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  uint32_t width() const { return x1 - x0; }
  uint32_t height() const { return y1 - y0; }
  bool operator==(const Box&) const = default;
};

}  // namespace vignet
