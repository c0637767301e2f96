#include "core/mosaic/row_filler.h"

#include <algorithm>

#include "core/pixels/tiling.h"

namespace vignet {
namespace {

// Pixels of a plane that stay in the L2 cache from reading to writing, in multiples of kTileTeam rows.
constexpr uint32_t kGroupPixels = 1u << 18;
// Rows that are resampled together: of uncompressed inputs as many as stay in the cache, of compressed ones
// more, because tiles around the rows of a rotated input may have to be decoded again.
constexpr uint32_t kPlainRows = 64, kTiledRows = 256;

}  // namespace

RowFiller::RowFiller(const MosaicStrip& strip, std::span<const MosaicPart> planes, const Control& control,
                     std::span<std::vector<MosaicFailure>> failures)
    : rows_(strip, planes),
      owners_(strip),
      context_{rows_, control, failures},
      blockRows_(kPlainRows),
      runs_(strip.inputs.size()) {
  for (size_t i = 0; i < strip.inputs.size(); ++i) {
    const Layout& layout = *strip.inputs[i].layout;
    const bool resampled = !owners_.shift(i);
    anyResampled_ = anyResampled_ || resampled;
    if (resampled && layout.planes.at(0).tiles) blockRows_ = kTiledRows;
    for (const MosaicPart& part : planes) {
      const Plane* plane = layout.giving(part.plane);
      rowByRow_ = rowByRow_ && !(plane && plane->tiles && plane->tiles->tileHeight > 1);
    }
  }
  for (size_t i = 0; i < strip.inputs.size(); ++i)
    fills_.push_back(fillOf(strip.inputs[i], owners_.shift(i)));
}

std::unique_ptr<InputFill> RowFiller::fillOf(const MosaicStripInput& input,
                                             const std::optional<Shift>& shift) {
  if (!shift) return std::make_unique<ResampledFill>(context_, input, blockRows_);
  if (std::holds_alternative<CameraAssignment>(rows_.strip().assignment) && input.quarterTurns)
    return std::make_unique<TurnedFill>(context_, input);
  return std::make_unique<ShiftedFill>(context_, input, *shift);
}

uint32_t RowFiller::step(uint32_t rows) const {
  if (!rowByRow_) return rows;
  if (anyResampled_) return std::min(rows, blockRows_);
  const uint32_t some = std::max(1u, kGroupPixels / rows_.strip().frame.width);
  const uint32_t teams = (some + kTileTeam - 1) / kTileTeam * kTileTeam;
  return std::min(rows, some > kTileTeam / 2 ? teams : some);
}

void RowFiller::start(uint32_t y0, uint32_t y1, std::span<std::byte* const> out) {
  rows_.begin(y0, y1, out);
  for (std::vector<OwnedRun>& runs : runs_) runs.clear();
  const std::span<const OwnedRun> owned = owners_.rows(y0, y1);
  for (const OwnedRun& run : owned) runs_[static_cast<size_t>(run.owner)].push_back(run);
  rows_.clearBetween(owned);
  for (size_t p = 0; p < rows_.planes().size(); ++p) {
    if (rows_.planes()[p].plane == PlaneKind::owner) rows_.writeOwners(p, owned);
  }
}

void RowFiller::place(size_t i) {
  if (!runs_[i].empty()) fills_[i]->fill(runs_[i]);
}

}  // namespace vignet
