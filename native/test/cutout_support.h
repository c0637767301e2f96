// What the tests of cutouts share: real files, whole answers, and cfitsio as the one who knows.
#pragma once
#include <doctest/doctest.h>
#include <fitsio.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/cutout/answer.h"
#include "core/fits/layout.h"
#include "oracle.h"

namespace vignet::test {

namespace fs = std::filesystem;

class MemoryReader : public Reader {
 public:
  explicit MemoryReader(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}
  FileStamp stamp() const override { return {bytes_.size(), 0}; }
  void read(uint64_t offset, std::span<std::byte> out) override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
      throw Error(Kind::data, "TRUNCATED", "the file ends too early");
    }
    std::memcpy(out.data(), bytes_.data() + offset, out.size());
  }
  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

inline std::vector<std::byte> slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), path.string());
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  std::vector<std::byte> out(text.size());
  if (!text.empty()) std::memcpy(out.data(), text.data(), text.size());
  return out;
}

// A dataset of one or more files in memory.
struct Dataset {
  std::vector<std::unique_ptr<MemoryReader>> files;
  std::vector<Reader*> readers;
  Layout layout;

  void add(std::vector<std::byte> bytes) {
    files.push_back(std::make_unique<MemoryReader>(std::move(bytes)));
    readers.push_back(files.back().get());
  }
  std::vector<std::byte> cut(const CutoutRequest& request) const {
    std::vector<std::byte> out(planCutout(composeAnswer(layout, request)).size);
    REQUIRE(fillCutout(composeAnswer(layout, request), readers, 0, out, 0, Control()) == out.size());
    return out;
  }
};

using oracle::realData;

inline Dataset open(const fs::path& path) {
  Dataset out;
  out.add(slurp(path));
  const LayoutSource source{out.readers[0], std::nullopt, std::nullopt};
  out.layout = readLayout(std::span(&source, 1));
  return out;
}

// A FITS file in memory, read by cfitsio.
class Fits {
 public:
  explicit Fits(std::span<const std::byte> bytes)
      : bytes_(bytes.begin(), bytes.end()), data_(bytes_.data()), size_(bytes_.size()) {
    fits_open_memfile(&file, "memory.fits", READONLY, &data_, &size_, 0, nullptr, &status);
    REQUIRE(status == 0);
  }
  ~Fits() {
    int ignored = 0;
    fits_close_file(file, &ignored);
  }
  Fits(const Fits&) = delete;
  Fits& operator=(const Fits&) = delete;

  void move(int hdu) {  // 0-based
    fits_movabs_hdu(file, hdu + 1, nullptr, &status);
    REQUIRE(status == 0);
  }
  int count() {
    int n = 0;
    fits_get_num_hdus(file, &n, &status);
    return n;
  }
  std::string text(const char* name) {
    char value[FLEN_VALUE] = "";
    int missing = 0;
    if (fits_read_key(file, TSTRING, name, value, nullptr, &missing) != 0) return {};
    return value;
  }
  double number(const char* name) {
    double value = 0;
    fits_read_key(file, TDOUBLE, name, &value, nullptr, &status);
    REQUIRE_MESSAGE(status == 0, name);
    return value;
  }
  bool has(const char* name) {
    char card[FLEN_CARD];
    int missing = 0;
    const bool found = fits_read_card(file, name, card, &missing) == 0;
    fits_clear_errmsg();
    return found;
  }
  std::string header() {
    char* cards = nullptr;
    int n = 0;
    fits_hdr2str(file, 0, nullptr, 0, &cards, &n, &status);
    REQUIRE(status == 0);
    const std::string out(cards);
    fits_free_memory(cards, &status);
    return out;
  }

  fitsfile* file = nullptr;
  int status = 0;

 private:
  std::vector<std::byte> bytes_;
  void* data_;
  std::size_t size_;
};

// Boxes worth trying on an image: the whole, a corner, one off the centre, the last column, one pixel.
inline std::vector<Box> boxesOf(uint32_t w, uint32_t h) {
  const uint32_t a = std::max(w / 4, 1u), b = std::max(h / 4, 1u);
  return {{0, 0, w, h},
          {w - a, h - b, w, h},
          {w / 3, h / 3, w / 3 + a, h / 3 + b},
          {w - 1, 0, w, h},
          {w / 2, h / 2, w / 2 + 1, h / 2 + 1}};
}

}  // namespace vignet::test
