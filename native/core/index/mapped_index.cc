#include "core/index/mapped_index.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/crc32.h"
#include "core/base/message.h"

namespace vignet {

namespace file = index_file;

namespace {

void requireInside(const file::Section& section, uint64_t itemBytes, uint64_t end, const char* name) {
  if (section.offset % 8 == 0 && section.offset >= sizeof(file::Header) && section.offset <= end &&
      section.count <= (end - section.offset) / itemBytes)
    return;
  throw damagedIndex(std::string("expected the section of ") + name +
                     " inside the file, received one that leaves it");
}

}  // namespace

Error damagedIndex(const std::string& what) {
  return Error(Kind::data, "BAD_INDEX",
               "the dataset index is damaged (" + what +
                   "); run 'vignet ingest' on a folder of the archive to make a new one");
}

MappedIndex::Mapping::Mapping(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    const int why = errno;
    const std::string detail = std::string("the dataset index cannot be opened: ") + std::strerror(why);
    if (why == EMFILE || why == ENFILE) throw Error(Kind::transient, "OPEN_FAILED", detail + "; try again");
    throw Error(Kind::data, "FILE_GONE", detail);
  }
  struct stat status {};
  void* mapped = MAP_FAILED;
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size >= off_t(sizeof(file::Header)))
    mapped = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped == MAP_FAILED)
    throw damagedIndex("expected a file of at least " + std::to_string(sizeof(file::Header)) +
                       " bytes, received another");
  base = static_cast<const std::byte*>(mapped);
  size = static_cast<uint64_t>(status.st_size);
}

MappedIndex::Mapping::~Mapping() { ::munmap(const_cast<std::byte*>(base), size); }

MappedIndex::MappedIndex(const std::string& path) : mapping_(path) {
  std::memcpy(&header_, mapping_.base, sizeof header_);
  const file::Header& h = header_;
  if (std::memcmp(h.magic, file::kMagic, sizeof h.magic) != 0)
    throw damagedIndex("expected the magic bytes of an index, received others");
  if (h.version != file::kVersion)
    throw Error(Kind::data, "BAD_INDEX",
                expectedFor("version " + std::to_string(file::kVersion), "the dataset index", h.version) +
                    "; run 'vignet ingest' on a folder of the archive to make a new one");
  if (h.crc != crc32({mapping_.base, offsetof(file::Header, crc)}))
    throw damagedIndex("expected a header of its CRC-32, received other bytes");
  if (h.fileSize != mapping_.size)
    throw damagedIndex(expectedFor(std::to_string(h.fileSize) + " bytes", "the file", mapping_.size));
  requireInside(h.checksums, sizeof(uint32_t), h.fileSize, "checksums");
  const uint64_t end = h.checksums.offset;
  if (h.checksums.count != (end - sizeof h + file::kBlock - 1) / file::kBlock)
    throw damagedIndex("expected one checksum for each block, received another number");
  if (h.checksumsCrc != crc32({mapping_.base + end, mapping_.size - end}))
    throw damagedIndex("expected checksums of their CRC-32, received other bytes");
  requireInside(h.rows, sizeof(file::Row), end, "rows");
  requireInside(h.byUuid, sizeof(uint32_t), end, "UUIDs");
  requireInside(h.numbers, sizeof(double), end, "footprints");
  for (const file::Section& cells : h.cells) requireInside(cells, sizeof(uint64_t), end, "cells");
  if (h.rows.count != h.rowCount || h.byUuid.count != h.rowCount)
    throw damagedIndex(expectedFor(std::to_string(h.rowCount) + " rows", "its sections",
                                   std::to_string(h.rows.count) + " and " + std::to_string(h.byUuid.count)));
  verified_ = std::make_unique<std::atomic<bool>[]>(h.checksums.count);
}

void MappedIndex::verify(uint64_t offset, uint64_t bytes) const {
  if (bytes == 0) return;
  const uint64_t begin = sizeof header_, end = header_.checksums.offset;
  const auto* checksums = reinterpret_cast<const uint32_t*>(mapping_.base + end);
  for (uint64_t block = (offset - begin) / file::kBlock; block <= (offset + bytes - 1 - begin) / file::kBlock;
       block++) {
    if (verified_[block].load(std::memory_order_relaxed)) continue;
    const uint64_t from = begin + block * file::kBlock;
    if (crc32({mapping_.base + from, std::min(file::kBlock, end - from)}) != checksums[block])
      throw damagedIndex("expected bytes " + std::to_string(from) +
                         " and following of their CRC-32, received others");
    verified_[block].store(true, std::memory_order_relaxed);
  }
}

}  // namespace vignet
