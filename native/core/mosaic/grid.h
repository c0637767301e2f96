// The pixel grid of a mosaic: a WCS without bounds. The mosaic is a box of it; aligned inputs are shifted by
// whole pixels.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/fits/layout.h"
#include "core/wcs/wcs.h"

namespace vignet {

inline constexpr double kFarthest = 1e9;  // pixels from a grid's origin

// A half-open rectangle of grid pixels.
struct GridBox {
  int64_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  bool empty() const { return x0 >= x1 || y0 >= y1; }
  bool holds(const GridBox& b) const { return b.x0 >= x0 && b.y0 >= y0 && b.x1 <= x1 && b.y1 <= y1; }
  bool operator==(const GridBox&) const = default;
};
GridBox overlap(const GridBox& a, const GridBox& b);
// The smallest box around both; empty ones are ignored.
GridBox united(const GridBox& a, const GridBox& b);

// The cards of the image plane's coordinates, alternate descriptions and parent frame included,
// '\n'-separated. Throws Error{data, NO_WCS} when it has no usable celestial WCS.
std::string gridCards(const Layout& layout);
// The coordinate cards among any others, for example from a request. Throws Error{usage, BAD_GRID} for more
// than 64 kB, repeated cards and cards without a value.
std::string gridCards(std::string_view cards);
// The same coordinates counted from another pixel: FITS pixel p of the grid is pixel p - origin.
std::string movedCards(std::string_view cards, std::array<int64_t, 2> origin);
// Throws Error{data, NO_WCS | BAD_WCS}.
NumericWcs numbersOf(std::string_view cards);

// From pixels of an image to those of a grid: grid pixel = image pixel + shift.
using Shift = std::array<int64_t, 2>;

// The shift of the image plane on a grid, if it holds to 0.001 pixel all over the image; absent otherwise.
std::optional<Shift> alignedShift(Wcs& grid, const Layout& layout);

// The same where both are one projection of one sky, also of images that leave the sky; without distortions.
std::optional<Shift> sameGrid(const NumericWcs& grid, const NumericWcs& image);

}  // namespace vignet
