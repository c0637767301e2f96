#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/fits/planes.h"
#include "core/mosaic/combined_fill.h"
#include "core/mosaic/input_reader.h"
#include "core/mosaic/masks.h"
#include "core/mosaic/mosaic.h"
#include "core/mosaic/pixels.h"

namespace vignet {
namespace {

constexpr uint32_t kGroupPixels = 1u << 18;
// Pixels of an input held at once for resampling; beyond, the output is done in columns of blocks.
constexpr uint64_t kMostInput = 20u << 20;
constexpr uint32_t kBlockColumns = 1024;

// Pixels [x0, x1) of row y of the mosaic that one input owns.
struct Run {
  uint32_t y, x0, x1;
};

Box boundsOf(std::span<const Run> runs) {
  Box box{UINT32_MAX, UINT32_MAX, 0, 0};
  for (const Run& run : runs) {
    box.x0 = std::min(box.x0, run.x0), box.x1 = std::max(box.x1, run.x1);
    box.y0 = std::min(box.y0, run.y), box.y1 = std::max(box.y1, run.y + 1);
  }
  return box;
}

class Filler {
 public:
  Filler(const MosaicStrip& strip, std::span<std::byte> out, const Control& control, std::vector<MosaicFailure>& failures)
      : strip_(strip),
        out_(out),
        control_(control),
        pixelBytes_(static_cast<size_t>(std::abs(strip.bitpix) / 8)),
        rowBytes_(strip.frame.width * pixelBytes_) {
    if (strip.y0 >= strip.y1 || strip.y1 > strip.frame.height || rowBytes_ == 0 ||
        out.size() != rowBytes_ * (strip.y1 - strip.y0)) {
      throw Error(Kind::usage, "BAD_WINDOW", "the window is not made of rows of the mosaic");
    }
    for (const MosaicStripInput& input : strip.inputs) {
      wcs_.push_back(imageWcs(*input.layout));
      readers_.emplace_back(input, control, failures, bytes_);
    }
    Wcs mosaic(numbersOf(strip.frame.cards));
    for (size_t i = 0; i < strip.inputs.size(); ++i) {
      const Layout& layout = *strip.inputs[i].layout;
      const Plane& image = layout.planes.at(0);
      owners_.push_back({strip.inputs[i].patch, &wcs_[i], image.width, image.height, alignedOffset(mosaic, layout)});
      const Plane* plane = strip.plane ? layout.find(*strip.plane) : nullptr;
      rowByRow_ = rowByRow_ && owners_[i].offset && !(plane && plane->tiles && plane->tiles->tileHeight > 1);
    }
    ownership_.emplace(strip.frame, strip.skymap, owners_);
  }

  uint64_t run(uint64_t cursor) {
    const uint32_t rows = strip_.y1 - strip_.y0;
    const uint32_t step = rowByRow_ ? std::max(1u, kGroupPixels / strip_.frame.width) : rows;
    uint32_t row = static_cast<uint32_t>(cursor / rowBytes_);
    auto next = static_cast<size_t>(cursor % rowBytes_);
    const bool mayPause = strip_.inputs.size() < rowBytes_;
    for (; row < rows; row += std::min(step, rows - row), next = 0) {
      if (control_.poll() == Control::Wish::yield && next == 0) return row * rowBytes_;
      startGroup(strip_.y0 + row, strip_.y0 + row + std::min(step, rows - row), next == 0);
      for (; strip_.plane && next < strip_.inputs.size(); ++next) {
        if (runs_[next].empty()) continue;
        place(next);
        if (control_.poll() == Control::Wish::yield && mayPause && next + 1 < strip_.inputs.size())
          return row * rowBytes_ + next + 1;
      }
    }
    return out_.size();
  }

 private:
  // Finds the owners of rows [y0, y1); with `clear` what nobody owns is written too.
  void startGroup(uint32_t y0, uint32_t y1, bool clear) {
    const uint32_t width = strip_.frame.width;
    owner_.resize(size_t{width} * (y1 - y0));
    ownership_->rows(y0, y1, owner_);
    runs_.assign(strip_.inputs.size(), {});
    for (uint32_t y = y0; y < y1; ++y) {
      const int32_t* row = owner_.data() + size_t{y - y0} * width;
      for (uint32_t x = 0; x < width;) {
        uint32_t end = x + 1;
        while (end < width && row[end] == row[x]) ++end;
        if (row[x] >= 0) runs_[static_cast<size_t>(row[x])].push_back({y, x, end});
        x = end;
      }
    }
    if (!strip_.plane) return writeOwners(y0, y1);
    if (clear) fillEmpty(at(0, y0), owner_.size(), strip_.plane == PlaneKind::mask, strip_.bitpix, noData());
  }

