// Input pixels as the cells of a mesh on the tangent plane.
#pragma once
#include <cstdint>
#include <vector>

#include "core/base/box.h"
#include "core/resample/polygon.h"

namespace vignet {

// Cells are numbered as the input's pixels are; they share their corners with their neighbours.
struct Mesh {
  struct Cell {
    uint32_t x = 0, y = 0;
  };

  Box box;                     // of the cells
  std::vector<Pixel> corners;  // (width + 1) x (height + 1), NaN where there is none

  size_t pitch() const { return box.width() + 1; }
  // The corner that a cell shares with those before it in x and y.
  const Pixel* corner(uint32_t x, uint32_t y) const {
    return &corners[static_cast<size_t>(y - box.y0) * pitch() + (x - box.x0)];
  }
  Quad cell(uint32_t x, uint32_t y) const {
    const Pixel* c = corner(x, y);
    return {c[0], c[1], c[pitch() + 1], c[pitch()]};
  }
  // 1 when every cell is convex and goes round counter-clockwise, -1 when every one goes clockwise; else 0.
  int turn() const;
  // Finds the cell that holds a place, on a mesh with a turn, starting from it or a neighbour. False when the
  // place is further away, or not on the mesh.
  bool find(const Pixel& place, int turn, Cell& cell) const;
};

}  // namespace vignet
