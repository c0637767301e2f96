// Cards, padding and checksums are what the standard says and what cfitsio reads back.
#include <doctest/doctest.h>
#include <fitsio.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "core/fits/write.h"

using namespace vignet;

namespace {

std::vector<std::byte> bytesOf(const std::string& text) {
  std::vector<std::byte> out(text.size());
  std::memcpy(out.data(), text.data(), text.size());
  return out;
}

struct Memory {
  explicit Memory(std::vector<std::byte>& bytes) : data(bytes.data()), size(bytes.size()) {
    fits_open_memfile(&file, "answer.fits", READONLY, &data, &size, 0, nullptr, &status);
    REQUIRE(status == 0);
  }
  ~Memory() {
    int ignored = 0;
    fits_close_file(file, &ignored);
  }
  void* data;
  std::size_t size;
  fitsfile* file = nullptr;
  int status = 0;
};

HeaderWriter primary() {
  HeaderWriter header;
  header.add("SIMPLE", true, "conforms to FITS standard");
  header.add("BITPIX", 8, "array data type");
  header.add("NAXIS", 0, "number of array dimensions");
  return header;
}

}  // namespace

TEST_CASE("reals: shortest text that reads back, with a decimal point") {
  CHECK(formatReal(0.1) == "0.1");
  CHECK(formatReal(1) == "1.0");
  CHECK(formatReal(-0.0) == "-0.0");
  CHECK(formatReal(1e300) == "1.0E+300");
  CHECK(formatReal(std::nan("")).empty());
  CHECK(formatReal(std::numeric_limits<double>::infinity()).empty());
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, 8);
    if (!std::isfinite(value)) continue;
    const std::string text = formatReal(value);
    CHECK(std::strtod(text.c_str(), nullptr) == value);
    CHECK(text.find('.') != std::string::npos);
  }
}

TEST_CASE("cfitsio reads every kind of card back") {
  const std::string text = "It's a 'long' one: " + std::string(200, 'x') + "''''" + std::string(90, '\'') +
                           " & more &" + std::string(60, 'z');
  HeaderWriter header = primary();
  header.add("SHORT", "it's", "a comment");
  header.add("EMPTY", "");
  header.add("LONG", text, "about the long one");
  header.add("PI", 3.141592653589793, "a number");
  header.add("BIG", int64_t{-9223372036854775807});
  header.add("YES", true);
  header.add("A LONG NAME", 12.5, "HIERARCH");
  header.add("UTF", "\xc3\xa9t\xc3\xa9");
  header.addLiteral("CRPIX1", "-12345678901234567890.123456789012345", "exact");
  header.reserveChecksums();
  CHECK(header.size() % 80 == 0);
  std::vector<std::byte> bytes = bytesOf(header.finish());
  CHECK(bytes.size() == header.paddedSize());
  CHECK(bytes.size() % 2880 == 0);
  writeAllChecksums(bytes);
  Memory memory(bytes);
  int status = 0;
  char value[200], comment[100];
  CHECK(fits_read_key(memory.file, TSTRING, "SHORT", value, comment, &status) == 0);
  CHECK(std::string(value) == "it's");
  CHECK(std::string(comment) == "a comment");
  char* read = nullptr;
  REQUIRE(fits_read_key_longstr(memory.file, "LONG", &read, comment, &status) == 0);
  CHECK(std::string(read) == text);
  fits_free_memory(read, &status);
  double number = 0;
  CHECK(fits_read_key(memory.file, TDOUBLE, "PI", &number, comment, &status) == 0);
  CHECK(number == 3.141592653589793);
  CHECK(fits_read_key(memory.file, TDOUBLE, "A LONG NAME", &number, nullptr, &status) == 0);
  CHECK(number == 12.5);
  LONGLONG big = 0;
  CHECK(fits_read_key(memory.file, TLONGLONG, "BIG", &big, nullptr, &status) == 0);
  CHECK(big == -9223372036854775807);
  CHECK(fits_read_key(memory.file, TSTRING, "UTF", value, nullptr, &status) == 0);
  CHECK(std::string(value) == "??t??");
  int dataOk = 0, hduOk = 0;
  CHECK(fits_verify_chksum(memory.file, &dataOk, &hduOk, &status) == 0);
  CHECK(dataOk == 1);
  CHECK(hduOk == 1);
}

TEST_CASE("checksums of random HDUs verify in cfitsio; pieces sum like the whole") {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 60; ++trial) {
    const int64_t n = trial == 0 ? 0 : static_cast<int64_t>(random() % 9000);
    HeaderWriter header;
    header.add("SIMPLE", true);
    header.add("BITPIX", 8);
    header.add("NAXIS", 1);
    header.add("NAXIS1", n);
    header.add("TRIAL", trial);
    header.reserveChecksums();
    std::vector<std::byte> bytes = bytesOf(header.finish());
    const std::size_t headerBytes = bytes.size();
    for (int64_t i = 0; i < n; ++i)
      bytes.push_back(trial % 3 == 1 ? std::byte{0xff} : static_cast<std::byte>(random()));
    bytes.resize(paddedBlock(bytes.size()));
    writeChecksums(bytes, headerBytes);
    const auto once = bytes;
    writeChecksums(bytes, headerBytes);
    CHECK(once == bytes);
    CHECK(checksumOf(bytes) == 0xffffffffu);
    Checksum pieces;
    std::size_t at = 0;
    while (at < bytes.size()) {
      const std::size_t some = std::min<std::size_t>(bytes.size() - at, 4 * (random() % 400));
      pieces.add(std::span(bytes).subspan(at, some));
      at += some;
    }
    CHECK(pieces.value() == 0xffffffffu);
    Memory memory(bytes);
    int dataOk = 0, hduOk = 0, status = 0;
    CHECK(fits_verify_chksum(memory.file, &dataOk, &hduOk, &status) == 0);
    CHECK(dataOk == 1);
    CHECK(hduOk == 1);
  }
}
