// Rows of a mosaic whose pixels come from the inputs that own them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/mosaic/input_on_grid.h"
#include "core/mosaic/input_reader.h"
#include "core/mosaic/mosaic.h"
#include "core/mosaic/ownership.h"
#include "core/mosaic/pixels.h"

namespace vignet {

// Of a row of the plane. Throws Error{fatal, BAD_WINDOW} when the strip has no rows of the mosaic.
uint64_t rowBytesOf(const MosaicStrip& strip, const MosaicPart& part);

// Fills groups of rows, any number of planes at once: what is resampled is read once for all of them. What
// was set up for one group serves the next.
class RowFiller {
 public:
  // The strip, `planes` and `control` must outlive this. Failures of plane p are added to failures[p].
  RowFiller(const MosaicStrip& strip, std::span<const MosaicPart> planes, const Control& control,
            std::span<std::vector<MosaicFailure>> failures);

  // How many rows are best done at once, of `rows`.
  uint32_t step(uint32_t rows) const;
  // Begins with rows [y0, y1): finds their owners, writes the plane of the owners and, where nobody owns
  // anything, the others. out[p] is the room for the rows of plane p.
  void start(uint32_t y0, uint32_t y1, std::span<std::byte* const> out);
  // Writes what input i owns of them.
  void place(size_t i);

 private:
  using Run = OwnedRun;

  void writeOwners(size_t p);
  void clearRest(std::span<const Run> owned);
  void clear(size_t p, const Run& run);
  std::optional<Shift> shiftOf(const MosaicStripInput& input) const;
  std::span<const Run> boxedRows();
  std::span<const Run> ownedRows();
  const PixelTurner& turnerOf(size_t i, size_t p, const Plane& plane);
  void copy(size_t i, size_t p);
  void copyBox(size_t i, size_t p, const Plane& plane, const GridBox& mine);
  void copyRows(size_t i, size_t p, const Plane& plane, const Box& box);
  void copyTurned(size_t i, size_t p, const Plane& plane);
  void resample(size_t i);
  void resampleBlock(size_t i, const Box& block);
  bool has(size_t i, size_t p) const;
  void write(size_t p, const Run& run, const GridPixels& from);
  void tell(size_t p);
  static Box boundsOf(std::span<const Run> runs);

  size_t pixelBytes(size_t p) const {
    return static_cast<size_t>(planes_[p].bitpix < 0 ? -planes_[p].bitpix : planes_[p].bitpix) / 8;
  }
  std::byte* at(size_t p, uint32_t x, uint32_t y) const {
    return out_[p] + (size_t{y - y0_} * strip_.frame.width + x) * pixelBytes(p);
  }

  const MosaicStrip& strip_;
  std::span<const MosaicPart> planes_;
  const Control& control_;
  std::span<std::vector<MosaicFailure>> failures_;
  uint64_t noData_;
  bool withMask_ = false, withVariance_ = false;
  std::vector<OwnerInput> owners_;
  std::optional<Ownership> ownership_;
  // What reading has told of the plane being filled.
  std::vector<MosaicFailure> told_;
  std::vector<InputReader> readers_;
  std::vector<std::unique_ptr<InputOnGrid>> resampled_;
  std::vector<std::optional<PixelTurner>> turners_;  // by input and plane
  // Groups of a few rows can be done one after the other without decoding a tile twice.
  bool rowByRow_ = true;
  bool anyResampled_ = false;
  uint32_t blockRows_;
  uint32_t y0_ = 0, y1_ = 0;
  // Rows whose owners are known, and those runs.
  uint32_t ownedFrom_ = 0, ownedTo_ = 0;
  std::span<const Run> owned_;
  std::vector<std::byte*> out_;
  std::vector<std::vector<Run>> runs_;
  std::vector<Run> boxed_;
  GridScratch scratch_;
  GridPixels pixels_;
};

}  // namespace vignet
