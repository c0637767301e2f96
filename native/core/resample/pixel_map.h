// From the pixels of an output image to positions in an input image.
//
// wcslib takes some 0.3 microseconds a pixel and direction, so it is asked at the nodes of a grid only. The
// grid is anchored to the output image: blocks of 128 x 128 pixels from its first pixel, each one biquadratic
// polynomial or, where that misses exact positions by more than it may, four of half the side, and so on down
// to 8 pixels; what cannot be interpolated even there (a seam of the projection, a pole, the edge of the sky)
// is transformed pixel by pixel. So a position depends on the two WCSs, the input's size and `maxError`
// alone, never on the strip, box or thread that asks.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/base/box.h"
#include "core/resample/biquadratic.h"
#include "core/wcs/wcs.h"

namespace vignet {

// Input pixels that an interpolated position may be wrong by, unless said otherwise.
inline constexpr double kPositionError = 0.005;

// A position nearer than this to an edge of the input, on either side, lies this far inside: a seam of an
// all-sky map, or a pole, falls exactly on the edge of its pixels, and rounding decides on which side.
inline constexpr double kEdge = 1e-5;

// One object belongs to one thread. Positions are 0-based with integer values at pixel centres.
class PixelMap {
 public:
  // `maxError`: input pixels that an interpolated position may be wrong by; 0 transforms every pixel exactly.
  // Throws Error{data, BAD_WCS} when wcslib rejects a WCS, Error{usage, BAD_SIZE} for images without pixels
  // or with more than 2^30 on a side, Error{usage, BAD_MAX_ERROR} for a negative one or NaN. Every call polls
  // `control` at each leaf and with each 64 exact positions at least; a yield is not heeded.
  PixelMap(const NumericWcs& outputWcs, uint32_t outputWidth, uint32_t outputHeight,
           const NumericWcs& inputWcs, uint32_t inputWidth, uint32_t inputHeight,
           double maxError = kPositionError, const Control& control = {});

  uint32_t inputWidth() const { return inputWidth_; }
  uint32_t inputHeight() const { return inputHeight_; }
  uint32_t outputWidth() const { return outputWidth_; }
  uint32_t outputHeight() const { return outputHeight_; }
  void poll() const { control_.poll(); }
  Wcs& outputWcs() { return output_; }
  Wcs& inputWcs() { return input_; }

  // Input positions of the centres of output pixels [x0, x1) of row y, into x1 - x0 numbers each; NaN where
  // there is none, or where it is surely outside the input image.
  void positions(uint32_t y, uint32_t x0, uint32_t x1, double* inputX, double* inputY);
  // How many input pixels an output pixel covers there (the Jacobian's absolute value), or NaN.
  void areas(uint32_t y, uint32_t x0, uint32_t x1, double* inputPixels);

  // The input pixels that a kernel needs which reaches `reach` pixels to either side (1: the two nearest),
  // for all of `output`; a box without pixels (x1 == x0) when it needs none.
  Box inputBox(const Box& output, uint32_t reach);
  // The smallest box of all output pixels whose centres lie on the input image, by the same positions that
  // resampling uses; a box without pixels when none does. It may take as long as all positions
  // of the output.
  Box covered();

  // The exact positions of any output positions, by wcslib; NaN where there is none.
  void exact(std::span<const Pixel> output, std::span<Pixel> input);

 private:
  // A square of output pixels from (x0, y0).
  struct Leaf {
    enum class Form : uint8_t { polynomial, exact, outside };
    uint32_t x0 = 0, y0 = 0, side = 0;
    Form form = Form::exact;
    Biquadratic map;
  };
  using Block = std::vector<Leaf>;

  const Block& block(uint32_t column, uint32_t row);
  void divide(Block& leaves, uint32_t x0, uint32_t y0, uint32_t side);
  bool interpolate(Leaf& leaf);
  void exactRow(uint32_t y, uint32_t x0, uint32_t x1, double* inputX, double* inputY);
  void exactAreas(uint32_t y, uint32_t x0, uint32_t x1, double* inputPixels);
  // Calls use(leaf, from, to) for the leaves that row y meets between x0 and x1.
  template <class Use>
  void eachLeaf(uint32_t y, uint32_t x0, uint32_t x1, const Use& use);

  Wcs output_, input_;
  uint32_t outputWidth_, outputHeight_, inputWidth_, inputHeight_;
  double maxError_;
  Control control_;
  // The rows of blocks that were used last, by the remainder of their number; blocks not yet computed are
  // empty. Enough for a strip whose input box is asked for first and whose positions afterwards.
  struct BlockRow {
    uint32_t number = UINT32_MAX;
    std::vector<Block> blocks;
  };
  std::array<BlockRow, 4> rows_;
  std::vector<Sky> sky_;
  std::vector<uint8_t> ok_, back_;
  std::vector<Pixel> from_, to_;
};

}  // namespace vignet
