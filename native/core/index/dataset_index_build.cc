// Writing indexes: from rows, from an index and its changes, from an index alone.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/index/dataset_index_impl.h"
#include "core/index/segment_writer.h"
#include "core/sphere/footprint.h"
#include "core/sphere/healpix.h"

namespace vignet {

namespace {

namespace file = index_file;

constexpr uint64_t kMostRows = 0xfffffffe;
constexpr uint32_t kGone = 0xffffffff;

Error refused(std::size_t row, const std::string& why) {
  return Error(Kind::usage, "BAD_INDEX_ROW", "row " + std::to_string(row) + " of the index: " + why);
}

// Rows in order of UUID with their sections, in memory or of a file.
struct Rows {
  std::span<const file::Row> rows;
  std::span<const double> numbers;
  std::span<const uint32_t> places;  // of rows of a delta
  std::span<const uint64_t> files;
  std::array<std::span<const uint64_t>, file::kOrders> cells;
  std::span<const uint32_t> gone;  // rows that are left out, ascending
};

// All of a file, compared with its checksums.
Rows rowsOf(const Segment& segment) {
  const file::Header& h = segment.header();
  const MappedIndex& mapped = segment.mapped();
  Rows all;
  all.rows = mapped.items<file::Row>(h.rows, 0, h.rows.count, "rows");
  all.numbers = mapped.items<double>(h.numbers, 0, h.numbers.count, "footprints");
  all.places = mapped.items<uint32_t>(h.places, 0, h.places.count, "places");
  all.files = mapped.items<uint64_t>(h.files, 0, h.files.count, "files");
  for (std::size_t order = 0; order < file::kOrders; order++)
    all.cells[order] = mapped.items<uint64_t>(h.cells[order], 0, h.cells[order].count, "cells");
  return all;
}

// Cells about as wide as the footprint's cap has radius: some 4 to 20 of them hold it.
int orderFor(double capRadius) {
  const double widths = std::log2(1.02 / std::max(capRadius, 1e-9));
  return static_cast<int>(std::clamp(std::floor(widths), 0.0, static_cast<double>(file::kOrders - 1)));
}

// Rows that are new.
class Built {
 public:
  explicit Built(std::span<const IndexRow> rows) {
    rows_.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); i++) add(rows[i], i);
    std::sort(files_.begin(), files_.end());
    for (auto& section : cells_) std::sort(section.begin(), section.end());
  }

  std::vector<uint32_t> places;

  Rows view() const {
    Rows all{rows_, numbers_, places, files_, {}, {}};
    for (std::size_t order = 0; order < file::kOrders; order++) all.cells[order] = cells_[order];
    return all;
  }

 private:
  void add(const IndexRow& row, std::size_t number) {
    file::Row record{};
    std::memcpy(record.uuid, row.uuid.data(), 16);
    record.offset = row.offset, record.length = row.length, record.pack = row.pack;
    record.emMin = row.emMin, record.emMax = row.emMax, record.tMin = row.tMin, record.tMax = row.tMax;
    std::memcpy(record.file, row.file.data(), row.file.size());
    record.state = row.state;
    files_.push_back(file::pairOf(file::beginningOf(record.file), static_cast<uint32_t>(number)));
    if (!row.footprint.empty()) {
      std::unique_ptr<Region> region;
      try {
        region = footprintRegion(row.footprint);
      } catch (const Error& e) {
        throw refused(number, e.what());
      }
      std::copy(region->capCentre().begin(), region->capCentre().end(), record.cap);
      record.capRadius = region->capRadius();
      record.firstNumber = numbers_.size();
      record.numberCount = static_cast<uint32_t>(row.footprint.size());
      numbers_.insert(numbers_.end(), row.footprint.begin(), row.footprint.end());
      const int order = orderFor(region->capRadius());
      addCells(*region, order, static_cast<uint32_t>(number));
    }
    rows_.push_back(record);
  }

