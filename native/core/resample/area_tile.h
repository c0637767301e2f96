// A square of output pixels with all that is needed to weight input pixels by their overlap.
//
// Tiles are anchored to the output image: squares of 64 pixels, and quarters of them down to single pixels
// where the corners of pixels are no smooth functions or the sky is too curved. So the value of a
// pixel depends on nothing else.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "core/resample/biquadratic.h"
#include "core/resample/mesh.h"
#include "core/resample/pixel_map.h"
#include "core/resample/polygon.h"
#include "core/sphere/tangent_plane.h"

namespace vignet {

class AreaTile {
 public:
  static constexpr uint32_t kLargestSide = 64;

  // False when the square must be divided; never for a single pixel.
  bool make(PixelMap& map, uint32_t x0, uint32_t y0, uint32_t side);

  uint32_t x0() const { return x0_; }
  uint32_t y0() const { return y0_; }
  uint32_t side() const { return side_; }
  // The input pixels that may overlap the tile; a box without pixels when there are none.
  const Box& input() const { return input_; }

  // Finds all corners on the tangent plane, NaN where there is none; the rest is for tiles on which this was
  // called.
  void findCorners(PixelMap& map);
  // Whether all corners of output pixels lie within 0.002 radians of the tangent point.
  bool small() const { return small_; }
  // The pixels of input().
  const Mesh& mesh() const { return mesh_; }
  // Those of an output pixel, counter-clockwise.
  Quad outputPixel(uint32_t x, uint32_t y) const { return around(corners_, x, y); }
  // The input pixels that may overlap an output pixel.
  Box candidates(uint32_t x, uint32_t y) const;
  // The mesh's turn, where all of it and of the tile lies so near to the tangent point that areas on the
  // plane will do for solid angles; else 0.
  int turn() const { return turn_; }
  // The cells of a mesh with a turn that have the corners of outputPixel(x, y) in them. False when one is not
  // on the mesh.
  bool cellsOf(uint32_t x, uint32_t y, std::array<Mesh::Cell, 4>& cells) const {
    cells = around(cells_, x, y);
    return std::none_of(cells.begin(), cells.end(), [](const Mesh::Cell& c) { return c.x == kNowhere; });
  }

 private:
  static constexpr uint32_t kNowhere = UINT32_MAX;

  bool makeSmooth(PixelMap& map);
  void makeSingle(PixelMap& map);
  void findCells();
  // Of four that belong to an output pixel's corners, in the order of outputPixel.
  template <class T>
  std::array<T, 4> around(const std::vector<T>& all, uint32_t x, uint32_t y) const {
    const T* at = &all[static_cast<size_t>(y - y0_) * (side_ + 1) + (x - x0_)];
    const size_t second = mirrored_ ? side_ + 1 : 1, last = mirrored_ ? 1 : side_ + 1;
    return {at[0], at[second], at[side_ + 2], at[last]};
  }

  uint32_t x0_ = 0, y0_ = 0, side_ = 0;
  Box input_;
  bool small_ = false, mirrored_ = false;  // mirrored: x and y go round clockwise on the plane
  TangentPlane plane_;
  uint32_t inputWidth_ = 0, inputHeight_ = 0;
  std::vector<Pixel> corners_;    // of the output pixels, (side + 1)^2, on the plane
  std::vector<Pixel> positions_;  // the same in the input image
  // Input pixels by which an output pixel may reach beyond its corners; alike unless the tile is a single
  // pixel.
  double marginX_ = 0, marginY_ = 0;
  Mesh mesh_;
  int turn_ = 0;
  std::vector<Mesh::Cell> cells_;  // with corners_ in them; x is `kNowhere` where none is known
};

}  // namespace vignet
