#include "core/index/mapped_index.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>

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
                   "); run 'vignet ingest --force' on a folder of the archive to make a new one");
}

// A descriptor and what it is of.
class MappedIndex::OpenFile {
 public:
  explicit OpenFile(const std::string& path) : fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (fd >= 0) {
      isFile = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
      return;
    }
    const int why = errno;
    const std::string detail = std::string("the dataset index cannot be opened: ") + std::strerror(why);
    if (why == EMFILE || why == ENFILE) throw Error(Kind::transient, "OPEN_FAILED", detail + "; try again");
    throw Error(Kind::data, "FILE_GONE", detail);
  }
  ~OpenFile() { ::close(fd); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  // Equal for names of one file whose bytes were not written since.
  auto identity() const {
    return std::array<uint64_t, 5>{status.st_dev, status.st_ino, static_cast<uint64_t>(status.st_size),
                                   static_cast<uint64_t>(status.st_mtim.tv_sec),
                                   static_cast<uint64_t>(status.st_mtim.tv_nsec)};
  }

  const int fd;
  bool isFile = false;
  struct stat status {};
};

MappedIndex::Mapping::Mapping(const OpenFile& file) {
  const off_t bytes = file.status.st_size;
  void* mapped = MAP_FAILED;
  if (file.isFile && bytes >= off_t(sizeof(file::Header)))
    mapped = ::mmap(nullptr, static_cast<std::size_t>(bytes), PROT_READ, MAP_SHARED, file.fd, 0);
  if (mapped == MAP_FAILED)
    throw damagedIndex("expected a file of at least " + std::to_string(sizeof(file::Header)) +
                       " bytes, received another");
  base = static_cast<const std::byte*>(mapped);
  size = static_cast<uint64_t>(bytes);
}

MappedIndex::Mapping::~Mapping() { ::munmap(const_cast<std::byte*>(base), size); }

std::shared_ptr<const MappedIndex> MappedIndex::open(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::array<uint64_t, 5>, std::weak_ptr<const MappedIndex>> open;
  const OpenFile opened(path);
  const std::lock_guard lock(mutex);
  std::erase_if(open, [](const auto& one) { return one.second.expired(); });
  auto& known = open[opened.identity()];
  std::shared_ptr<const MappedIndex> index = known.lock();
  if (!index) known = index = std::shared_ptr<const MappedIndex>(new MappedIndex(opened));
  return index;
}

MappedIndex::MappedIndex(const OpenFile& opened) : mapping_(opened) {
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
  requireInside(h.numbers, sizeof(double), end, "footprints");
  requireInside(h.places, sizeof(uint32_t), end, "places");
  requireInside(h.gone, sizeof(uint32_t), end, "rows that are gone");
  requireInside(h.files, sizeof(uint64_t), end, "files");
  for (const file::Section& cells : h.cells) requireInside(cells, sizeof(uint64_t), end, "cells");
  if (h.rows.count != h.rowCount)
    throw damagedIndex(expectedFor(std::to_string(h.rowCount) + " rows", "its section", h.rows.count));
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
