// An input's pixels where a mosaic has its own.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/mosaic/input_reader.h"
#include "core/mosaic/mosaic.h"
#include "core/resample/resample.h"

namespace vignet {

// Row after row of a box of the mosaic.
struct GridPixels {
  Box box;
  std::vector<float> image, variance;  // NaN where there is none; of an inverse variance its inverse
  std::vector<uint64_t> mask;          // in the mosaic's dictionary; empty unless it was asked for
};

// Room that the inputs of one thread use in turns.
struct GridScratch {
  Room bytes;
  // What was read last, of a box of the input.
  std::vector<float> values, variances;
  std::vector<uint64_t> bits;
};

// Pixels that an input's mask calls NO_DATA, or BAD or COSMIC_RAY without being INTERPOLATED, are missing, and so are those
// whose variance is no number or whose inverse variance is not above 0.
class InputOnGrid {
 public:
  // `strip` and `input`, which is one of its, must outlive this, `scratch` too.
  InputOnGrid(const MosaicStrip& strip, const MosaicStripInput& input, const Control& control,
              std::vector<MosaicFailure>& failures, GridScratch& scratch);

  // Fills all of `out` but the box, which says what is wanted. False: the input has nothing there, or cannot be read. Without a
  // variance, and where it is not wanted, that is NaN.
  bool load(GridPixels& out, bool withMask, bool withVariance = true);

 private:
  void part(const Box& block, GridPixels& out);
  void empty(const Box& block, GridPixels& out) const;
  void read(const Box& in);
  void readMask(const Box& in);
  void shifted(const Box& in, GridPixels& out) const;
  void resampled(const Box& in, const Box& block, GridPixels& out);

  const MosaicStrip& strip_;
  const MosaicStripInput& input_;
  const Plane& image_;
  const Plane* noise_;  // variance, else weight, else null
  const Plane* mask_;
  Kernel kernel_;
  InputReader reader_;
  std::optional<std::array<int64_t, 2>> offset_;  // mosaic pixel = image pixel + offset
  std::unique_ptr<PixelMap> map_;
  GridScratch& scratch_;
  bool withMask_ = false, withVariance_ = false;
};

}  // namespace vignet
