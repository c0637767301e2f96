// How much of each input pixel an output pixel covers.
#pragma once
#include <cstdint>
#include <vector>

#include "core/resample/mesh.h"

namespace vignet {

// The areas that a convex outline covers of the cells of a mesh.
//
// By Green's theorem twice an area is the sum of cross products along its boundary, which is made here of
// pieces of the outline and pieces of the cells' sides. The outline is followed from cell to cell, as when
// fonts are drawn with grey edges: where its side from p crosses at X a cell's side from A, cross(p, X) -
// cross(A, X) is given to the cell that is left and taken from the one that is entered; where a corner of the
// mesh lies inside, whole sides are. Each crossing is found once for both cells, and nothing is clipped.
class Coverage {
 public:
  // `outline`: counter-clockwise, with its corners `in` these cells of a mesh that has this turn. False when
  // a side of it leaves the columns and rows between the cells of its ends, or comes so near to a corner of
  // the mesh that rounding decides on which side of it.
  bool measure(const Mesh& mesh, int turn, const Quad& outline, const std::array<Mesh::Cell, 4>& in);
  // The cells that may be covered; all others are not.
  const Box& cells() const { return cells_; }
  // What is covered of the k-th of them, row by row, in the plane's units; rounding may make it negative.
  double area(size_t k) const { return parts_[k].doubleArea / 2; }

 private:
  struct Part {
    double doubleArea = 0;
    // How often the outline crosses the cell's left side to the right, less how often to the left.
    double crossings = 0;
  };

  bool follow(const Mesh& mesh, int turn, const Pixel& p, const Pixel& q, Mesh::Cell from, Mesh::Cell to);
  void addInside(const Mesh& mesh);

  Box cells_;
  std::vector<Part> parts_;
};

}  // namespace vignet
