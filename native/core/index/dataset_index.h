// The dataset index: a packed, memory-mapped file per catalog generation, or a small one and the base that
// it changes, that finds a dataset by its UUID, and the datasets that cover a point or a stencil, without
// SQL.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/control.h"
#include "core/sphere/cell_set.h"
#include "core/sphere/healpix.h"
#include "core/sphere/stencil.h"
#include "core/sphere/vector.h"

namespace vignet {

using Uuid = std::array<uint8_t, 16>;
using FileDigest = std::array<uint8_t, 16>;

// 8-4-4-4-12 hexadecimal digits of either case; Error{usage, BAD_UUID} for anything else.
Uuid parseUuid(std::string_view text);
std::string formatUuid(const Uuid& uuid);  // lower case

// What the hot path must know of a dataset. Wavelengths in metres, times in MJD UTC; unknown numbers are NaN.
struct IndexRow {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  Uuid uuid{};
  uint32_t pack = 0;
  uint64_t offset = 0, length = 0;  // of the pack entry
  double emMin = kUnknown, emMax = kUnknown, tMin = kUnknown, tMax = kUnknown;
  std::vector<double> footprint;  // see footprint.h; empty: never found by position
  // By which an ingest knows the file again that the dataset is from, and whether that is still as it was.
  FileDigest file{};
  uint64_t state = 0;
};

class DatasetIndex;

// These write an index beside `path` and rename it there, synced: a reader sees the old file or the new one,
// never a part. At most 2^32 - 2 rows. Error{usage, BAD_INDEX_ROW} names the row with a repeated UUID or a
// bad footprint; Error{transient, CANNOT_WRITE} when the disk refuses.

// A whole index. Rows are in order of UUID.
void buildIndex(const std::string& path, std::span<const IndexRow> rows);

// A delta to the base of `current`, which has all rows of `current` but those of `remove`, and `add` in any
// order, which replace rows of their UUIDs. Rows that are not there need no removal.
void updateIndex(const std::string& path, const DatasetIndex& current, std::span<const Uuid> remove,
                 std::span<const IndexRow> add);

// A whole index of the rows of `current`, the same bytes as `buildIndex` writes for them.
void mergeIndex(const std::string& path, const DatasetIndex& current);

// Datasets that cover a point or overlap a stencil, and whose time [tMin, tMax] (MJD UTC) meets an interval
// or is not known.
struct IndexSearch {
  std::optional<Stencil> stencil;  // absent: the point
  Vec3 point{};
  double after = -std::numeric_limits<double>::infinity(), before = std::numeric_limits<double>::infinity();
};

// A set of rows, the highest bit of the first byte first, after `skip` of them.
struct RowBits {
  std::span<const std::byte> bytes;
  uint64_t skip = 0;
  bool has(uint32_t row) const;
};

// Rows that were found. It takes memory for those alone, however many the index has, and at most a bit and a
// half for each of these.
class FoundRows {
 public:
  bool has(uint32_t row) const;
  void add(uint32_t row);
  uint64_t count() const { return count_; }
  std::vector<uint32_t> ascending() const;

 private:
  static constexpr uint32_t kWords = 64, kBlock = 64 * kWords;
  std::unordered_map<uint32_t, std::array<uint64_t, kWords>> blocks_;  // bits, by the first of their rows
  uint64_t count_ = 0;
};

// What searches in steps have come to. One thread at a time goes on with it.
struct SearchState {
  FoundRows found;

  // Of the step that was left, if one was: what it has still to look into.
  bool isBegun = false;
  std::vector<healpix::CellRange> ranges;
  std::size_t range = 0;
  uint64_t place = 0;          // in its section of cells
  std::vector<uint32_t> open;  // rows of its segment
};

// An opened index. Const calls may run in any number of threads. The file is not trusted: whatever is wrong
// with it is Error{data, BAD_INDEX}. Every byte is compared with a checksum before it is used.
class DatasetIndex {
 public:
  // `basePath`: where the base is, if the file is a delta. Error{data, BAD_INDEX | FILE_GONE}
  explicit DatasetIndex(const std::string& path, const std::string& basePath = "");
  ~DatasetIndex();
  DatasetIndex(DatasetIndex&&) noexcept;
  DatasetIndex& operator=(DatasetIndex&&) noexcept;

  uint32_t size() const;
  // Rows of the whole file, or of the base.
  uint32_t baseRows() const;
  // Rows that a delta adds to its base, and rows of the base that are gone by it; 0: there is no delta.
  uint64_t changed() const;

  // Rows are numbered in order of UUID.
  int64_t find(const Uuid& uuid) const;  // the row, or -1
  IndexRow row(uint32_t number) const;   // without its footprint; Error{usage, NO_SUCH_ROW}
  std::vector<double> footprint(uint32_t number) const;
  // Rows that were ingested from a file, ascending.
  std::vector<uint32_t> ofFile(const FileDigest& file) const;

  // Rows whose footprint holds the point or overlaps the stencil, ascending.
  std::vector<uint32_t> search(const Vec3& point) const;
  std::vector<uint32_t> search(const Stencil& stencil) const;

  // Searches one after another, in steps of at most some 0.1 ms for stencils of up to 1,000 vertices, and
  // adds the rows of `among` (null: all) that they find to the state. `cursor` is 0, or what the call before
  // gave: finished is kSteps for each search, also when more than `most` rows were found. Comes back earlier
  // on yield, after one step at least, if `control` asks; throws as Control::poll. Work and memory depend on
  // what the searches meet and on the depth of the index, not on its rows.
  static constexpr uint64_t kSteps = 28;
  uint64_t search(std::span<const IndexSearch> searches, const RowBits* among, uint64_t most,
                  SearchState& state, uint64_t cursor, const Control& control) const;

  // Adds what the footprints of the rows of `among` (null: all) touch to the cells, a row at a step. `cursor`
  // is 0, or the row at which the call before stopped; finished is size(). Yields and throws as `search`.
  uint64_t cover(const RowBits* among, CellSet& cells, uint64_t cursor, const Control& control) const;

  // Reads all files; throws at the first thing that is not as it was written.
  void verify() const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::vector<uint32_t> searchWhole(const IndexSearch& one) const;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vignet