  void addCells(const Region& region, int order, uint32_t number) {
    auto& cells = cells_[static_cast<std::size_t>(order)];
    if (order > 0) {
      for (const uint64_t cell : healpix::coverSmall(region.capCentre(), region.capRadius(), order))
        cells.push_back(file::pairOf(cell, number));
      return;
    }
    for (const auto& range : healpix::cover(region, order)) {  // wider than a base cell
      for (uint64_t cell = range.begin; cell < range.end; cell++) cells.push_back(file::pairOf(cell, number));
    }
  }

  std::vector<file::Row> rows_;
  std::vector<double> numbers_;
  std::vector<uint64_t> files_;
  std::array<std::vector<uint64_t>, file::kOrders> cells_;
};

// A row and its number after `both` were joined.
struct Joined {
  std::array<std::vector<uint32_t>, 2> numbers;  // kGone: left out
  std::vector<std::pair<uint8_t, uint32_t>> order;
};

// Rows of both in order of UUID, which is given once.
Joined join(const std::array<Rows, 2>& both) {
  Joined joined;
  std::array<std::size_t, 2> at{}, gone{};
  for (std::size_t side = 0; side < 2; side++) joined.numbers[side].resize(both[side].rows.size(), kGone);
  joined.order.reserve(both[0].rows.size() - both[0].gone.size() + both[1].rows.size() - both[1].gone.size());
  const auto skip = [&](std::size_t side) {
    const Rows& rows = both[side];
    while (gone[side] < rows.gone.size() && rows.gone[gone[side]] == at[side]) at[side]++, gone[side]++;
    return at[side] < rows.rows.size();
  };
  for (;;) {
    const bool isFirst = skip(0), isSecond = skip(1);
    if (!isFirst && !isSecond) return joined;
    const int before = !isFirst ? 1
                       : !isSecond
                           ? -1
                           : std::memcmp(both[0].rows[at[0]].uuid, both[1].rows[at[1]].uuid, sizeof(Uuid));
    const uint8_t side = before > 0 ? 1 : 0;
    if (before == 0) throw refused(joined.order.size(), "expected a UUID of its own, received one twice");
    joined.numbers[side][at[side]] = static_cast<uint32_t>(joined.order.size());
    joined.order.emplace_back(side, static_cast<uint32_t>(at[side]++));
  }
}

// Pairs of both sides, with the new numbers of their rows.
template <class Put>
void joinPairs(const std::array<std::span<const uint64_t>, 2>& both, const Joined& joined, Put put) {
  std::array<std::size_t, 2> at{};
  // The next pair of a side, with the row's new number; the last of all numbers behind the last one.
  const auto next = [&](std::size_t side) {
    for (const auto& pairs = both[side]; at[side] < pairs.size(); at[side]++) {
      const auto row = static_cast<uint32_t>(pairs[at[side]]);
      if (row >= joined.numbers[side].size())
        throw damagedIndex("expected pairs of cell and row in order, received others");
      const uint32_t number = joined.numbers[side][row];
      if (number != kGone) return file::pairOf(pairs[at[side]] >> 32, number);
    }
    return ~uint64_t{0};
  };
  for (uint64_t first = next(0), second = next(1);;) {
    if (first == ~uint64_t{0} && second == ~uint64_t{0}) return;
    if (first < second) {
      put(first);
      at[0]++;
      first = next(0);
    } else {
      put(second);
      at[1]++;
      second = next(1);
    }
  }
}

