#include "core/index/dataset_index.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/index/index_file.h"
#include "core/index/mapped_index.h"
#include "core/sphere/footprint.h"
#include "core/sphere/healpix.h"

namespace vignet {

namespace file = index_file;

namespace {

// JavaScript's numbers are exact up to here.
constexpr uint64_t kMaxSafe = (uint64_t{1} << 53) - 1;

}  // namespace

struct DatasetIndex::Impl {
  explicit Impl(const std::string& path) : mapped(path), header(mapped.header()) {}

  MappedIndex mapped;
  const file::Header& header;

  const file::Row& row(uint32_t number) const { return mapped.item<file::Row>(header.rows, number, "rows"); }

  uint32_t byUuid(uint64_t place) const { return mapped.item<uint32_t>(header.byUuid, place, "UUIDs"); }

  uint64_t cellAt(int order, uint64_t place) const {
    return mapped.item<uint64_t>(header.cells[order], place, "cells");
  }

  std::span<const double> footprint(const file::Row& r) const {
    return mapped.items<double>(header.numbers, r.firstNumber, r.numberCount, "footprints");
  }

  static Vec3 capOf(const file::Row& r) { return {r.cap[0], r.cap[1], r.cap[2]}; }

  bool covers(uint32_t number, const Vec3& point) const {
    const file::Row& r = row(number);
    if (r.numberCount == 0 || !(angle(capOf(r), point) <= r.capRadius)) return false;
    return exact([&] { return overlaps(footprint(r), point); });
  }

  bool covers(uint32_t number, const Stencil& stencil) const {
    const file::Row& r = row(number);
    if (r.numberCount == 0) return false;
    const double clearance = stencil.region->clearance(capOf(r));
    if (!(clearance >= -r.capRadius)) return false;
    if (clearance >= r.capRadius) return true;  // the whole cap is inside
    return exact([&] { return overlaps(footprint(r), stencil); });
  }

  // A footprint that cannot be one was not written by buildIndex.
  template <class Test>
  static bool exact(Test test) {
    try {
      return test();
    } catch (const Error& e) {
      throw damagedIndex(e.what());
    }
  }

  template <class Shape>
  std::vector<uint32_t> exactly(std::vector<uint32_t> candidates, const Shape& shape) const {
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    std::erase_if(candidates, [&](uint32_t number) { return !covers(number, shape); });
    return candidates;
  }

  // Rows with a cell in [begin, end) of an order.
  void collect(int order, uint64_t begin, uint64_t end, std::vector<uint32_t>& out) const {
    const uint64_t count = header.cells[order].count;
    uint64_t low = 0, high = count;
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      if (cellAt(order, middle) < file::pairOf(begin, 0))
        low = middle + 1;
      else
        high = middle;
    }
    for (; low < count; low++) {
      const uint64_t pair = cellAt(order, low);
      if ((pair >> 32) >= end) return;
      out.push_back(static_cast<uint32_t>(pair));
    }
  }
};

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

std::vector<uint32_t> DatasetIndex::search(const Vec3& point) const {
  std::vector<uint32_t> candidates;
  for (int order = 0; order < file::kOrders; order++) {
    if (impl_->header.cells[order].count == 0) continue;
    const uint64_t cell = healpix::cellOf(point, order);
    impl_->collect(order, cell, cell + 1, candidates);
  }
  return impl_->exactly(std::move(candidates), point);
}

std::vector<uint32_t> DatasetIndex::search(const Stencil& stencil) const {
  std::vector<uint32_t> candidates;
  for (int order = 0; order < file::kOrders; order++) {
    if (impl_->header.cells[order].count == 0) continue;
    for (const auto& range : healpix::cover(*stencil.region, order))
      impl_->collect(order, range.begin, range.end, candidates);
  }
  return impl_->exactly(std::move(candidates), stencil);
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
