// The bytes of an opened dataset index, none of which is used before its checksum was compared.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/base/error.h"
#include "core/index/index_file.h"

namespace vignet {

// Error{data, BAD_INDEX}: what is wrong, and how a new index is made.
Error damagedIndex(const std::string& what);

// A memory-mapped index file: one for each file that is open in the process, under whatever names, so that
// what was compared for one generation is known to the next. Const calls may run in any number of threads. A
// block is compared with its CRC-32 when something in it is asked for first, so opening an index of any size
// costs the same.
class MappedIndex {
 public:
  static std::shared_ptr<const MappedIndex> open(
      const std::string& path);  // Error{data, BAD_INDEX | FILE_GONE}

  const index_file::Header& header() const { return header_; }

  // `count` items of a section from `first`; Error{data, BAD_INDEX} where they leave it or their block is
  // damaged. `name` is the section's, for the message.
  template <class T>
  std::span<const T> items(const index_file::Section& section, uint64_t first, uint64_t count,
                           const char* name) const {
    if (first > section.count || count > section.count - first)
      throw damagedIndex(std::string("expected ") + name + " inside the file, received some that leave it");
    const uint64_t offset = section.offset + first * sizeof(T);
    verify(offset, count * sizeof(T));
    return {reinterpret_cast<const T*>(mapping_.base + offset), static_cast<std::size_t>(count)};
  }

  template <class T>
  const T& item(const index_file::Section& section, uint64_t number, const char* name) const {
    return items<T>(section, number, 1, name)[0];
  }

  // Compares every block that was not compared yet. Error{data, BAD_INDEX}.
  void verifyAll() const { verify(sizeof header_, header_.checksums.offset - sizeof header_); }

 private:
  void verify(uint64_t offset, uint64_t bytes) const;

  class OpenFile;
  // The mapped bytes of a file.
  struct Mapping {
    explicit Mapping(const OpenFile& file);
    ~Mapping();
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    const std::byte* base = nullptr;
    uint64_t size = 0;
  };

  explicit MappedIndex(const OpenFile& file);

  Mapping mapping_;
  index_file::Header header_{};
  std::unique_ptr<std::atomic<bool>[]> verified_;  // one for each block
};

}  // namespace vignet