  void writeOwners(uint32_t y0, uint32_t y1) {
    std::byte* to = at(0, y0);
    for (size_t i = 0; i < size_t{strip_.frame.width} * (y1 - y0); ++i) {
      const int32_t owner = owner_[i];
      storeBe<int32_t>(to + 4 * i, owner < 0 ? 0 : strip_.inputs[static_cast<size_t>(owner)].number);
    }
  }

  void place(size_t i) {
    const Layout& layout = *strip_.inputs[i].layout;
    const Plane* plane = layout.find(*strip_.plane);
    if (!plane) {
      // A missing mask says that nothing is wrong; a missing variance is not known.
      if (strip_.plane == PlaneKind::mask) {
        for (const Run& run : runs_[i]) std::memset(at(run.x0, run.y), 0, (run.x1 - run.x0) * pixelBytes_);
      }
      return;
    }
    if (!readers_[i].open()) return;
    const PixelTurner turn(layout, *plane, strip_.bitpix, strip_.inputs[i].scale, strip_.inputs[i].offset, strip_.maskNames);
    if (owners_[i].offset) {
      copy(i, *plane, turn);
    } else {
      resampleRuns(i, *plane, turn);
    }
  }

  void copy(size_t i, const Plane& plane, const PixelTurner& turn) {
    const int64_t ox = (*owners_[i].offset)[0], oy = (*owners_[i].offset)[1];
    const Box bounds = boundsOf(runs_[i]);
    const GridBox mine = overlap({bounds.x0 - ox, bounds.y0 - oy, bounds.x1 - ox, bounds.y1 - oy},
                                 {0, 0, plane.width, plane.height});
    if (mine.empty()) return;
    const Box box{static_cast<uint32_t>(mine.x0), static_cast<uint32_t>(mine.y0), static_cast<uint32_t>(mine.x1),
                  static_cast<uint32_t>(mine.y1)};
    const size_t pixel = static_cast<size_t>(std::abs(plane.bitpix) / 8);
    auto run = runs_[i].begin();
    readers_[i].rows(plane, box, [&](uint32_t row, const std::byte* pixels) {
      const int64_t y = row + oy;
      while (run != runs_[i].end() && run->y < y) ++run;
      for (; run != runs_[i].end() && run->y == y; ++run) {
        const int64_t x0 = std::max<int64_t>(run->x0 - ox, box.x0), x1 = std::min<int64_t>(run->x1 - ox, box.x1);
        if (x0 >= x1) continue;
        turn(pixels + static_cast<size_t>(x0 - box.x0) * pixel, static_cast<size_t>(x1 - x0),
             at(static_cast<uint32_t>(x0 + ox), run->y));
      }
    });
  }

  void resampleRuns(size_t i, const Plane& plane, const PixelTurner& turn) {
    const Plane& image = strip_.inputs[i].layout->planes.at(0);
    PixelMap map(numbersOf(strip_.frame.cards), strip_.frame.width, strip_.frame.height, wcs_[i], image.width,
                 image.height);
    const Box bounds = boundsOf(runs_[i]);
    const Box in = inputBoxOf(map, strip_.kernel, bounds);
    if (in.x0 >= in.x1) return;
    if (uint64_t{in.width()} * in.height() <= kMostInput) return resampleBox(i, plane, turn, map, bounds, in);
    for (uint32_t x = bounds.x0; x < bounds.x1; x += kBlockColumns) {
      const Box block{x, bounds.y0, std::min(bounds.x1, x + kBlockColumns), bounds.y1};
      const Box part = inputBoxOf(map, strip_.kernel, block);
      if (part.x0 < part.x1) resampleBox(i, plane, turn, map, block, part);
    }
  }

  void resampleBox(size_t i, const Plane& plane, const PixelTurner& turn, PixelMap& map, const Box& block,
                   const Box& in) {
    const Layout& layout = *strip_.inputs[i].layout;
    const Plane& image = layout.planes.at(0);
    const size_t pixels = size_t{in.width()} * in.height();
    const float missing = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> values(pixels, missing), second;
    const PixelTurner asFloats(layout, image, -32, strip_.inputs[i].scale, strip_.inputs[i].offset, {});
    readers_[i].rows(image, in, [&](uint32_t y, const std::byte* row) {
      asFloats.floats(row, in.width(), values.data() + size_t{y - in.y0} * in.width());
    });
    if (plane.kind == PlaneKind::mask) return resampleMask(i, plane, turn, map, block, in, values);
    const size_t outPixels = size_t{block.width()} * block.height();
    std::vector<float> outImage(outPixels), outSecond;
    InputPlanes from{in, values.data(), nullptr, nullptr};
    OutputPlanes to{block, block.width(), outImage.data(), nullptr, nullptr};
    if (plane.kind != PlaneKind::image) {
      second.assign(pixels, missing);
      readers_[i].rows(plane, in, [&](uint32_t y, const std::byte* row) {
        turn.floats(row, in.width(), second.data() + size_t{y - in.y0} * in.width());
      });
      // A weight is an inverse variance, and stays one.
      if (plane.kind == PlaneKind::weight) {
        for (float& w : second) w = w > 0 ? 1 / w : missing;
      }
      dropBadPixels(values.data(), second.data(), nullptr, pixels, 0);
      outSecond.resize(outPixels);
      from.variance = second.data();
      to.variance = outSecond.data();
    }
    control_.poll();
    resample(map, strip_.kernel, from, to);
    std::vector<float>& result = plane.kind == PlaneKind::image ? outImage : outSecond;
    if (plane.kind == PlaneKind::weight) {
      for (float& v : result) v = 1 / v;
    }
    eachRun(i, block, [&](const Run& run, size_t from0) {
      std::byte* cell = at(run.x0, run.y);
      for (uint32_t x = run.x0; x < run.x1; ++x, cell += pixelBytes_) {
        const float value = result[from0 + x - run.x0];
        if (strip_.bitpix == -64) storeBe<double>(cell, value);
        else storeBe<float>(cell, value);
      }
    });
  }

