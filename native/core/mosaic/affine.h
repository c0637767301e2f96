// Linear maps of the plane.
#pragma once
#include <span>

#include "core/wcs/wcs.h"

namespace vignet {

struct Matrix {
  double xx = 0, xy = 0, yx = 0, yy = 0;
  double determinant() const { return xx * yy - xy * yx; }
  Matrix inverse() const {
    const double d = determinant();
    return {yy / d, -xy / d, -yx / d, xx / d};
  }
  Pixel operator()(const Pixel& p) const { return {xx * p.x + xy * p.y, yx * p.x + yy * p.y}; }
  Matrix operator()(const Matrix& m) const {
    return {xx * m.xx + xy * m.yx, xx * m.xy + xy * m.yy, yx * m.xx + yy * m.yx, yx * m.xy + yy * m.yy};
  }
};

struct Affine {
  Matrix matrix;
  Pixel origin;
};

// to = matrix * from + origin by least squares, of three and more positions that are not in a line.
inline Affine fit(std::span<const Pixel> from, std::span<const Pixel> to) {
  const auto n = static_cast<double>(from.size());
  Pixel f{}, t{};
  for (size_t i = 0; i < from.size(); ++i) {
    f.x += from[i].x / n, f.y += from[i].y / n;
    t.x += to[i].x / n, t.y += to[i].y / n;
  }
  Matrix square, mixed;
  for (size_t i = 0; i < from.size(); ++i) {
    const double x = from[i].x - f.x, y = from[i].y - f.y, u = to[i].x - t.x, v = to[i].y - t.y;
    square.xx += x * x, square.xy += x * y, square.yx += x * y, square.yy += y * y;
    mixed.xx += u * x, mixed.xy += u * y, mixed.yx += v * x, mixed.yy += v * y;
  }
  const Matrix matrix = mixed(square.inverse());
  const Pixel moved = matrix(f);
  return {matrix, {t.x - moved.x, t.y - moved.y}};
}

}  // namespace vignet
