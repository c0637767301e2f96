// Where images and regions of sky lie on the grid of a mosaic.
//
// An image whose map onto the grid is smooth is bounded by its edges: a continuous map that is one to one has
// its extremes there. Where the map is not smooth (a seam or a pole of either projection is in the image, or
// part of it is not on the sky) the other direction decides: the pixels of the grid that may be wanted are
// looked at by the map that resampling itself uses, so that the plan misses nothing that it would find.
#pragma once
#include <optional>
#include <string>

#include "core/base/control.h"
#include "core/mosaic/grid.h"
#include "core/sphere/stencil.h"

namespace vignet {

// The pixels of a grid within a box that a region covers.
GridBox regionOnGrid(const std::string& cards, const GridBox& within, const Stencil& region);

class Reach {
 public:
  // `cards`: the WCS of the grid; `region`: what is asked for, null: everything. All must outlive it.
  // `control` is polled; a yield is not heeded.
  Reach(const std::string& cards, const Stencil* region, const Control& control);

  // A box of grid pixels that holds all that a box of image pixels can give, with a margin of 2 or more;
  // empty where it gives none. Where it would take long to find, it is all that may be wanted. Throws
  // Error{usage, TOO_LARGE} when that has no bounds.
  GridBox of(const NumericWcs& image, const GridBox& box);

 private:
  std::optional<GridBox> smooth(Wcs& image, const GridBox& box);
  const GridBox& wanted();
  GridBox aroundRegion();
  GridBox wholeSky() const;

  const std::string& cards_;
  const Stencil* region_;
  NumericWcs numbers_;
  Wcs grid_;
  const Control& control_;
  uint64_t examined_ = 0;          // pixels of the grid
  std::optional<GridBox> wanted_;  // what may be wanted at all; only looked for where it is needed
};

}  // namespace vignet