  // 31 and more bits go in two halves.
  void resampleMask(size_t i, const Plane& plane, const PixelTurner& turn, PixelMap& map, const Box& block, const Box& in,
                    const std::vector<float>& image) {
    const size_t pixels = size_t{in.width()} * in.height(), outPixels = size_t{block.width()} * block.height();
    std::vector<uint64_t> bits(pixels, noData());
    readers_[i].rows(plane, in, [&](uint32_t y, const std::byte* row) {
      turn.masks(row, in.width(), bits.data() + size_t{y - in.y0} * in.width());
    });
    std::vector<uint64_t> sum(outPixels);
    std::vector<int32_t> half(pixels), out(outPixels);
    std::vector<float> unused(outPixels);
    for (int shift = 0; shift < std::abs(strip_.bitpix); shift += 32) {
      for (size_t k = 0; k < pixels; ++k) half[k] = static_cast<int32_t>(static_cast<uint32_t>(bits[k] >> shift));
      ResampleOptions options;
      options.noDataBits = static_cast<int32_t>(static_cast<uint32_t>(noData() >> shift));
      control_.poll();
      resample(map, strip_.kernel, {in, image.data(), nullptr, half.data()},
               {block, block.width(), unused.data(), nullptr, out.data()}, options);
      for (size_t k = 0; k < outPixels; ++k) sum[k] |= uint64_t{static_cast<uint32_t>(out[k])} << shift;
    }
    eachRun(i, block, [&](const Run& run, size_t from) {
      std::byte* cell = at(run.x0, run.y);
      for (uint32_t x = run.x0; x < run.x1; ++x, cell += pixelBytes_) {
        const uint64_t value = sum[from + x - run.x0];
        if (strip_.bitpix == 64) storeBe<uint64_t>(cell, value);
        else storeBe<uint32_t>(cell, static_cast<uint32_t>(value));
      }
    });
  }

  // The input's runs clipped to a block, and where they begin in it.
  template <class Use>
  void eachRun(size_t i, const Box& block, const Use& use) const {
    for (const Run& run : runs_[i]) {
      const Run part{run.y, std::max(run.x0, block.x0), std::min(run.x1, block.x1)};
      if (part.x0 < part.x1) use(part, size_t{run.y - block.y0} * block.width() + part.x0 - block.x0);
    }
  }

  std::byte* at(uint32_t x, uint32_t y) const {
    return out_.data() + size_t{y - strip_.y0} * rowBytes_ + x * pixelBytes_;
  }
  uint64_t noData() const { return maskBit(strip_.maskNames, "NO_DATA"); }

  const MosaicStrip& strip_;
  std::span<std::byte> out_;
  const Control& control_;
  size_t pixelBytes_;
  uint64_t rowBytes_;
  std::vector<NumericWcs> wcs_;
  std::vector<OwnerInput> owners_;
  std::optional<Ownership> ownership_;
  std::vector<InputReader> readers_;
  // Groups of a few rows can be done one after the other without decoding a tile twice.
  bool rowByRow_ = true;
  std::vector<int32_t> owner_;
  std::vector<std::vector<Run>> runs_;
  std::vector<std::byte> bytes_;
};

}  // namespace

uint64_t fillMosaic(const MosaicStrip& strip, std::span<std::byte> out, uint64_t cursor, const Control& control,
                    std::vector<MosaicFailure>& failures) {
  if (cursor > out.size()) throw Error(Kind::usage, "BAD_WINDOW", "the cursor lies behind the window");
  if (cursor == out.size()) return cursor;
  if (strip.combine) return fillCombined(strip, out, cursor, control, failures);
  return Filler(strip, out, control, failures).run(cursor);
}

}  // namespace vignet
