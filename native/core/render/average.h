// Images made smaller by whole factors.
#pragma once
#include <cstdint>
#include <vector>

#include "core/base/box.h"
#include "core/base/control.h"
#include "core/render/image.h"

namespace vignet {

inline constexpr uint32_t kLargestPictureSide = 16384;

// By how much `longest` pixels have to be averaged down to at most `maxSide`. Throws Error{usage, BAD_SIZE}
// for maxSide 0 or over 16384.
uint32_t averageFactor(uint32_t longest, uint32_t maxSide);

// Averages the finite pixels of `box` in whole squares of `factor` x `factor` (smaller at the far edges), NaN
// where there are none; rows as in the image.
std::vector<float> averaged(const MemoryImage& image, const Box& box, uint32_t factor,
                            const Control& control);

// Rounded up.
inline uint32_t dividedBy(uint32_t pixels, uint32_t factor) {
  return pixels / factor + (pixels % factor ? 1 : 0);
}

}  // namespace vignet
