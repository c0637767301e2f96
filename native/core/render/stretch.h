// The stretch of a picture: its black and white levels and the curve between them.
#pragma once
#include <cstdint>
#include <span>

#include "core/render/picture.h"

namespace vignet {

struct LevelAndNoise {
  double level = 0, noise = 1;  // noise > 0
};

// The median and 1.4826 times the median absolute deviation, of a sample as below; where that is 0 a noise of
// the values' order. NaN and infinities are left out.
LevelAndNoise levelAndNoise(std::span<const float> pixels);

struct Limits {
  double black = 0, white = 1;  // black < white
  double softening = 1;         // where asinh turns from linear to logarithmic
  double logarithm = 1000;      // a of log(a x + 1) / log(a + 1)
};

// Limits that a few bright or broken pixels do not move: from the median, the median absolute deviation and
// the 99.5th percentile of at most some 20,000 pixels taken evenly. NaN and infinities are left out; an
// image without finite pixels, or with all equal, has limits too. The softening and the logarithm put the
// median at a fifth of white.
Limits robustLimits(std::span<const float> pixels);

// The limits that options ask for. Throws as `render` does.
Limits limitsOf(std::span<const float> pixels, const PictureLimits& asked);

// The levels of pixels, 0 to 255; of NaN 0.
class Greys {
 public:
  Greys(const Limits& limits, Stretch stretch);
  uint8_t operator()(double value) const;

 private:
  Stretch stretch_;
  double black_, range_;
  double bend_ = 0, most_ = 1;  // what the curve multiplies its argument by, and its value at white
};

}  // namespace vignet
