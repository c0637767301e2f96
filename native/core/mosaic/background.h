// The levels of images of one piece of sky: what each is like coarsely, and which constants make them agree.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/mosaic/mosaic.h"

namespace vignet {

// An input in cells of the mosaic's grid; cell (0, 0) has the mosaic's first pixel.
struct CoarseSky {
  uint32_t x0 = 0, y0 = 0, width = 0, height = 0;  // cells
  std::vector<float> medians;                      // NaN where less than nine tenths of a cell have pixels
  std::optional<double> variance;                  // median of the cells' median variances
};

// Looks at the one input of a strip (planes and rows do not matter) within its box; pixels go to the nearest,
// scaled; all are held at once. `cell`: the side of a cell, above 0. Cells that cannot be read are NaN.
CoarseSky measureSky(const MosaicStrip& strip, uint32_t cell, const Control& control);

// The constants to add: least squares over all pairs that have at least 4 cells in common, of the mean of
// their differences without outliers (3 sigma of the median, 5 rounds), each with the number of its cells as
// the weight. Of all that hang together the constants have a mean of 0; what overlaps with nothing has 0, and
// so has what is null.
std::vector<double> matchSkies(std::span<const CoarseSky* const> skies);

}  // namespace vignet
