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

std::vector<uint32_t> Segment::ofFile(const FileDigest& file) const {
  std::vector<uint32_t> rows;
  const index_file::Section& files = header().files;
  const uint64_t beginning = index_file::beginningOf(file.data());
  for (uint64_t place = firstPair(files, beginning); place < files.count; place++) {
    const auto pair = mapped_->item<uint64_t>(files, place, "files");
    if (pair >> 32 != beginning) break;
    const auto number = static_cast<uint32_t>(pair);
    if (std::memcmp(row(number).file, file.data(), file.size()) == 0) rows.push_back(number);
  }
  return rows;
}

void Segment::verifyPairs(const index_file::Section& pairs) const {
  uint64_t before = 0;
  for (uint64_t place = 0; place < pairs.count; place++) {
    const auto pair = mapped_->item<uint64_t>(pairs, place, "pairs");
    if (pair < before || (pair & 0xffffffff) >= size())
      throw damagedIndex("expected pairs of cell and row in order, received others");
    before = pair;
  }
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
  verifyPairs(header().files);
  for (const index_file::Section& pairs : header().cells) verifyPairs(pairs);
}

}  // namespace vignet
