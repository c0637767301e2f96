// An input's pixels where a mosaic has its own.
#pragma once
#include <cstdint>
#include <cstring>
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

// Pixels that are written before they are read.
template <class T>
class Kept {
 public:
  T* data() const { return all_.get(); }
  size_t room() const { return room_; }
  // Moves pixels [from, to) to the front and makes room for `pixels`.
  void move(size_t from, size_t to, size_t pixels) {
    std::unique_ptr<T[]> larger;
    if (pixels > room_) larger = std::make_unique_for_overwrite<T[]>(pixels);
    if (to > from)
      std::memmove(larger ? larger.get() : all_.get(), all_.get() + from, (to - from) * sizeof(T));
    if (!larger) return;
    all_ = std::move(larger);
    room_ = pixels;
  }

 private:
  std::unique_ptr<T[]> all_;
  size_t room_ = 0;
};

// What was read last of an input: pixel (x, y) of the box is at `first` + (y - box.y0) * stride + (x -
// box.x0).
struct Band {
  Box box;
  size_t first = 0, stride = 0;
  Kept<float> values, variances;
  Kept<uint64_t> bits;
  bool masked = false;

  size_t row(uint32_t y) const { return first + size_t{y - box.y0} * stride; }
};

// Room that the inputs of one thread use in turns.
struct GridScratch {
  Room bytes;
  Band band;
  // A half of the bits of a mask, as they are read and resampled.
  std::vector<int32_t> half, found;
};

// Pixels that an input's mask calls NO_DATA, or BAD or COSMIC_RAY without being INTERPOLATED, are missing,
// and so are those whose variance is no number or whose inverse variance is not above 0.
class InputOnGrid {
 public:
  // `strip` and `input`, which is one of its, must outlive this, `scratch` too. With `rowAfterRow` boxes are
  // asked for from above to below, all of one width: what the next one shares with the last is kept, if that
  // is not too much.
  InputOnGrid(const MosaicStrip& strip, const MosaicStripInput& input, const Control& control,
              std::vector<MosaicFailure>& failures, GridScratch& scratch, bool rowAfterRow = false);

  // Fills all of `out` but the box, which says what is wanted. False: the input has nothing there, or cannot
  // be read. Without a variance, and where it is not wanted, that is NaN. After NeedRanges only what further
  // boxes lack is right, not their pixels.
  bool load(GridPixels& out, bool withMask, bool withVariance = true);

 private:
  void part(const Box& block, GridPixels& out);
  void empty(const Box& block, GridPixels& out) const;
  bool keeps(Box& in) const;
  Box missing(const Box& in);
  void read(const Box& in);
  void readRows(const Box& rest);
  void readMask(const Box& in);
  void shifted(const Box& in, GridPixels& out) const;
  void resampled(const Box& block, GridPixels& out);

  const MosaicStrip& strip_;
  const MosaicStripInput& input_;
  const Plane& image_;
  const Plane* noise_;  // variance, else weight, else null
  const Plane* mask_;
  Kernel kernel_;
  InputReader reader_;
  std::unique_ptr<PixelMap> map_;
  const bool rowAfterRow_;
  GridScratch& scratch_;
  Band own_;
  Band* band_;
  bool withMask_ = false, withVariance_ = false;
};

}  // namespace vignet
