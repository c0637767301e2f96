#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>

#include "core/base/crc32.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/index/dataset_index.h"
#include "core/index/index_file.h"
#include "core/sphere/footprint.h"
#include "core/sphere/healpix.h"

namespace vignet {

namespace {

namespace file = index_file;

Error refused(std::size_t row, const std::string& why) {
  return Error(Kind::usage, "BAD_INDEX_ROW", "row " + std::to_string(row) + " of the index: " + why);
}

// Cells about as wide as the footprint's cap has radius: some 4 to 20 of them hold it.
int orderFor(double capRadius) {
  const double widths = std::log2(1.02 / std::max(capRadius, 1e-9));
  return static_cast<int>(std::clamp(std::floor(widths), 0.0, static_cast<double>(file::kOrders - 1)));
}

struct Built {
  std::vector<file::Row> rows;
  std::vector<uint32_t> byUuid;
  std::vector<double> numbers;
  std::array<std::vector<uint64_t>, file::kOrders> cells;
};

void addCells(std::vector<uint64_t>& cells, const Region& region, int order, uint32_t number) {
  if (order > 0) {
    for (const uint64_t cell : healpix::coverSmall(region.capCentre(), region.capRadius(), order))
      cells.push_back(file::pairOf(cell, number));
    return;
  }
  for (const auto& range : healpix::cover(region, order)) {  // wider than a base cell
    for (uint64_t cell = range.begin; cell < range.end; cell++) cells.push_back(file::pairOf(cell, number));
  }
}

void addRow(Built& built, const IndexRow& row, std::size_t number) {
  file::Row record{};
  std::memcpy(record.uuid, row.uuid.data(), 16);
  record.offset = row.offset, record.length = row.length, record.pack = row.pack;
  record.emMin = row.emMin, record.emMax = row.emMax, record.tMin = row.tMin, record.tMax = row.tMax;
  if (!row.footprint.empty()) {
    std::unique_ptr<Region> region;
    try {
      region = footprintRegion(row.footprint);
    } catch (const Error& e) {
      throw refused(number, e.what());
    }
    std::copy(region->capCentre().begin(), region->capCentre().end(), record.cap);
    record.capRadius = region->capRadius();
    record.firstNumber = built.numbers.size();
    record.numberCount = static_cast<uint32_t>(row.footprint.size());
    built.numbers.insert(built.numbers.end(), row.footprint.begin(), row.footprint.end());
    const int order = orderFor(region->capRadius());
    addCells(built.cells[order], *region, order, static_cast<uint32_t>(number));
  }
  built.rows.push_back(record);
}

Built build(std::span<const IndexRow> rows) {
  if (rows.size() > 0xfffffffe)
    throw Error(Kind::usage, "TOO_MANY_ROWS",
                expectedFor("at most 4294967294 rows", "the dataset index", rows.size()));
  Built built;
  built.rows.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); i++) addRow(built, rows[i], i);
  for (auto& section : built.cells) std::sort(section.begin(), section.end());
  built.byUuid.resize(rows.size());
  std::iota(built.byUuid.begin(), built.byUuid.end(), 0u);
  std::sort(built.byUuid.begin(), built.byUuid.end(),
            [&](uint32_t a, uint32_t b) { return rows[a].uuid < rows[b].uuid; });
  for (std::size_t i = 1; i < rows.size(); i++) {
    const uint32_t a = built.byUuid[i - 1], b = built.byUuid[i];
    if (rows[a].uuid == rows[b].uuid)
      throw refused(std::max(a, b), expectedFor("a UUID of its own", "the row",
                                                formatUuid(rows[a].uuid) + ", which row " +
                                                    std::to_string(std::min(a, b)) + " has too"));
  }
  return built;
}

