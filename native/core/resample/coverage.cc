#include "core/resample/coverage.h"

#include <algorithm>

namespace vignet {

namespace {

double crossProduct(const Pixel& a, const Pixel& b) { return a.x * b.y - a.y * b.x; }

}  // namespace

// Inlined: called for every side of every output pixel.
inline bool Coverage::follow(const Mesh& mesh, int turn, const Pixel& p, const Pixel& q, Mesh::Cell from,
                             Mesh::Cell to) {
  const bool right = to.x > from.x, up = to.y > from.y;
  uint32_t columns = right ? to.x - from.x : from.x - to.x, rows = up ? to.y - from.y : from.y - to.y;
  const auto width = ptrdiff_t(cells_.width()), pitch = ptrdiff_t(mesh.pitch());
  Part* part = &parts_[static_cast<size_t>(from.y - cells_.y0) * cells_.width() + (from.x - cells_.x0)];
  const Pixel* cell = mesh.corner(from.x, from.y);
  while (columns || rows) {
    bool sideways = rows == 0;
    if (columns && rows) {
      const bool isLeft = turn * doubleArea(p, q, cell[(up ? pitch : 0) + right]) > 0;  // the corner ahead
      sideways = isLeft == (right == up);
    }
    const Pixel& a = cell[sideways ? ptrdiff_t(right) : up ? pitch : 0];
    const Pixel& b = (&a)[sideways ? pitch : 1];
    const double offA = doubleArea(p, q, a), offB = doubleArea(p, q, b);
    if (!(offA * offB < 0)) return false;
    const double t = offA / (offA - offB);
    const double given = crossProduct({p.x - a.x, p.y - a.y}, {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
    part->doubleArea += given;
    if (sideways) {
      part[right].crossings += right ? 1 : -1;
      part += right ? 1 : -1;
      cell += right ? 1 : -1;
      columns--;
    } else {
      part += up ? width : -width;
      cell += up ? pitch : -pitch;
      rows--;
    }
    part->doubleArea -= given;
  }
  part->doubleArea += crossProduct(p, q);
  return true;
}

inline void Coverage::addInside(const Mesh& mesh) {
  const size_t width = cells_.width(), pitch = mesh.pitch();
  for (uint32_t j = 0; j + 1 < cells_.height(); j++) {
    const Pixel* corner = mesh.corner(cells_.x0, cells_.y0 + j + 1);
    Part* part = &parts_[j * width];
    for (size_t i = 1; i < width; i++) {
      // Those of all left sides below a corner say whether it is inside.
      if (j > 0) part[i].crossings += (part - width)[i].crossings;
      const double inside = part[i].crossings;
      if (inside == 0) continue;
      const double upward = inside * crossProduct((corner - pitch)[i], corner[i]),
                   toRight = inside * crossProduct(corner[i - 1], corner[i]);
      part[i - 1].doubleArea += upward - toRight;
      part[i].doubleArea -= upward;
      part[width + i - 1].doubleArea += toRight;
    }
  }
}

bool Coverage::measure(const Mesh& mesh, int turn, const Quad& outline, const std::array<Mesh::Cell, 4>& in) {
  const auto [left, right] = std::minmax({in[0].x, in[1].x, in[2].x, in[3].x});
  const auto [low, high] = std::minmax({in[0].y, in[1].y, in[2].y, in[3].y});
  cells_ = {left, low, right + 1, high + 1};
  parts_.assign(static_cast<size_t>(cells_.width()) * cells_.height(), {});
  for (size_t k = 0; k < 4; k++) {
    const size_t next = (k + 1) % 4;
    if (!follow(mesh, turn, outline[k], outline[next], in[k], in[next])) return false;
  }
  addInside(mesh);
  return true;
}

}  // namespace vignet
