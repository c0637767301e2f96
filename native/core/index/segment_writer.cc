#include "core/index/segment_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/crc32.h"
#include "core/base/error.h"

namespace vignet {

namespace file = index_file;

NewFile::NewFile(const std::string& path)
    : path_(path), temporary_(path + ".new-" + std::to_string(::getpid())) {
  fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd_ < 0) fail("cannot be created");
}

NewFile::~NewFile() {
  if (fd_ >= 0) ::close(fd_);
  if (!done_) ::unlink(temporary_.c_str());
}

void NewFile::write(const void* bytes, std::size_t size) {
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t n = ::write(fd_, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("cannot be written");
    at += n;
    size -= static_cast<std::size_t>(n);
  }
}

void NewFile::writeAtStart(const void* bytes, std::size_t size) {
  if (::lseek(fd_, 0, SEEK_SET) != 0) fail("cannot be written");
  write(bytes, size);
}

void NewFile::commit() {
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

void NewFile::fail(const char* what) {
  throw Error(Kind::transient, "CANNOT_WRITE",
              std::string("the dataset index ") + what + ": " + std::strerror(errno));
}

SegmentWriter::SegmentWriter(const std::string& path, const file::Header& header)
    : out_(path), header_(header) {
  std::memcpy(header_.magic, file::kMagic, sizeof header_.magic);
  header_.version = file::kVersion;
  block_.reserve(file::kBlock);
  out_.write(&header_, sizeof header_);  // its place; written again when all is known
}

void SegmentWriter::add(const void* bytes, std::size_t size) {
  end_ += size;
  const auto* at = static_cast<const std::byte*>(bytes);
  while (size > 0) {
    const std::size_t piece = std::min<std::size_t>(size, file::kBlock - block_.size());
    block_.insert(block_.end(), at, at + piece);
    at += piece;
    size -= piece;
    if (block_.size() == file::kBlock) flush();
  }
}

void SegmentWriter::flush() {
  if (block_.empty()) return;
  checksums_.push_back(crc32(block_));
  out_.write(block_.data(), block_.size());
  block_.clear();
}

void SegmentWriter::commit() {
  flush();
  header_.checksums = {end_, checksums_.size()};
  checksums_.resize((checksums_.size() + 1) / 2 * 2);
  const auto all = std::as_bytes(std::span(checksums_));
  header_.fileSize = end_ + all.size();
  header_.checksumsCrc = crc32(all);
  header_.crc = crc32({reinterpret_cast<const std::byte*>(&header_), offsetof(file::Header, crc)});
  out_.write(all.data(), all.size());
  out_.writeAtStart(&header_, sizeof header_);
  out_.commit();
}

}  // namespace vignet
