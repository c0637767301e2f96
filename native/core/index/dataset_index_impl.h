// What an opened index answers from: rows, cells and footprints, each checked before it is used.
#pragma once
#include <algorithm>

#include "core/index/dataset_index.h"
#include "core/index/index_file.h"
#include "core/index/mapped_index.h"
#include "core/sphere/footprint.h"

namespace vignet {

struct DatasetIndex::Impl {
  explicit Impl(const std::string& path) : mapped(path), header(mapped.header()) {}

  MappedIndex mapped;
  const index_file::Header& header;

  const index_file::Row& row(uint32_t number) const {
    return mapped.item<index_file::Row>(header.rows, number, "rows");
  }

  uint32_t byUuid(uint64_t place) const { return mapped.item<uint32_t>(header.byUuid, place, "UUIDs"); }

  uint64_t cellAt(int order, uint64_t place) const {
    return mapped.item<uint64_t>(header.cells[static_cast<std::size_t>(order)], place, "cells");
  }

  std::span<const double> footprint(const index_file::Row& r) const {
    return mapped.items<double>(header.numbers, r.firstNumber, r.numberCount, "footprints");
  }

  static Vec3 capOf(const index_file::Row& r) { return {r.cap[0], r.cap[1], r.cap[2]}; }

  // A footprint that cannot be one was not written by buildIndex.
  template <class Test>
  static auto exact(Test test) {
    try {
      return test();
    } catch (const Error& e) {
      throw damagedIndex(e.what());
    }
  }

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

  uint64_t cellCount(int order) const { return header.cells[static_cast<std::size_t>(order)].count; }

  // The first pair of an order whose cell is `cell` or a later one.
  uint64_t placeOf(int order, uint64_t cell) const {
    uint64_t low = 0, high = cellCount(order);
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      if (cellAt(order, middle) < index_file::pairOf(cell, 0))
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }
};

}  // namespace vignet
