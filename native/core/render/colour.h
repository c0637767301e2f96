// Three images of one region of sky as the red, green and blue of a picture.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/control.h"
#include "core/render/picture.h"

namespace vignet {

// An uncompressed FITS file in memory, and where the first pixel of its image lies on the grid of all three.
struct ColourChannel {
  std::span<const std::byte> fits;
  int64_t x0 = 0, y0 = 0;
};

// Lupton et al. 2004 (PASP 116, 133): channels are scaled together by asinh of their mean, so that a pixel
// keeps its colour however bright it is. As astropy.visualization.make_lupton_rgb.
struct ColourOptions {
  double q = 8;  // how soon asinh turns from linear to logarithmic
  // The brightness, in the channels' unit, up to which colours are about linear. Absent: 10 times the noise
  // of the mean.
  std::optional<double> stretch;
  // What is black in each channel. Absent: the median of each.
  std::optional<std::array<double, 3>> minimum;
  uint32_t maxSide = 1024;
};

// Red, green, blue of one pixel, 0 to 255, rounded down as astropy does.
class LuptonScale {
 public:
  LuptonScale(const std::array<double, 3>& minimum, double stretch, double q);
  std::array<uint8_t, 3> operator()(const std::array<float, 3>& pixel) const;

 private:
  std::array<double, 3> minimum_;
  double slope_, soften_;
};

// Draws the pixels that all three images have, averaged down to maxSide; where one has no data the picture is
// transparent. Throws Error{usage, NO_OVERLAP} when they have none in common, Error{usage, BAD_STRETCH} for a
// stretch that is not above 0 or a Q below 0, and as `render` does.
Picture renderColour(const std::array<ColourChannel, 3>& channels, const ColourOptions& options,
                     const Control& control = {});

}  // namespace vignet
