#include "core/render/colormap.h"

#include <algorithm>
#include <cmath>

namespace vignet {
namespace {

// Linear between two levels, 0 to 1.
double ramp(double x, double from, double to, double low = 0) {
  return std::clamp(low + (1 - low) * (x - from) / (to - from), low, 1.0);
}

uint8_t byteOf(double part) { return static_cast<uint8_t>(std::lround(part * 255)); }

}  // namespace

ColourTable colourTable(Colormap map) {
  ColourTable table;
  for (size_t level = 0; level < table.size(); ++level) {
    const double x = static_cast<double>(level) / 255;
    const auto grey = static_cast<uint8_t>(map == Colormap::grayReversed ? 255 - level : level);
    table[level] = {grey, grey, grey};
    // The corners of matplotlib's `hot`.
    if (map == Colormap::hot)
      table[level] = {byteOf(ramp(x, 0, 0.365079, 0.0416)), byteOf(ramp(x, 0.365079, 0.746032)),
                      byteOf(ramp(x, 0.746032, 1))};
  }
  return table;
}

}  // namespace vignet
