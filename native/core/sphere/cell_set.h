// A set of HEALPix cells of one order, a bit each, and the same as a MOC.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/control.h"
#include "core/sphere/region.h"

namespace vignet {

// A coverage map while it is made: regions are added, in any order, and its memory outlives the call.
class CellSet {
 public:
  // Cells of 1.7 arcmin: 6 MiB.
  static constexpr int kMaxOrder = 11;
  // Bytes for an order of 0 to kMaxOrder; they begin as zeros.
  static std::size_t bytesFor(int order);
  // Error{usage, BAD_ARGUMENT} unless the order is in range and the memory has `bytesFor(order)` bytes, on a
  // multiple of 8.
  CellSet(std::span<std::byte> memory, int order);

  // Adds every cell that the region touches, and of its neighbours at most those within half a cell
  // of the region. Throws as Control::poll; a yield is not heeded.
  void add(const Region& region, const Control& control);

  // The cells as a MOC in its one normal form (IVOA MOC 2.0, section 4.1): cells of any order as NUNIQ
  // numbers, 4 * 4^order + cell, ascending; four siblings are their parent.
  std::vector<uint32_t> uniq() const;

 private:
  // Whether all cells near the region are there, as far as few words show it: most images of a survey lie
  // where others do.
  bool hasAllNear(const Region& region) const;

  std::span<uint64_t> words_;
  int order_;
};

}  // namespace vignet
