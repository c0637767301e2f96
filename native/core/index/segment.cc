#include "core/index/segment.h"

#include <cstring>

namespace vignet {

uint32_t Segment::placeOf(const Uuid& uuid) const {
  uint32_t low = 0, high = size();
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (std::memcmp(row(middle).uuid, uuid.data(), uuid.size()) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

int64_t Segment::find(const Uuid& uuid) const {
  const uint32_t place = placeOf(uuid);
  return place < size() && std::memcmp(row(place).uuid, uuid.data(), uuid.size()) == 0 ? int64_t{place} : -1;
}

void Segment::verify() const {
  mapped_->verifyAll();
  const uint8_t* last = nullptr;
  for (uint32_t number = 0; number < size(); number++) {
    const index_file::Row& r = row(number);
    footprint(r);
    if (last && std::memcmp(last, r.uuid, sizeof r.uuid) >= 0)
      throw damagedIndex("expected rows in order of UUID, received others");
    last = r.uuid;
  }
  for (int order = 0; order < index_file::kOrders; order++) {
    uint64_t before = 0;
    for (uint64_t place = 0; place < cellCount(order); place++) {
      const uint64_t pair = cellAt(order, place);
      if (pair < before || (pair & 0xffffffff) >= size())
        throw damagedIndex("expected pairs of cell and row in order, received others");
      before = pair;
    }
  }
}

}  // namespace vignet
