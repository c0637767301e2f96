// Rows of a mosaic whose pixels come from the inputs that own them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/mosaic/input_fill.h"
#include "core/mosaic/mosaic.h"
#include "core/mosaic/row_group.h"
#include "core/mosaic/row_owners.h"

namespace vignet {

// Fills groups of rows, any number of planes at once, so that resampled inputs are read once for all planes.
// What is set up for one group is used for the next.
class RowFiller {
 public:
  // The strip, `planes` and `control` must outlive this. Failures of plane p are added to failures[p].
  RowFiller(const MosaicStrip& strip, std::span<const MosaicPart> planes, const Control& control,
            std::span<std::vector<MosaicFailure>> failures);

  // How many rows are best done at once, of `rows`.
  uint32_t step(uint32_t rows) const;
  // Begins rows [y0, y1): finds their owners, writes the owner plane, and clears pixels without an owner in
  // the others. out[p]: memory for the rows of plane p.
  void start(uint32_t y0, uint32_t y1, std::span<std::byte* const> out);
  // Writes what input i owns of them.
  void place(size_t i);

 private:
  std::unique_ptr<InputFill> fillOf(const MosaicStripInput& input, const std::optional<Shift>& shift);

  RowGroup rows_;
  RowOwners owners_;
  FillContext context_;
  // Groups of a few rows can be done one after the other without decoding a tile twice.
  bool rowByRow_ = true;
  bool anyResampled_ = false;
  uint32_t blockRows_;
  std::vector<std::unique_ptr<InputFill>> fills_;
  std::vector<std::vector<OwnedRun>> runs_;  // by input
};

}  // namespace vignet
