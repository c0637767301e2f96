#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/bytes/open_beneath.h"
#include "core/bytes/reader.h"

namespace vignet {
namespace {

class FileReader : public Reader {
 public:
  explicit FileReader(int fd) : fd_(fd) {}
  ~FileReader() override { close(fd_); }
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  void check(const std::optional<FileStamp>& expected) {
    struct stat status {};
    if (fstat(fd_, &status) != 0)
      throw Error(Kind::transient, "IO_ERROR",
                  std::string("the size of the file cannot be read: ") + strerror(errno));
    if (!S_ISREG(status.st_mode))
      throw Error(Kind::data, "NOT_A_FILE", "expected a regular file, received another kind of file");
    stamp_.size = static_cast<uint64_t>(status.st_size);
    stamp_.mtimeNs = static_cast<int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
    if (!expected) return;
    if (expected->size != stamp_.size || (expected->mtimeNs != 0 && expected->mtimeNs != stamp_.mtimeNs))
      throw Error(Kind::data, "FILE_CHANGED",
                  "expected the file as it was ingested, received a changed one (another size or time); "
                  "ingest it again");
  }

  FileStamp stamp() const override { return stamp_; }

  void read(uint64_t offset, std::span<std::byte> out) override {
    if (offset > stamp_.size || out.size() > stamp_.size - offset) {
      throw Error(Kind::data, "TRUNCATED",
                  expectedFor("at least " + std::to_string(offset + out.size()) + " bytes", "the file",
                              std::to_string(stamp_.size) + "; fetch it again"));
    }
    while (!out.empty()) {
      const ssize_t got = pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0)
        throw Error(Kind::transient, "IO_ERROR",
                    "the file cannot be read at byte " + std::to_string(offset) + ": " + strerror(errno));
      if (got == 0)
        throw Error(Kind::data, "FILE_CHANGED", "the file became shorter while it was read; ingest it again");
      offset += static_cast<uint64_t>(got);
      out = out.subspan(static_cast<size_t>(got));
    }
  }

 private:
  int fd_;
  FileStamp stamp_;
};

}  // namespace

std::unique_ptr<Reader> openFile(const Root& root, const std::string& path,
                                 const std::optional<FileStamp>& expected) {
  auto reader = std::make_unique<FileReader>(openBeneath(root, path));
  reader->check(expected);
  return reader;
}

}  // namespace vignet
