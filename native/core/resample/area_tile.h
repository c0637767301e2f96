// A square of output pixels with all that is needed to weigh input pixels by their overlap with them.
//
// Tiles are anchored to the output image: squares of 64 pixels, and quarters of them down to single pixels
// where the corners of pixels are no smooth functions or the sky is too curved. So what a pixel comes out as
// depends on nothing else.
#pragma once
#include <cstdint>
#include <vector>

#include "core/resample/biquadratic.h"
#include "core/resample/pixel_map.h"
#include "core/resample/polygon.h"

namespace vignet {

class AreaTile {
 public:
  static constexpr uint32_t largestSide = 64;

  // False when the square must be divided; never for a single pixel.
  bool make(PixelMap& map, uint32_t x0, uint32_t y0, uint32_t side);

  uint32_t x0() const { return x0_; }
  uint32_t y0() const { return y0_; }
  uint32_t side() const { return side_; }
  // The input pixels that may overlap the tile; a box without pixels when there are none.
  const Box& input() const { return input_; }
  // Whether all corners lie within 0.002 radians of the tangent point.
  bool small() const { return small_; }

  // Fetches the corners of input(); the rest is for tiles on which this was called.
  void findInputCorners(PixelMap& map);
  // Corners on the tangent plane, NaN where there is none: of an output pixel, counter-clockwise; and the
  // corner of an input pixel that it shares with those before it in x and y.
  Quad outputPixel(uint32_t x, uint32_t y) const;
  const Pixel& inputCorner(uint32_t x, uint32_t y) const {
    return inputCorners_[size_t(y - input_.y0) * (input_.width() + 1) + (x - input_.x0)];
  }
  // The input pixels that may overlap an output pixel.
  Box candidates(uint32_t x, uint32_t y) const;

 private:
  bool makeSmooth(PixelMap& map);
  void makeSingle(PixelMap& map);
  Pixel corner(uint32_t i, uint32_t j) const { return corners_[size_t(j) * (side_ + 1) + i]; }

  uint32_t x0_ = 0, y0_ = 0, side_ = 0;
  Box input_;
  bool small_ = false, mirrored_ = false;
  TangentPlane plane_;
  uint32_t inputWidth_ = 0, inputHeight_ = 0;
  std::vector<Pixel> corners_;    // of the output pixels, (side + 1)^2, on the plane
  std::vector<Pixel> positions_;  // the same in the input image
  // Input pixels by which an output pixel may reach beyond its corners; alike unless the tile is a single
  // pixel.
  double marginX_ = 0, marginY_ = 0;
  std::vector<Pixel> inputCorners_;
};

}  // namespace vignet
