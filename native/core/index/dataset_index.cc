#include "core/index/dataset_index.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/index/index_file.h"
#include "core/sphere/footprint.h"
#include "core/sphere/healpix.h"

namespace vignet {

namespace file = index_file;

namespace {

Error damaged(const std::string& what) {
  return Error(Kind::data, "BAD_INDEX", "the dataset index is damaged (" + what + "); build it again");
}

}  // namespace

struct DatasetIndex::Impl {
  const std::byte* base = nullptr;
  uint64_t size = 0;
  file::Header header{};
  const file::Row* rows = nullptr;
  const uint32_t* byUuid = nullptr;
  const double* numbers = nullptr;
  std::array<std::span<const uint64_t>, file::kOrders> cells;

  ~Impl() {
    if (base) ::munmap(const_cast<std::byte*>(base), size);
  }

  template <class T>
  const T* section(const file::Section& s, const char* name) const {
    if (s.offset % 8 != 0 || s.offset < sizeof header || s.offset > size ||
        s.count > (size - s.offset) / sizeof(T)) {
      throw damaged(std::string("expected the section of ") + name +
                    " inside the file, received one that leaves it");
    }
    return reinterpret_cast<const T*>(base + s.offset);
  }

  const file::Row& row(uint32_t number) const {
    if (number >= header.rowCount)
      throw damaged(expectedFor("a number below " + std::to_string(header.rowCount), "a row", number));
    const file::Row& r = rows[number];
    if (r.numberCount > header.numbers.count || r.firstNumber > header.numbers.count - r.numberCount) {
      throw damaged("expected a footprint inside the file, received one that leaves it");
    }
    return r;
  }

  std::span<const double> footprint(const file::Row& r) const {
    return {numbers + r.firstNumber, r.numberCount};
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
      throw damaged(e.what());
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
    const auto from = std::lower_bound(cells[order].begin(), cells[order].end(), file::pairOf(begin, 0));
    for (auto at = from; at != cells[order].end() && (*at >> 32) < end; ++at)
      out.push_back(static_cast<uint32_t>(*at));
  }
};

DatasetIndex::DatasetIndex(const std::string& path) : impl_(std::make_unique<Impl>()) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    throw Error(Kind::data, "FILE_GONE",
                std::string("the dataset index cannot be opened: ") + std::strerror(errno));
  struct stat status {};
  void* mapped = MAP_FAILED;
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size >= off_t(sizeof(file::Header))) {
    mapped = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_SHARED, fd, 0);
  }
  ::close(fd);
  if (mapped == MAP_FAILED)
    throw damaged("expected a file of at least " + std::to_string(sizeof(file::Header)) +
                  " bytes, received another");
  Impl& i = *impl_;
  i.base = static_cast<const std::byte*>(mapped);
  i.size = static_cast<uint64_t>(status.st_size);
  std::memcpy(&i.header, i.base, sizeof i.header);
  const file::Header& h = i.header;
  if (std::memcmp(h.magic, file::kMagic, sizeof h.magic) != 0)
    throw damaged("expected the magic bytes of an index, received others");
  if (h.version != file::kVersion)
    throw damaged(expectedFor(std::to_string(file::kVersion), "its version", h.version));
  if (h.crc != libdeflate_crc32(0, &h, offsetof(file::Header, crc)))
    throw damaged("expected a header of its CRC-32, received other bytes");
  if (h.fileSize != i.size)
    throw damaged(expectedFor(std::to_string(h.fileSize) + " bytes", "the file", i.size));
  i.rows = i.section<file::Row>(h.rows, "rows");
  i.byUuid = i.section<uint32_t>(h.byUuid, "UUIDs");
  i.numbers = i.section<double>(h.numbers, "footprints");
  if (h.rows.count != h.rowCount || h.byUuid.count != h.rowCount)
    throw damaged(expectedFor(std::to_string(h.rowCount) + " rows", "its sections",
                              std::to_string(h.rows.count) + " and " + std::to_string(h.byUuid.count)));
  for (int order = 0; order < file::kOrders; order++) {
    i.cells[order] = {i.section<uint64_t>(h.cells[order], "cells"),
                      static_cast<std::size_t>(h.cells[order].count)};
  }
}

DatasetIndex::~DatasetIndex() = default;
DatasetIndex::DatasetIndex(DatasetIndex&&) noexcept = default;
DatasetIndex& DatasetIndex::operator=(DatasetIndex&&) noexcept = default;

uint32_t DatasetIndex::size() const { return impl_->header.rowCount; }

int64_t DatasetIndex::find(const Uuid& uuid) const {
  uint32_t low = 0, high = size();
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const uint32_t number = impl_->byUuid[middle];
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
    if (impl_->cells[order].empty()) continue;
    const uint64_t cell = healpix::cellOf(point, order);
    impl_->collect(order, cell, cell + 1, candidates);
  }
  return impl_->exactly(std::move(candidates), point);
}

std::vector<uint32_t> DatasetIndex::search(const Stencil& stencil) const {
  std::vector<uint32_t> candidates;
  for (int order = 0; order < file::kOrders; order++) {
    if (impl_->cells[order].empty()) continue;
    for (const auto& range : healpix::cover(*stencil.region, order))
      impl_->collect(order, range.begin, range.end, candidates);
  }
  return impl_->exactly(std::move(candidates), stencil);
}

}  // namespace vignet
