// The sky that the datasets of an index cover.
#include "core/index/dataset_index_impl.h"

namespace vignet {

uint64_t DatasetIndex::cover(const RowBits* among, CellSet& cells, uint64_t cursor,
                             const Control& control) const {
  const uint64_t end = size(), begin = cursor;
  for (; cursor < end; cursor++) {
    const auto number = static_cast<uint32_t>(cursor);
    if (among && !among->has(number)) continue;
    if (control.poll() == Control::Signal::yield && cursor > begin) return cursor;
    impl_->at(number, [&](const Segment& segment, uint32_t place) {
      const auto footprint = segment.footprint(segment.row(place));
      if (!footprint.empty()) cells.add(*Segment::exact([&] { return footprintRegion(footprint); }), control);
    });
  }
  return end;
}

}  // namespace vignet