// CRC-32 of each block of what is added.
class BlockChecksums {
 public:
  void add(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const auto piece = bytes.first(std::min<std::size_t>(bytes.size(), file::kBlock - filled_));
      crc_ = crc32(piece, crc_);
      filled_ += piece.size();
      bytes = bytes.subspan(piece.size());
      if (filled_ == file::kBlock) next();
    }
  }

  std::vector<uint32_t> finish() {
    if (filled_ > 0) next();
    return std::move(all_);
  }

 private:
  void next() {
    all_.push_back(crc_);
    crc_ = 0;
    filled_ = 0;
  }
  std::vector<uint32_t> all_;
  uint32_t crc_ = 0;
  std::size_t filled_ = 0;
};

// A file that appears under its name only when it is complete and on the disk.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path), temporary_(path + ".new-" + std::to_string(::getpid())) {
    fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd_ < 0) fail("cannot be created");
  }
  ~NewFile() {
    if (fd_ >= 0) ::close(fd_);
    if (!done_) ::unlink(temporary_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(const void* bytes, std::size_t size) {
    const char* at = static_cast<const char*>(bytes);
    while (size > 0) {
      const ssize_t n = ::write(fd_, at, size);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail("cannot be written");
      at += n;
      size -= static_cast<std::size_t>(n);
    }
  }

  void writeAtStart(const void* bytes, std::size_t size) {
    if (::lseek(fd_, 0, SEEK_SET) != 0) fail("cannot be written");
    write(bytes, size);
  }

  void commit() {
    if (::fsync(fd_) != 0) fail("cannot be synced");
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot be renamed into place");
    done_ = true;
    const std::size_t slash = path_.find_last_of('/');
    const int folder = ::open(slash == std::string::npos ? "." : path_.substr(0, slash + 1).c_str(),
                              O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    ::fsync(folder);
    ::close(folder);
  }

 private:
  [[noreturn]] void fail(const char* what) {
    throw Error(Kind::transient, "CANNOT_WRITE",
                std::string("the dataset index ") + what + ": " + std::strerror(errno));
  }
  std::string path_, temporary_;
  int fd_ = -1;
  bool done_ = false;
};

}  // namespace

void buildIndex(const std::string& path, std::span<const IndexRow> rows) {
  const Built built = build(rows);
  file::Header header{};
  std::memcpy(header.magic, file::kMagic, sizeof header.magic);
  header.version = file::kVersion;
  header.rowCount = static_cast<uint32_t>(rows.size());
  uint64_t end = sizeof header;
  const auto place = [&](file::Section& section, uint64_t count, uint64_t itemBytes) {
    section = {end, count};
    end += (count * itemBytes + 7) / 8 * 8;
  };
  place(header.rows, built.rows.size(), sizeof(file::Row));
  place(header.byUuid, built.byUuid.size(), sizeof(uint32_t));
  place(header.numbers, built.numbers.size(), sizeof(double));
  for (int order = 0; order < file::kOrders; order++)
    place(header.cells[order], built.cells[order].size(), sizeof(uint64_t));
  const uint64_t blocks = (end - sizeof header + file::kBlock - 1) / file::kBlock;
  place(header.checksums, blocks, sizeof(uint32_t));
  header.fileSize = end;

  NewFile out(path);
  out.write(&header, sizeof header);  // its place; written again when all checksums are known
  BlockChecksums checksums;
  const auto write = [&](const void* bytes, std::size_t size) {
    checksums.add({static_cast<const std::byte*>(bytes), size});
    out.write(bytes, size);
  };
  const auto writeSection = [&](const auto& items) {
    const std::size_t bytes = items.size() * sizeof(items[0]);
    if (bytes > 0) write(items.data(), bytes);
    const char padding[8] = {};
    if (bytes % 8 != 0) write(padding, 8 - bytes % 8);
  };
  writeSection(built.rows);
  writeSection(built.byUuid);
  writeSection(built.numbers);
  for (const auto& section : built.cells) writeSection(section);
  std::vector<uint32_t> all = checksums.finish();
  all.resize((all.size() + 1) / 2 * 2);
  header.checksumsCrc = crc32(std::as_bytes(std::span(all)));
  header.crc = crc32({reinterpret_cast<const std::byte*>(&header), offsetof(file::Header, crc)});
  writeSection(all);
  out.writeAtStart(&header, sizeof header);
  out.commit();
}

}  // namespace vignet
