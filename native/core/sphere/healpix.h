// HEALPix in the nested scheme, after Gorski et al. 2005 (ApJ 622, 759), sections 4 and 5.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/base/control.h"
#include "core/sphere/region.h"
#include "core/sphere/vector.h"

namespace vignet::healpix {

inline constexpr int kMaxOrder = 29;

// The number of the cell that holds a direction; order in 0..29, cells in [0, 12 * 4^order).
uint64_t cellOf(const Vec3& direction, int order);
Vec3 centreOf(uint64_t cell, int order);
// North, west, south and east corner.
std::array<Vec3, 4> cornersOf(uint64_t cell, int order);
// Radians: no point of any cell of this order is farther from the cell's centre.
double cellRadius(int order);

// A half-open range of cell numbers.
struct CellRange {
  uint64_t begin = 0, end = 0;
  bool operator==(const CellRange&) const = default;
};

// Cells of `order` that may overlap a region: ascending, disjoint ranges that never miss one and may hold
// some more. The edge is followed through at most about `budget` cells, then left coarse.
// Of the edge a cell is compared only with the arcs near the cell it is a part of: the work goes with the
// cells that the edge touches, and with its arcs once. `control` is polled for each cell and every 128
// comparisons; a yield is not heeded.
std::vector<CellRange> cover(const Region& region, int order, std::size_t budget = 512,
                             const Control& control = {});

// Cells of `order` that may overlap a circle whose radius (radians) is at most the width of a cell, 1.02 /
// 2^order; in no order, and as freely too many as `cover` has. Some microseconds.
std::vector<uint64_t> coverSmall(const Vec3& centre, double radius, int order);

}  // namespace vignet::healpix
