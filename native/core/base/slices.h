// Slices of a cube: its 2-D images, by their places on axes 3 and 4.
#pragma once
#include <array>
#include <cstdint>

namespace vignet {

// Which pixels of an axis: `count` of them from `from` on (0-based), each `step` after the one before.
struct AxisRange {
  uint32_t from = 0, count = 1, step = 1;
  uint64_t last() const { return from + (uint64_t{count} - 1) * step; }
  bool operator==(const AxisRange&) const = default;
};

// A slice; of a 2-D image the first.
struct Slice {
  uint32_t z = 0, t = 0;  // 0-based, on axes 3 and 4
};

// Slices in the order of the file: those of axis 3, and these again for each pixel of axis 4.
struct Slices {
  std::array<AxisRange, 2> axes;
  uint64_t count() const { return uint64_t{axes[0].count} * axes[1].count; }
  Slice at(uint64_t i) const {
    return {static_cast<uint32_t>(axes[0].from + i % axes[0].count * axes[0].step),
            static_cast<uint32_t>(axes[1].from + i / axes[0].count * axes[1].step)};
  }
};

}  // namespace vignet
