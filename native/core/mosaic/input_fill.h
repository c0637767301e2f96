// How the pixels that an input owns come into a group of rows: one class for each way.
#pragma once
#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/mosaic/input_on_grid.h"
#include "core/mosaic/input_reader.h"
#include "core/mosaic/pixels.h"
#include "core/mosaic/row_group.h"

namespace vignet {

// What the inputs of one thread share.
struct FillContext {
  const RowGroup& rows;
  const Control& control;
  std::span<std::vector<MosaicFailure>> failures;  // by plane
  std::vector<MosaicFailure> reading = {};         // of what is being read
  GridScratch scratch = {};
  GridPixels pixels = {};

  // Reports what failed in reading as failures of the plane; the first of each input counts.
  void report(size_t p) {
    for (MosaicFailure& failure : reading) {
      const auto same = [&](const MosaicFailure& f) { return f.number == failure.number; };
      if (std::none_of(failures[p].begin(), failures[p].end(), same))
        failures[p].push_back(std::move(failure));
    }
    reading.clear();
  }
};

class InputFill {
 public:
  InputFill() = default;
  InputFill(const InputFill&) = delete;
  InputFill& operator=(const InputFill&) = delete;
  virtual ~InputFill() = default;
  // Writes the pixels of its runs in all planes but that of the owners. What cannot be read is cleared and
  // reported; throws NeedRanges where bytes are missing.
  virtual void fill(std::span<const OwnedRun> runs) = 0;
};

// Pixels are copied one by one, a plane at a time.
class CopyingFill : public InputFill {
 public:
  // `context` and `input` must outlive it.
  CopyingFill(FillContext& context, const MosaicStripInput& input);
  void fill(std::span<const OwnedRun> runs) final;

 protected:
  // `plane`: null where the input has no such one.
  virtual void copy(size_t p, const Plane* plane, std::span<const OwnedRun> runs) = 0;

  void clear(size_t p, std::span<const OwnedRun> runs) const {
    for (const OwnedRun& run : runs) rows_.clear(p, run);
  }
  const PixelConverter& converterOf(size_t p, const Plane& plane);

  const RowGroup& rows_;
  const MosaicStripInput& input_;
  InputReader reader_;

 private:
  FillContext& context_;
  std::vector<std::optional<PixelConverter>> converters_;  // by plane
};

// An input that lies on the grid, so many pixels from it.
class ShiftedFill : public CopyingFill {
 public:
  ShiftedFill(FillContext& context, const MosaicStripInput& input, const Shift& shift)
      : CopyingFill(context, input), shift_(shift) {}

 private:
  void copy(size_t p, const Plane* plane, std::span<const OwnedRun> runs) override;
  void copyBox(size_t p, const Plane& plane, const Box& box, std::span<const OwnedRun> runs);
  void copyRows(size_t p, const Plane& plane, const Box& box, std::span<const OwnedRun> runs);

  Shift shift_;
};

// A detector that is turned in its camera: rows of its image are columns of the mosaic, or go backwards.
class TurnedFill : public CopyingFill {
 public:
  using CopyingFill::CopyingFill;

 private:
  void copy(size_t p, const Plane* plane, std::span<const OwnedRun> runs) override;
};

// An input on another grid.
class ResampledFill : public InputFill {
 public:
  // So many rows of the mosaic are resampled together. `context` and `input` must outlive it.
  ResampledFill(FillContext& context, const MosaicStripInput& input, uint32_t blockRows);
  void fill(std::span<const OwnedRun> runs) override;

 private:
  void fillBlock(const Box& block, std::span<const OwnedRun> runs);
  void write(size_t p, const OwnedRun& run);

  FillContext& context_;
  const RowGroup& rows_;
  const MosaicStripInput& input_;
  uint32_t blockRows_;
  bool withMask_ = false, withVariance_ = false;
  std::optional<InputOnGrid> onGrid_;  // set up when its first pixels are wanted
};

}  // namespace vignet
