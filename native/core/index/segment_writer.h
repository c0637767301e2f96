// Writes the bytes of an index file, section by section.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/index/index_file.h"

namespace vignet {

// A file that appears under its name only when it is complete and on the disk. Error{transient,
// CANNOT_WRITE}.
class NewFile {
 public:
  explicit NewFile(const std::string& path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(const void* bytes, std::size_t size);
  void writeAtStart(const void* bytes, std::size_t size);
  void commit();

 private:
  [[noreturn]] static void fail(const char* what);
  std::string path_, temporary_;
  int fd_ = -1;
  bool done_ = false;
};

class SegmentWriter {
 public:
  SegmentWriter(const std::string& path, const index_file::Header& header);

  // `fill` gets a function that takes items; the section has those. Sections follow each other in their order
  // within the header.
  template <class T, class Fill>
  void section(index_file::Section index_file::Header::*which, Fill fill) {
    section<T>(header_.*which, fill);
  }
  template <class T, class Fill>
  void cells(std::size_t order, Fill fill) {
    section<T>(header_.cells[order], fill);
  }

  void commit();

 private:
  template <class T, class Fill>
  void section(index_file::Section& section, Fill fill) {
    section = {end_, 0};
    fill([&](const T& item) {
      add(&item, sizeof item);
      section.count++;
    });
    const char padding[8] = {};
    if (end_ % 8 != 0) add(padding, 8 - end_ % 8);
  }

  void add(const void* bytes, std::size_t size);
  void flush();

  NewFile out_;
  index_file::Header header_;
  uint64_t end_ = sizeof(index_file::Header);
  std::vector<std::byte> block_;  // not yet written
  std::vector<uint32_t> checksums_;
};

}  // namespace vignet
