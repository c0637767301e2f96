// Files are opened beneath their root and nowhere else; supplied extents say what they lack.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/base/error.h"
#include "core/bytes/open_beneath.h"
#include "core/bytes/reader.h"
#include "fits_builder.h"

using namespace vignet;
using fits_test::bytesOf;
using fits_test::codeOf;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "vignet-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    top = name;
    fs::create_directories(top / "root" / "sub");
    write("root/a.fits", "0123456789");
    write("root/sub/b.fits", "inside");
    write("secret", "outside");
    fs::create_symlink("sub/b.fits", top / "root" / "inner");
    fs::create_symlink("../secret", top / "root" / "outer");
    fs::create_symlink(top / "secret", top / "root" / "absolute");
    fs::create_symlink("..", top / "root" / "up");
    fs::create_symlink("loop", top / "root" / "loop");
    mkfifo((top / "root" / "pipe").c_str(), 0600);
  }
  ~Folder() { fs::remove_all(top); }
  void write(const std::string& name, const std::string& text) { std::ofstream(top / name) << text; }
  std::string root() const { return (top / "root").string(); }
  fs::path top;
};

std::string slurp(Reader& reader) {
  fits_test::Bytes bytes(reader.size());
  reader.read(0, bytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("a file beneath its root is read; nothing else is") {
  const Folder folder;
  const auto open = [&](const std::string& path) { return codeOf([&] { openFile(folder.root(), path); }); };
  CHECK(slurp(*openFile(folder.root(), "a.fits")) == "0123456789");
  CHECK(slurp(*openFile(folder.root(), "sub/b.fits")) == "inside");
  CHECK(slurp(*openFile(folder.root(), "./sub//b.fits")) == "inside");
  CHECK(open("../secret") == "OUTSIDE_ROOT");
  CHECK(open("sub/../../secret") == "OUTSIDE_ROOT");
  CHECK(open((folder.top / "secret").string()) == "OUTSIDE_ROOT");
  CHECK(open("outer") == "OUTSIDE_ROOT");
  CHECK(open("absolute") == "OUTSIDE_ROOT");
  CHECK(open("up/secret") == "OUTSIDE_ROOT");
  CHECK(open("loop") == "OUTSIDE_ROOT");
  CHECK(open("/proc/self/root/etc/passwd") == "OUTSIDE_ROOT");
  CHECK(open("missing") == "FILE_GONE");
  CHECK(open("a.fits/x") == "FILE_GONE");
  CHECK(open("sub") == "NOT_A_FILE");
  CHECK(open("pipe") == "NOT_A_FILE");
  CHECK(open("") == "BAD_PATH");
  CHECK(open(std::string("a.fits\0x", 8)) == "BAD_PATH");
  CHECK(codeOf([&] { openFile(folder.root() + "-no", "a.fits"); }) == "FILE_GONE");
}

TEST_CASE("where the kernel cannot resolve beneath, no link is followed") {
  const Folder folder;
  const auto open = [&](const std::string& path) {
    return codeOf([&] { close(openBeneath(Root(folder.root()), path, true)); });
  };
  CHECK(open("a.fits") == "");
  CHECK(open("./sub//b.fits") == "");
  CHECK(open("inner") == "OUTSIDE_ROOT");
  CHECK(open("outer") == "OUTSIDE_ROOT");
  CHECK(open("absolute") == "OUTSIDE_ROOT");
  CHECK(open("up/secret") != "");
  CHECK(open("../secret") == "OUTSIDE_ROOT");
  CHECK(open("sub/../a.fits") == "OUTSIDE_ROOT");
  CHECK(open("missing") == "FILE_GONE");
  CHECK(open("./") == "NOT_A_FILE");
}

TEST_CASE("a file that changed since its stamp was taken is not read") {
  const Folder folder;
  const FileStamp stamp = openFile(folder.root(), "a.fits")->stamp();
  CHECK(stamp.size == 10);
  CHECK(codeOf([&] { openFile(folder.root(), "a.fits", stamp); }) == "");
  CHECK(codeOf([&] { openFile(folder.root(), "a.fits", FileStamp{10, 0}); }) == "");
  CHECK(codeOf([&] { openFile(folder.root(), "a.fits", FileStamp{11, 0}); }) == "FILE_CHANGED");
  CHECK(codeOf([&] {
          openFile(folder.root(), "a.fits", FileStamp{10, stamp.mtimeNs + 1});
        }) == "FILE_CHANGED");

  const auto reader = openFile(folder.root(), "a.fits");
  fits_test::Bytes out(4);
  CHECK(codeOf([&] { reader->read(7, out); }) == "TRUNCATED");
  CHECK(codeOf([&] { reader->read(UINT64_MAX - 1, out); }) == "TRUNCATED");
  fs::resize_file(folder.top / "root" / "a.fits", 3);
  CHECK(codeOf([&] { reader->read(2, out); }) == "FILE_CHANGED");
}

TEST_CASE("extents: read across them, and ask for what lies between") {
  const auto whole = bytesOf("0123456789abcdefghij");
  const auto part = [&](size_t from, size_t n) {
    return ExtentReader::Extent{from, std::span(whole).subspan(from, n)};
  };
  ExtentReader reader({20, 0}, {part(10, 4), part(0, 4), part(3, 3), part(1, 2)});
  fits_test::Bytes out(6);
  reader.read(0, out);
  CHECK(std::memcmp(out.data(), "012345", 6) == 0);

  fits_test::Bytes all(20);
  CHECK(codeOf([&] { reader.read(0, all); }) == "NEED_RANGES");
  CHECK(reader.need() == std::vector<ByteRange>{{6, 4}, {14, 6}});
  CHECK(codeOf([&] { reader.read(4, out); }) == "NEED_RANGES");
  CHECK(reader.need() == std::vector<ByteRange>{{6, 4}, {14, 6}});
  CHECK(codeOf([&] { reader.read(15, out); }) == "TRUNCATED");

  ExtentReader filled({20, 0}, {part(10, 4), part(0, 6), part(6, 4), part(14, 6)});
  filled.read(0, all);
  CHECK(all == whole);
  CHECK(filled.need().empty());

  ExtentReader nothing({20, 0}, {{25, std::span(whole)}, {5, {}}});
  CHECK(codeOf([&] { nothing.read(0, all); }) == "NEED_RANGES");
  CHECK(nothing.need() == std::vector<ByteRange>{{0, 20}});
}

TEST_CASE("a part of a file is a file of its own, and nothing beside it is read") {
  const Folder folder;
  const auto part = [&](uint64_t offset, uint64_t length) {
    return partOf(openFile(folder.root(), "a.fits"), {offset, length});
  };
  const auto reader = part(3, 4);
  CHECK(slurp(*reader) == "3456");
  CHECK(reader->stamp() ==
        FileStamp{.size = 4, .mtimeNs = openFile(folder.root(), "a.fits")->stamp().mtimeNs});
  fits_test::Bytes two(2);
  reader->read(2, two);
  CHECK(std::string(reinterpret_cast<const char*>(two.data()), 2) == "56");
  CHECK(codeOf([&] { reader->read(3, two); }) == "TRUNCATED");
  CHECK(codeOf([&] { reader->read(5, {}); }) == "TRUNCATED");
  CHECK(codeOf([&] { reader->read(UINT64_MAX, two); }) == "TRUNCATED");
  CHECK(slurp(*part(0, 10)) == "0123456789");
  CHECK(slurp(*part(10, 0)).empty());
  CHECK(codeOf([&] { part(7, 4); }) == "TRUNCATED");
  CHECK(codeOf([&] { part(11, 0); }) == "TRUNCATED");
  CHECK(codeOf([&] { part(1, UINT64_MAX); }) == "TRUNCATED");
}
