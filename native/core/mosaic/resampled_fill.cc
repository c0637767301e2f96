#include <algorithm>

#include "core/base/bytes.h"
#include "core/base/words.h"
#include "core/bytes/missing_bytes.h"
#include "core/mosaic/input_fill.h"

namespace vignet {
namespace {

// Inputs that may keep what they read from block to block.
constexpr size_t kMostKeeping = 8;

}  // namespace

ResampledFill::ResampledFill(FillContext& context, const MosaicStripInput& input, uint32_t blockRows)
    : context_(context), rows_(context.rows), input_(input), blockRows_(blockRows) {
  for (const auto& [plane, bitpix] : rows_.planes()) {
    withMask_ = withMask_ || plane == PlaneKind::mask;
    withVariance_ = withVariance_ || plane == PlaneKind::variance || plane == PlaneKind::weight;
  }
}

void ResampledFill::fill(std::span<const OwnedRun> runs) {
  if (!onGrid_)
    onGrid_.emplace(rows_.strip(), input_, context_.control, context_.reading, context_.scratch,
                    rows_.strip().inputs.size() <= kMostKeeping);
  const Box bounds = boundsOf(runs);
  MissingBytes missing;
  for (uint32_t y = bounds.y0; y < bounds.y1; y += std::min(blockRows_, bounds.y1 - y)) {
    const Box block{bounds.x0, y, bounds.x1, y + std::min(blockRows_, bounds.y1 - y)};
    missing.attempt([&] { fillBlock(block, runs); });
  }
  // All planes are read together: what fails is reported once, with the first.
  context_.report(0);
  missing.check();
}

void ResampledFill::fillBlock(const Box& block, std::span<const OwnedRun> runs) {
  context_.pixels.box = block;
  const bool loaded = onGrid_->load(context_.pixels, withMask_, withVariance_);
  for (const OwnedRun& run : runs) {
    const OwnedRun part{run.y, std::max(run.x0, block.x0), std::min(run.x1, block.x1), run.owner};
    if (part.y < block.y0 || part.y >= block.y1 || part.x0 >= part.x1) continue;
    context_.control.poll();
    for (size_t p = 0; p < rows_.planes().size(); ++p) {
      const PlaneKind kind = rows_.planes()[p].plane;
      if (kind == PlaneKind::owner) continue;
      // A missing mask says that nothing is wrong; a missing variance is not known.
      if (loaded && (kind == PlaneKind::mask || input_.layout->giving(kind)))
        write(p, part);
      else
        rows_.clear(p, part);
    }
  }
  context_.control.poll();
}

void ResampledFill::write(size_t p, const OwnedRun& run) {
  GridPixels& from = context_.pixels;
  const size_t first = size_t{run.y - from.box.y0} * from.box.width() + (run.x0 - from.box.x0),
               n = run.x1 - run.x0;
  const bool wide = rows_.pixelBytes(p) == 8;
  const PlaneKind kind = rows_.planes()[p].plane;
  std::byte* const to = rows_.at(p, run.x0, run.y);
  if (kind == PlaneKind::mask) {
    for (size_t k = 0; k < n; ++k) {
      if (wide)
        storeBe<uint64_t>(to + 8 * k, from.mask[first + k]);
      else
        storeBe<uint32_t>(to + 4 * k, static_cast<uint32_t>(from.mask[first + k]));
    }
    return;
  }
  float* const values = (kind == PlaneKind::image ? from.image : from.variance).data() + first;
  // A weight is an inverse variance, and stays one.
  if (kind == PlaneKind::weight) {
    for (size_t k = 0; k < n; ++k) values[k] = 1 / values[k];
  }
  if (!wide) return swapWords(values, n, to);
  for (size_t k = 0; k < n; ++k) storeBe<double>(to + 8 * k, values[k]);
}

}  // namespace vignet
