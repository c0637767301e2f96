// Big-endian numbers and the bounded serialisers.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/base/bytes.h"
#include "core/base/crc32.h"
#include "core/base/message.h"
#include "fits_builder.h"

using namespace vignet;
using fits_test::codeOf;

TEST_CASE("big-endian numbers, at any alignment") {
  const uint8_t raw[] = {0, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};
  const auto* at = reinterpret_cast<const std::byte*>(raw) + 1;
  CHECK(loadBe<uint8_t>(at) == 0x01);
  CHECK(loadBe<int16_t>(at) == 0x0102);
  CHECK(loadBe<uint32_t>(at) == 0x01020304u);
  CHECK(loadBe<uint64_t>(at) == 0x0102030405060708ull);
  std::byte out[9];
  storeBe(out + 1, -2.5f);
  CHECK(out[1] == std::byte{0xc0});
  CHECK(out[2] == std::byte{0x20});
  storeBe(out + 1, -2.5);
  CHECK(loadBe<double>(out + 1) == -2.5);
}

TEST_CASE("what is written comes back, to the last bit") {
  ByteWriter w;
  const std::vector<int64_t> numbers{0,
                                     1,
                                     -1,
                                     63,
                                     64,
                                     -64,
                                     -65,
                                     1'000'000,
                                     std::numeric_limits<int64_t>::max(),
                                     std::numeric_limits<int64_t>::min()};
  for (const int64_t n : numbers) {
    w.signedInteger(n);
    w.integer(static_cast<uint64_t>(n));
    w.real(static_cast<double>(n) / 3);
  }
  w.text("words");
  w.real(std::nan(""));
  const auto bytes = w.take();
  ByteReader r(bytes, "BAD_LAYOUT");
  for (const int64_t n : numbers) {
    CHECK(r.signedInteger() == n);
    CHECK(r.integer() == static_cast<uint64_t>(n));
    CHECK(r.real() == static_cast<double>(n) / 3);
  }
  CHECK(r.view(5) == "words");
  CHECK(std::isnan(r.real()));
  CHECK(r.remaining() == 0);
}

TEST_CASE("lying bytes are refused") {
  const auto read = [](std::initializer_list<uint8_t> raw, auto what) {
    const auto bytes = std::as_bytes(std::span(raw.begin(), raw.size()));
    return codeOf([&] {
      ByteReader r(bytes, "BAD_LAYOUT");
      what(r);
    });
  };
  CHECK(read({}, [](ByteReader& r) { r.byte(); }) == "BAD_LAYOUT");
  CHECK(read({0x80}, [](ByteReader& r) { r.integer(); }) == "BAD_LAYOUT");
  CHECK(read({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02},
             [](ByteReader& r) { r.integer(); }) == "BAD_LAYOUT");
  CHECK(read({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
             [](ByteReader& r) { r.integer(); }) == "");
  CHECK(read({0x05}, [](ByteReader& r) { r.integer(4); }) == "BAD_LAYOUT");
  CHECK(read({0x05, 'a'}, [](ByteReader& r) { r.view(100); }) == "BAD_LAYOUT");
  CHECK(read({0xff, 0xff, 0x03, 0, 0}, [](ByteReader& r) { r.count(1'000'000); }) == "BAD_LAYOUT");
  CHECK(read({0x02}, [](ByteReader& r) { r.flag(); }) == "BAD_LAYOUT");
}

TEST_CASE("CRC-32 has its standard check value") {
  CHECK(crc32(fits_test::bytesOf("123456789")) == 0xcbf43926u);
  CHECK(crc32({}) == 0);
}

TEST_CASE("messages name what was expected and received, and hostile bytes are escaped") {
  CHECK(expectedFor("0 to 999", "NAXIS", int64_t{-1}) == "expected 0 to 999 for NAXIS, received -1");
  CHECK(expectedFor("degrees", "RA", 0.1) == "expected degrees for RA, received 0.1");
  CHECK(expectedFor("a number", "CRPIX1", printable("x")) == "expected a number for CRPIX1, received 'x'");
  CHECK(printable(std::string("a\n\x1b[2J\0\xff", 8)) == "'a\\x0a\\x1b[2J\\x00\\xff'");
  CHECK(printable(std::string(61, 'x')) == "'" + std::string(60, 'x') + "…' (61 bytes)");
  CHECK(printable("") == "''");
  CHECK(decimal(std::nan("")) == "NaN");
  CHECK(decimal(-INFINITY) == "-Infinity");
  CHECK(decimal(1e300) == "1e+300");
}
