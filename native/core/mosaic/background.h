// Background matching: coarse medians of each image, and the constants that make overlapping images agree.
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

// Measures the one input of a strip (rows do not matter) within its box, in scaled pixels resampled to the
// nearest. All its pixels are in memory at once. `cell`: the side of a cell, above 0. Cells that cannot be
// read are NaN.
CoarseSky measureSky(const MosaicStrip& strip, uint32_t cell, const Control& control);

// The constants to add, by least squares over all pairs with at least 4 cells in common. A pair contributes
// the mean of its differences, clipped at 3 sigma of the median (at most 5 rounds), weighted by the number of
// its cells. The constants of each connected group have a mean of 0; images without overlap, and null ones,
// have 0.
std::vector<double> matchSkies(std::span<const CoarseSky* const> skies, const Control& control = {});

}  // namespace vignet
