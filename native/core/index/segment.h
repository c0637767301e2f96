// One file of the dataset index: rows, cells and footprints, each checked before it is used.
#pragma once
#include <algorithm>
#include <memory>

#include "core/index/dataset_index.h"
#include "core/index/index_file.h"
#include "core/index/mapped_index.h"
#include "core/sphere/footprint.h"

namespace vignet {

class Segment {
 public:
  explicit Segment(const std::string& path) : mapped_(MappedIndex::open(path)) {}

  // A footprint that cannot be one was not written by us.
  template <class Test>
  static auto exact(Test test) {
    try {
      return test();
    } catch (const Error& e) {
      throw damagedIndex(e.what());
    }
  }

  const MappedIndex& mapped() const { return *mapped_; }
  const index_file::Header& header() const { return mapped_->header(); }
  uint32_t size() const { return header().rowCount; }

  const index_file::Row& row(uint32_t number) const {
    return mapped_->item<index_file::Row>(header().rows, number, "rows");
  }

  std::span<const double> footprint(const index_file::Row& r) const {
    return mapped_->items<double>(header().numbers, r.firstNumber, r.numberCount, "footprints");
  }

  // How many rows have a smaller UUID.
  uint32_t placeOf(const Uuid& uuid) const;
  // The row, or -1.
  int64_t find(const Uuid& uuid) const;
  // Rows that were ingested from a file.
  std::vector<uint32_t> ofFile(const FileDigest& file) const;

  bool covers(uint32_t number, const Vec3& point) const {
    const index_file::Row& r = row(number);
    if (r.numberCount == 0 || !(angle(capOf(r), point) <= r.capRadius)) return false;
    return exact([&] { return overlaps(footprint(r), point); });
  }

  bool covers(uint32_t number, const Stencil& stencil) const {
    const index_file::Row& r = row(number);
    if (r.numberCount == 0) return false;
    const double clearance = stencil.region->clearance(capOf(r));
    if (!(clearance >= -r.capRadius)) return false;
    if (clearance >= r.capRadius) return true;  // the whole cap is inside
    return exact([&] { return overlaps(footprint(r), stencil); });
  }

  uint64_t cellCount(int order) const { return cells(order).count; }

  uint64_t cellAt(int order, uint64_t place) const {
    return mapped_->item<uint64_t>(cells(order), place, "cells");
  }

  // The first pair of an order whose cell is `cell` or a later one.
  uint64_t firstOf(int order, uint64_t cell) const { return firstPair(cells(order), cell); }

  // Reads the whole file; throws at the first thing that is not as it was written.
  void verify() const;

 private:
  const index_file::Section& cells(int order) const {
    return header().cells[static_cast<std::size_t>(order)];
  }
  // The first pair of a section that begins with `first` or more.
  uint64_t firstPair(const index_file::Section& pairs, uint64_t first) const {
    uint64_t low = 0, high = pairs.count;
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      if (mapped_->item<uint64_t>(pairs, middle, "pairs") < index_file::pairOf(first, 0))
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }
  void verifyPairs(const index_file::Section& pairs) const;
  static Vec3 capOf(const index_file::Row& r) { return {r.cap[0], r.cap[1], r.cap[2]}; }

  std::shared_ptr<const MappedIndex> mapped_;
};

}  // namespace vignet
