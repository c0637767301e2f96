#include "core/resample/mesh.h"

namespace vignet {

int Mesh::turn() const {
  const int turn = doubleArea(corners[0], corners[1], corners[pitch()]) > 0 ? 1 : -1;
  const size_t second = turn > 0 ? 1 : pitch(), last = turn > 0 ? pitch() : 1;
  for (uint32_t y = box.y0; y < box.y1; y++) {
    const Pixel* c = corner(box.x0, y);
    for (uint32_t x = box.x0; x < box.x1; x++, c++) {
      if (!isConvex({c[0], c[second], c[pitch() + 1], c[last]})) return 0;
    }
  }
  return turn;
}

bool Mesh::find(const Pixel& place, int turn, Cell& cell) const {
  for (int tries = 0; tries < 3; tries++) {
    if (cell.x < box.x0 || cell.x >= box.x1 || cell.y < box.y0 || cell.y >= box.y1) return false;
    const Pixel* c = corner(cell.x, cell.y);
    const Pixel &a = c[0], &b = c[1], &d = c[pitch()], &opposite = c[pitch() + 1];
    const bool left = turn * doubleArea(d, a, place) < 0, right = turn * doubleArea(b, opposite, place) < 0,
               below = turn * doubleArea(a, b, place) < 0, above = turn * doubleArea(opposite, d, place) < 0;
    if (!(left || right || below || above)) return true;
    cell.x += static_cast<uint32_t>(right) - static_cast<uint32_t>(left);
    cell.y += static_cast<uint32_t>(above) - static_cast<uint32_t>(below);
  }
  return false;
}

}  // namespace vignet
