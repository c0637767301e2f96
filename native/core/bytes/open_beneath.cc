#include "core/bytes/open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/base/error.h"

namespace vignet {
namespace {

// O_NONBLOCK: opening a FIFO that nobody writes to must not hang.
constexpr int kFileFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void reset(int fd) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

[[noreturn]] void outside() {
  throw Error(Kind::data, "OUTSIDE_ROOT",
              "expected a file inside its root folder, received a name or link that leads out of it");
}

[[noreturn]] void refuse(int error) {
  switch (error) {
    case EXDEV:
    case ELOOP:
      outside();
    case ENOENT:
    case ENOTDIR:
      throw Error(Kind::data, "FILE_GONE",
                  "expected the file that was ingested, received none of its name; ingest its folder again");
    case ENXIO:
    case ENODEV:
      throw Error(Kind::data, "NOT_A_FILE", "expected a regular file, received a pipe, socket or device");
    case EACCES:
    case EPERM:
      throw Error(Kind::data, "FILE_UNREADABLE",
                  "the file may not be read by this process; check its permissions");
    case ENAMETOOLONG:
      throw Error(Kind::usage, "BAD_PATH",
                  "expected a shorter file name, received one that the file system refuses");
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
      throw Error(Kind::transient, "OPEN_FAILED",
                  std::string("the file cannot be opened now: ") + strerror(error) + "; try again");
    default:
      throw Error(Kind::data, "FILE_UNREADABLE",
                  std::string("the file cannot be opened: ") + strerror(error));
  }
}

int walk(int root, std::string_view path) {
  Descriptor folder(-1);
  for (;;) {
    const size_t slash = path.find('/');
    const std::string part(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    while (path.starts_with('/')) path.remove_prefix(1);
    if (part == "..") outside();
    if (part.empty() || part == ".") {
      if (path.empty()) throw Error(Kind::data, "NOT_A_FILE", "expected a regular file, received a folder");
      continue;
    }
    const bool last = path.empty();
    const int flags = last ? kFileFlags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const int fd = openat(folder.get() < 0 ? root : folder.get(), part.c_str(), flags);
    if (fd < 0) refuse(errno);
    if (last) return fd;
    folder.reset(fd);
  }
}

}  // namespace

Root::Root(std::string path) : path_(std::move(path)) {
  if (path_.find('\0') != std::string::npos)
    throw Error(Kind::usage, "BAD_PATH",
                "expected a folder name without zero bytes, received one that holds one");
  fd_ = open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd_ < 0) refuse(errno);
}

Root::~Root() { close(fd_); }

int openBeneath(const Root& root, const std::string& path, bool plainWalk) {
  if (path.empty() || path.find('\0') != std::string::npos)
    throw Error(Kind::usage, "BAD_PATH",
                "expected a file name without zero bytes, received an empty one or one that holds one");
  if (path.front() == '/') outside();
  if (!plainWalk) {
    open_how how{};
    how.flags = kFileFlags;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    // EAGAIN: something was renamed during the look-up, so that the kernel cannot decide; ask again.
    for (int attempt = 0; attempt < 16; ++attempt) {
      const long fd = syscall(SYS_openat2, root.fd(), path.c_str(), &how, sizeof how);
      if (fd >= 0) return static_cast<int>(fd);
      if (errno == ENOSYS || errno == EPERM) {
        plainWalk = true;
        break;
      }
      if (errno != EAGAIN && errno != EINTR) refuse(errno);
    }
    if (!plainWalk) refuse(EAGAIN);
  }
  return walk(root.fd(), path);
}

}  // namespace vignet
