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

// The same where it may leave the image: pixel (0, 0) is the image's first.
struct WideBox {
  int64_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  WideBox() = default;
  WideBox(int64_t left, int64_t bottom, int64_t right, int64_t top)
      : x0(left), y0(bottom), x1(right), y1(top) {}
  WideBox(const Box& box) : x0(box.x0), y0(box.y0), x1(box.x1), y1(box.y1) {}
  uint32_t width() const { return static_cast<uint32_t>(x1 - x0); }
  uint32_t height() const { return static_cast<uint32_t>(y1 - y0); }
  bool operator==(const WideBox&) const = default;
};

}  // namespace vignet
