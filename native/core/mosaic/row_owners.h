// Which input of a strip owns which pixels of its rows.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/mosaic/mosaic.h"
#include "core/mosaic/ownership.h"

namespace vignet {

class RowOwners {
 public:
  // `strip` must outlive it. Throws Error{fatal, BAD_WINDOW} for inputs that cannot be assigned as the strip
  // says.
  explicit RowOwners(const MosaicStrip& strip);

  // The runs of rows [y0, y1), row by row and from left to right.
  std::span<const OwnedRun> rows(uint32_t y0, uint32_t y1);
  // Where the first pixel of input i lies on the grid; absent where it is resampled.
  const std::optional<Shift>& shift(size_t i) const { return inputs_[i].shift; }

 private:
  std::span<const OwnedRun> byBoxes(uint32_t y0, uint32_t y1);
  std::span<const OwnedRun> byOwnership(uint32_t y0, uint32_t y1);

  const MosaicStrip& strip_;
  std::vector<OwnerInput> inputs_;
  std::optional<Ownership> ownership_;  // absent where every input owns its box
  // Rows whose owners are known, and those runs.
  uint32_t from_ = 0, to_ = 0;
  std::span<const OwnedRun> known_;
  std::vector<OwnedRun> boxed_;
};

}  // namespace vignet
