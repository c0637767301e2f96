// Where bytes come from. Core code reads only through Reader, so they may come from a disk today and
// from a remote store tomorrow.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vignet {

struct ByteRange {
  uint64_t offset = 0;
  uint64_t length = 0;
  bool operator==(const ByteRange&) const = default;
};

// Size and time of a file when its layout was read; a file where they differ has changed.
struct FileStamp {
  uint64_t size = 0;
  int64_t mtimeNs = 0;  // modification time, ns since 1970 UTC; 0 = not checked
  bool operator==(const FileStamp&) const = default;
};

class Reader {
 public:
  virtual ~Reader() = default;
  virtual FileStamp stamp() const = 0;
  uint64_t size() const { return stamp().size; }
  // Fills `out` from `offset`. Throws Error{data, TRUNCATED} when the range leaves the file.
  virtual void read(uint64_t offset, std::span<std::byte> out) = 0;
};

// A folder (by its absolute path) that stays open: most files of a call lie beneath one. Throws as openFile
// does.
class Root {
 public:
  explicit Root(std::string path);
  ~Root();
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;
  const std::string& path() const { return path_; }
  int fd() const { return fd_; }

 private:
  std::string path_;
  int fd_ = -1;
};

// A regular file strictly beneath `root`, opened without ever leaving it: `..`,
// absolute paths and symbolic links that lead out are refused (Error{data, OUTSIDE_ROOT}); missing files
// are Error{data, FILE_GONE}, other kinds of file Error{data, NOT_A_FILE}. With `expected`, a file whose
// size or time differs is Error{data, FILE_CHANGED}.
std::unique_ptr<Reader> openFile(const Root& root, const std::string& path,
                                 const std::optional<FileStamp>& expected = std::nullopt);
inline std::unique_ptr<Reader> openFile(const std::string& root, const std::string& path,
                                        const std::optional<FileStamp>& expected = std::nullopt) {
  return openFile(Root(root), path, expected);
}

// A part of a file as a file of its own: a member of a zip file that is stored as it is. Time is that of the
// whole. Throws Error{data, TRUNCATED} when the part leaves it.
std::unique_ptr<Reader> partOf(std::unique_ptr<Reader> whole, ByteRange part);

// A sparse set of supplied extents of a file of known stamp. Reading what was not supplied throws
// NeedRanges (missing_bytes.h); `need()` then lists what to supply, coalesced and ascending.
class ExtentReader : public Reader {
 public:
  struct Extent {
    uint64_t offset;
    std::span<const std::byte> bytes;  // not owned; must outlive the reader
  };
  ExtentReader(FileStamp stamp, std::vector<Extent> extents);
  FileStamp stamp() const override { return stamp_; }
  void read(uint64_t offset, std::span<std::byte> out) override;
  std::vector<ByteRange> need() const;

 private:
  FileStamp stamp_;
  std::vector<Extent> extents_;
  std::vector<ByteRange> need_;  // as they were asked for
};

}  // namespace vignet
