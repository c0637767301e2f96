// How the rows of a box fall on the tiles of a plane.
#pragma once
#include <cstdint>

#include "core/base/box.h"
#include "core/fits/layout.h"

namespace vignet {

// The most tiles that any machine decodes in parallel; where each row is a tile, ask for this many rows at
// once.
inline constexpr uint32_t kTileTeam = 16;

struct Tiling {
  uint64_t rowBytes = 0;  // of a row of the box in an answer
  uint32_t height = 1;    // rows of a tile; 1 for plain pixels
  uint64_t decoded = 0;   // pixels decoded to have one row of tiles
};

Tiling tilingOf(const Plane& plane, const Box& box);

// The end of a group of rows that begins at row `y` of the plane: whole rows of tiles (the first may be
// partial) that decode about `pixels` pixels, at least one; at most `last`.
uint32_t groupEnd(const Tiling& tiling, uint32_t y, uint32_t last, uint64_t pixels);

// Upper bound of the pixels decoded for a box of so many slices.
uint64_t decodedPixels(const Plane& plane, const Box& box, uint64_t slices = 1);

}  // namespace vignet
