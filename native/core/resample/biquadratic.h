// A pair of smooth functions on a rectangle as two polynomials of second order in x and y each.
#pragma once
#include <array>
#include <cstddef>

#include "core/wcs/wcs.h"

namespace vignet {

// Goes through the functions' values at the corners, the middles of the sides and the centre of the
// rectangle.
struct Biquadratic {
  // Where the functions must be known to fit them (nodes) and to see how far the polynomials are from them
  // (checks), on a rectangle from (x0, y0). Checks lie near where a cubic term leaves a parabola most (0.21
  // and 0.79), and apart from it.
  static constexpr size_t kNodes = 9, kPoints = 25;
  static std::array<Pixel, kPoints> pointsOf(double x0, double y0, double width, double height);

  // One axis along a row, in the distance from x0.
  struct Row {
    double a, b, c;
    double at(double d) const { return a + d * (b + d * c); }
  };

  double x0 = 0, y0 = 0;
  double c[2][3][3] = {};  // [x or y of the value][power of the distance from y0][power of that from x0]

  // `values` at pointsOf(…), all finite. Returns the largest distance at the checks.
  double fit(double x0, double y0, double width, double height, const std::array<Pixel, kPoints>& values);

  Row along(int axis, double y) const {
    const double d = y - y0;
    const auto& k = c[axis];
    return {k[0][0] + d * (k[1][0] + d * k[2][0]), k[0][1] + d * (k[1][1] + d * k[2][1]),
            k[0][2] + d * (k[1][2] + d * k[2][2])};
  }
  Pixel at(double x, double y) const { return {along(0, y).at(x - x0), along(1, y).at(x - x0)}; }
};

}  // namespace vignet
