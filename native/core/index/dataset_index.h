// The dataset index: one packed, memory-mapped file per catalog generation, that finds a dataset by its UUID,
// and the datasets that cover a point or a stencil, without any SQL.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/sphere/stencil.h"
#include "core/sphere/vector.h"

namespace vignet {

using Uuid = std::array<uint8_t, 16>;

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
};

// Writes an index beside `path` and renames it there, synced: a reader sees the old file or the new one,
// never a part. At most 2^32 - 2 rows. Error{usage, …} names the row with a bad or repeated UUID or a bad
// footprint; Error{transient, CANNOT_WRITE} when the disk refuses.
void buildIndex(const std::string& path, std::span<const IndexRow> rows);

// An opened index. Const calls may run in any number of threads. The file is not trusted: whatever is wrong
// with it is Error{data, BAD_INDEX}. Every byte is compared with a checksum before it is used.
class DatasetIndex {
 public:
  explicit DatasetIndex(const std::string& path);  // Error{data, BAD_INDEX | FILE_GONE}
  ~DatasetIndex();
  DatasetIndex(DatasetIndex&&) noexcept;
  DatasetIndex& operator=(DatasetIndex&&) noexcept;

  uint32_t size() const;
  int64_t find(const Uuid& uuid) const;  // the row, or -1
  IndexRow row(uint32_t number) const;   // without its footprint; Error{usage, NO_SUCH_ROW}
  std::vector<double> footprint(uint32_t number) const;

  // Rows whose footprint holds the point or overlaps the stencil, ascending.
  std::vector<uint32_t> search(const Vec3& point) const;
  std::vector<uint32_t> search(const Stencil& stencil) const;

  // Reads the whole file; throws at the first thing that is not as `buildIndex` writes it.
  void verify() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vignet
