// Pixels of one input on the grid of the mosaic: copied with a shift, or resampled.
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
  std::vector<float> image, variance;  // NaN without data; a weight map is inverted
  std::vector<uint64_t> mask;          // bits of the mosaic's mask planes; empty unless asked for
};

// An uninitialised array of pixels.
template <class T>
class PixelBuffer {
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

// The pixels last read of an input: pixel (x, y) of the box is at `first` + (y - box.y0) * stride +
// (x - box.x0).
struct Band {
  Box box;
  size_t first = 0, stride = 0;
  PixelBuffer<float> values, variances;
  PixelBuffer<uint64_t> bits;
  bool masked = false;

  size_t row(uint32_t y) const { return first + size_t{y - box.y0} * stride; }
};

// Memory that the inputs of one thread share.
struct GridScratch {
  ByteBuffer bytes;
  Band band;
  // 32 bits of a mask, before and after resampling.
  std::vector<int32_t> half, found;
};

// Pixels whose mask has NO_DATA, or BAD or COSMIC_RAY without INTERPOLATED, have no data; neither have those
// whose variance is not finite or whose weight is not above 0.
class InputOnGrid {
 public:
  // `strip`, `input` (one of its inputs) and `scratch` must outlive this. With `rowAfterRow`, boxes of one
  // width are loaded in order of increasing y, and the rows that the next one shares with the last are reused
  // if they are few enough.
  InputOnGrid(const MosaicStrip& strip, const MosaicStripInput& input, const Control& control,
              std::vector<MosaicFailure>& failures, GridScratch& scratch, bool rowAfterRow = false);

  // Fills `out` for its box. False: the input has no pixels there, or cannot be read. Without a variance
  // plane, or unless it is wanted, the variance is NaN. After NeedRanges further calls still find which bytes
  // are missing, but their pixels are invalid.
  bool load(GridPixels& out, bool withMask, bool withVariance = true);

 private:
  void part(const Box& block, GridPixels& out);
  void empty(const Box& block, GridPixels& out) const;
  bool keepsBand(Box& in) const;
  Box extendBand(const Box& in);
  void read(const Box& in);
  void readRows(const Box& rest);
  void readMask(const Box& in);
  void shifted(const Box& in, GridPixels& out) const;
  void resampled(const Box& block, GridPixels& out);
  void addOffset(const Box& block, GridPixels& out) const;

  const MosaicStrip& strip_;
  const MosaicStripInput& input_;
  const Plane& image_;
  const Plane* noise_;  // variance, or inverse variance, or null
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
