// What an opened index answers from: a whole file, or a base and a delta to it.
#pragma once
#include <optional>

#include "core/index/numbering.h"
#include "core/index/segment.h"

namespace vignet {

struct DatasetIndex::Impl {
  Impl(const std::string& path, const std::string& basePath);

  Segment base;
  std::optional<Segment> delta;
  Numbering numbering;

  const Segment& segment(bool isDelta) const { return isDelta ? *delta : base; }
  int segments() const { return delta ? 2 : 1; }

  // What `use` makes of the segment and the row in it that have a number.
  template <class Use>
  auto at(uint32_t number, Use use) const {
    if (!delta) return use(base, number);
    const Numbering::Place place = numbering.at(number);
    return use(segment(place.isDelta), place.row);
  }

  // The number of a segment's row; -1: it is gone.
  int64_t numberOf(bool isDelta, uint32_t row) const {
    if (!delta) return row;
    if (isDelta) return numbering.ofDelta(row);
    return numbering.isGone(row) ? -1 : int64_t{numbering.ofBase(row)};
  }

 private:
  Impl(Segment first, const std::string& basePath);
  static Segment baseOf(const Segment& first, const std::string& path);
};

}  // namespace vignet
