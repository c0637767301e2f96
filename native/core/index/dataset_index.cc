#include "core/index/dataset_index.h"

#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/index/dataset_index_impl.h"

namespace vignet {

namespace file = index_file;

namespace {

// JavaScript's numbers are exact up to here.
constexpr uint64_t kMaxSafe = (uint64_t{1} << 53) - 1;

}  // namespace

DatasetIndex::DatasetIndex(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}

DatasetIndex::~DatasetIndex() = default;
DatasetIndex::DatasetIndex(DatasetIndex&&) noexcept = default;
DatasetIndex& DatasetIndex::operator=(DatasetIndex&&) noexcept = default;

uint32_t DatasetIndex::size() const { return impl_->header.rowCount; }

int64_t DatasetIndex::find(const Uuid& uuid) const {
  uint32_t low = 0, high = size();
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const uint32_t number = impl_->byUuid(middle);
    const int order = std::memcmp(impl_->row(number).uuid, uuid.data(), uuid.size());
    if (order == 0) return number;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return -1;
}

IndexRow DatasetIndex::row(uint32_t number) const {
  if (number >= size())
    throw Error(
        Kind::usage, "NO_SUCH_ROW",
        expectedFor("a number below " + std::to_string(size()), "the row of the dataset index", number));
  const file::Row& r = impl_->row(number);
  if (r.offset > kMaxSafe || r.length > kMaxSafe - r.offset)
    throw damagedIndex(expectedFor("a place below 2^53", "the entry of a row", r.offset));
  IndexRow row;
  std::memcpy(row.uuid.data(), r.uuid, row.uuid.size());
  row.pack = r.pack, row.offset = r.offset, row.length = r.length;
  row.emMin = r.emMin, row.emMax = r.emMax, row.tMin = r.tMin, row.tMax = r.tMax;
  return row;
}

std::vector<double> DatasetIndex::footprint(uint32_t number) const {
  if (number >= size())
    throw Error(
        Kind::usage, "NO_SUCH_ROW",
        expectedFor("a number below " + std::to_string(size()), "the row of the dataset index", number));
  const auto numbers = impl_->footprint(impl_->row(number));
  return {numbers.begin(), numbers.end()};
}

void DatasetIndex::verify() const {
  const Impl& i = *impl_;
  i.mapped.verifyAll();
  const uint8_t* last = nullptr;
  for (uint32_t place = 0; place < size(); place++) {
    const file::Row& r = i.row(i.byUuid(place));
    i.footprint(r);
    if (last && std::memcmp(last, r.uuid, sizeof r.uuid) >= 0)
      throw damagedIndex("expected rows in order of UUID, received others");
    last = r.uuid;
  }
  for (int order = 0; order < file::kOrders; order++) {
    uint64_t before = 0;
    for (uint64_t place = 0; place < i.header.cells[order].count; place++) {
      const uint64_t pair = i.cellAt(order, place);
      if (pair < before || (pair & 0xffffffff) >= size())
        throw damagedIndex("expected pairs of cell and row in order, received others");
      before = pair;
    }
  }
}

}  // namespace vignet
