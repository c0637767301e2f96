// How a cutout changes the coordinate cards of a header.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/slices.h"
#include "core/header/cards.h"

namespace vignet {

// The new value texts of the cards that a shift of the pixel origin changes, and cards that must be added
// because their default (0) no longer holds. A FITS pixel p of the parent is pixel p - origin of the part.
struct MovedCards {
  std::map<std::string, std::string> changed;  // by keyword
  std::vector<std::pair<std::string, std::string>> added;
};

// CRPIXja shifts, for the primary and all alternate descriptions, except that of a LINEAR parent frame with
// CRPIX1a = CRPIX2a = 1 (afw's xy0), where CRVALja moves instead; LTVj and CNPIXj shift. Sums are exact to
// the last digit written. `depth`: the pixels of axes 3 and 4 that are kept; a step multiplies the axis's
// column of the matrix (or its CDELT).
MovedCards moveFrames(const std::vector<CardLines>& cards, std::array<int64_t, 2> origin,
                      const std::array<AxisRange, 2>& depth = {});

}  // namespace vignet