// `header` says what a delta is to; its rows that are gone are `gone`.
void write(const std::string& path, const std::array<Rows, 2>& both, file::Header header,
           std::span<const uint32_t> gone) {
  const Joined joined = join(both);
  if (joined.order.size() > kMostRows)
    throw Error(Kind::usage, "TOO_MANY_ROWS",
                expectedFor("at most 4294967294 rows", "the dataset index", joined.order.size()));
  header.rowCount = static_cast<uint32_t>(joined.order.size());
  SegmentWriter out(path, header);
  const auto each = [&](const auto& use) {
    for (const auto& [side, row] : joined.order) use(both[side], row);
  };
  out.section<file::Row>(&file::Header::rows, [&](const auto& put) {
    uint64_t numbers = 0;
    each([&](const Rows& rows, uint32_t row) {
      file::Row record = rows.rows[row];
      record.firstNumber = record.numberCount == 0 ? 0 : numbers;
      numbers += record.numberCount;
      put(record);
    });
  });
  out.section<double>(&file::Header::numbers, [&](const auto& put) {
    each([&](const Rows& rows, uint32_t row) {
      const file::Row& record = rows.rows[row];
      if (record.firstNumber > rows.numbers.size() ||
          record.numberCount > rows.numbers.size() - record.firstNumber)
        throw damagedIndex("expected footprints inside the file, received some that leave it");
      for (const double number : rows.numbers.subspan(record.firstNumber, record.numberCount)) put(number);
    });
  });
  out.section<uint32_t>(&file::Header::places, [&](const auto& put) {
    if (header.baseSize == 0) return;
    each([&](const Rows& rows, uint32_t row) { put(rows.places[row]); });
  });
  out.section<uint32_t>(&file::Header::gone, [&](const auto& put) {
    for (const uint32_t row : gone) put(row);
  });
  out.section<uint64_t>(&file::Header::files, [&](const auto& put) {
    joinPairs({both[0].files, both[1].files}, joined, put);
  });
  for (std::size_t order = 0; order < file::kOrders; order++)
    out.cells<uint64_t>(order, [&](const auto& put) {
      joinPairs({both[0].cells[order], both[1].cells[order]}, joined, put);
    });
  out.commit();
}

}  // namespace

void buildIndex(const std::string& path, std::span<const IndexRow> rows) {
  if (rows.size() > kMostRows)
    throw Error(Kind::usage, "TOO_MANY_ROWS",
                expectedFor("at most 4294967294 rows", "the dataset index", rows.size()));
  for (std::size_t i = 1; i < rows.size(); i++) {
    if (rows[i - 1].uuid < rows[i].uuid) continue;
    throw refused(i, expectedFor("a UUID after that of the row before", "the row", formatUuid(rows[i].uuid)));
  }
  const Built built(rows);
  write(path, {built.view(), {}}, {}, {});
}

void updateIndex(const std::string& path, const DatasetIndex& current, std::span<const Uuid> remove,
                 std::span<const IndexRow> add) {
  const DatasetIndex::Impl& held = current.impl();
  std::vector<IndexRow> rows(add.begin(), add.end());
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.uuid < b.uuid; });
  for (std::size_t i = 1; i < rows.size(); i++)
    if (rows[i - 1].uuid == rows[i].uuid)
      throw refused(i, expectedFor("a UUID of its own", "the row",
                                   formatUuid(rows[i].uuid) + ", which another row has too"));
  // Rows of the base and of the delta that are gone.
  const auto old = held.numbering.gone();
  std::vector<uint32_t> ofBase(old.begin(), old.end()), ofDelta;
  const auto take = [&](const Uuid& uuid) {
    const int64_t inDelta = held.delta ? held.delta->find(uuid) : -1;
    if (inDelta >= 0) ofDelta.push_back(static_cast<uint32_t>(inDelta));
    const int64_t inBase = held.base.find(uuid);
    if (inBase >= 0) ofBase.push_back(static_cast<uint32_t>(inBase));
  };
  for (const Uuid& uuid : remove) take(uuid);
  for (const IndexRow& row : rows) take(row.uuid);
  for (auto* gone : {&ofBase, &ofDelta}) {
    std::sort(gone->begin(), gone->end());
    gone->erase(std::unique(gone->begin(), gone->end()), gone->end());
  }
  Built built(rows);
  for (const IndexRow& row : rows) built.places.push_back(held.base.placeOf(row.uuid));
  Rows before = held.delta ? rowsOf(*held.delta) : Rows{};
  before.gone = ofDelta;
  file::Header header{};
  const file::Header& base = held.base.header();
  header.baseSize = base.fileSize, header.baseRows = base.rowCount, header.baseCrc = base.crc;
  write(path, {before, built.view()}, header, ofBase);
}

void mergeIndex(const std::string& path, const DatasetIndex& current) {
  const DatasetIndex::Impl& held = current.impl();
  Rows base = rowsOf(held.base);
  base.gone = held.numbering.gone();
  write(path, {base, held.delta ? rowsOf(*held.delta) : Rows{}}, {}, {});
}

}  // namespace vignet
