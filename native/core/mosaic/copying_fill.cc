#include <cstring>

#include "core/bytes/missing_bytes.h"
#include "core/mosaic/input_fill.h"

namespace vignet {

CopyingFill::CopyingFill(FillContext& context, const MosaicStripInput& input)
    : rows_(context.rows),
      input_(input),
      reader_(input, context.control, context.reading, context.scratch.bytes),
      context_(context),
      converters_(context.rows.planes().size()) {}

void CopyingFill::fill(std::span<const OwnedRun> runs) {
  MissingBytes missing;
  for (size_t p = 0; p < rows_.planes().size(); ++p) {
    const PlaneKind kind = rows_.planes()[p].plane;
    if (kind == PlaneKind::owner) continue;
    missing.attempt([&] {
      const Plane* plane = input_.layout->giving(kind);
      copy(p, plane, runs);
      // A missing mask says that nothing is wrong; a missing variance is not known.
      if (!plane && kind == PlaneKind::mask) {
        for (const OwnedRun& run : runs)
          std::memset(rows_.at(p, run.x0, run.y), 0, (run.x1 - run.x0) * rows_.pixelBytes(p));
      }
      context_.report(p);
    });
  }
  missing.check();
}

const PixelConverter& CopyingFill::converterOf(size_t p, const Plane& plane) {
  std::optional<PixelConverter>& convert = converters_[p];
  if (!convert)
    convert.emplace(*input_.layout, plane, rows_.planes()[p].bitpix, input_.scale, input_.offset,
                    rows_.strip().maskNames);
  return *convert;
}

}  // namespace vignet
