// Walking a file's HDUs, and every way in which a file may lie about them.
#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/fits/hdus.h"
#include "fits_builder.h"

using namespace vignet;
using namespace fits_test;

namespace {

std::vector<HduRecord> walk(std::string_view text) {
  Memory memory(text);
  return walkHdus(memory.reader);
}

std::string walkError(std::string_view text) {
  return codeOf([&] { walk(text); });
}

std::string withCards(std::vector<std::string> cards, size_t dataBytes = 0) {
  return header(cards) + padded(std::string(dataBytes, '\0'));
}

}  // namespace

TEST_CASE("offsets, sizes and names") {
  const std::string file = primary() + image(16, {10, 4}, {"EXTNAME = 'A'", "EXTTYPE = 'B'"}) +
                           image(-64, {100, 100, 1}, {"EXTTYPE = 'MASK'"}) + tileTable();
  const auto records = walk(file);
  REQUIRE(records.size() == 4);
  CHECK(records[0].type == HduType::primary);
  CHECK(records[1].hdu.headerOffset == 2880);
  CHECK(records[1].hdu.dataOffset == 5760);
  CHECK(records[1].hdu.dataBytes == 80);
  CHECK(records[1].hdu.end == 8640);
  CHECK(records[1].hdu.name == "A");
  CHECK(records[2].hdu.name == "MASK");
  CHECK(records[2].hdu.dataBytes == 80'000);
  CHECK(records[3].compressedImage);
  CHECK(records[3].hdu.end == file.size());

  const auto shape = imageShape(records[2]);
  REQUIRE(shape);
  CHECK(shape->width == 100);
  CHECK(shape->naxis == 3);
  CHECK(shape->bitpix == -64);
  CHECK_FALSE(imageShape(records[0]));
  CHECK(imageShape(records[3])->bitpix == -32);
}

TEST_CASE("headers longer than a block, and than the reads ahead") {
  std::vector<std::string> many(2000, "COMMENT  nothing");
  many.push_back("EXTNAME = 'FAR'");
  const auto records = walk(primary() + image(8, {3, 3}, many) + image(8, {2, 2}));
  REQUIRE(records.size() == 3);
  CHECK(records[1].hdu.name == "FAR");
  CHECK(records[1].header.size() == 5 + 2001);
}

TEST_CASE("what may follow, or be missing at, the end") {
  const std::string file = primary() + image(8, {10, 10});
  CHECK(walk(file + std::string(5000, 'x')).size() == 2);
  CHECK(walk(file + "XTEN").size() == 2);
  const auto bare = walk(std::string_view(file).substr(0, 2880 + 2880 + 100));
  REQUIRE(bare.size() == 2);
  CHECK(bare[1].hdu.end == 2880 + 2880 + 100);
  CHECK(walkError(std::string_view(file).substr(0, 2880 + 2880 + 99)) == "TRUNCATED");
}

TEST_CASE("a file cut off anywhere is refused or shorter, and never more") {
  const std::string file = primary() + image(16, {10, 4}) + tileTable() + image(8, {40, 80});
  const size_t whole = walk(file).size();
  for (size_t length = 0; length < file.size(); length += 40) {
    const std::string_view cut = std::string_view(file).substr(0, length);
    Memory memory(cut);
    try {
      const auto records = walkHdus(memory.reader);
      CHECK(records.size() <= whole);
      for (const HduRecord& r : records) CHECK(r.hdu.dataOffset + r.hdu.dataBytes <= length);
    } catch (const Error& error) {
      CHECK(error.kind() == Kind::data);
    }
  }
}

TEST_CASE("headers that lie") {
  const std::string ok = card("SIMPLE", "T"), b8 = card("BITPIX", "8");
  CHECK(walkError("") == "NOT_FITS");
  CHECK(walkError("hello") == "NOT_FITS");
  CHECK(walkError("\x1f\x8b\x08 and so on") == "COMPRESSED_FILE");
  CHECK(walkError(withCards({card("SIMPLE", "F"), b8, card("NAXIS", "0")})) == "NOT_FITS");
  CHECK(walkError(withCards({card("SIMPLE", "'T'"), b8, card("NAXIS", "0")})) == "BAD_CARD");
  CHECK(walkError(withCards({ok, card("NAXIS", "0")})) == "BAD_HEADER");
  CHECK(walkError(withCards({ok, card("BITPIX", "7"), card("NAXIS", "0")})) == "BAD_CARD");
  CHECK(walkError(withCards({ok, card("BITPIX", "'8'"), card("NAXIS", "0")})) == "BAD_CARD");
  CHECK(walkError(withCards({ok, b8})) == "BAD_HEADER");
  CHECK(walkError(withCards({ok, b8, card("NAXIS", "-1")})) == "BAD_CARD");
  CHECK(walkError(withCards({ok, b8, card("NAXIS", "1000")})) == "BAD_CARD");
  CHECK(walkError(withCards({ok, b8, card("NAXIS", "2"), card("NAXIS1", "2")})) == "BAD_HEADER");
  CHECK(walkError(withCards({ok, b8, card("NAXIS", "1"), card("NAXIS1", "-2")})) == "BAD_CARD");
  CHECK(walkError(withCards({ok, b8, card("NAXIS", "1"), card("NAXIS1", "2.5")})) == "BAD_CARD");
  CHECK(walkError(withCards({ok, b8, card("NAXIS", "1"), card("NAXIS1", "1000000")})) == "TRUNCATED");
  const std::string huge = "9223372036854775807";
  CHECK(walkError(withCards({ok, b8, card("NAXIS", "1"), card("NAXIS1", huge)})) == "BAD_HEADER");
  CHECK(walkError(withCards({ok, b8, card("NAXIS", "2"), card("NAXIS1", huge), card("NAXIS2", huge)})) ==
        "BAD_HEADER");
  CHECK(walkError(withCards({ok, b8, card("NAXIS", "2"), card("NAXIS1", "4294967296"),
                             card("NAXIS2", "4294967296")})) == "BAD_HEADER");
  CHECK(walkError(withCards({ok, b8, card("NAXIS", "2"), card("NAXIS1", "0"), card("NAXIS2", "5"),
                             card("GROUPS", "T")})) == "RANDOM_GROUPS");
  CHECK(walkError(header({ok, b8, card("NAXIS", "0")}, false)) == "TRUNCATED");

  const std::string ext = card("XTENSION", "'IMAGE'");
  CHECK(walkError(primary() + withCards({ext, b8, card("NAXIS", "1"), card("NAXIS1", "1"),
                                         card("PCOUNT", "-1")})) == "BAD_CARD");
  CHECK(walkError(primary() + withCards({ext, b8, card("NAXIS", "1"), card("NAXIS1", "1"),
                                         card("GCOUNT", huge), card("PCOUNT", huge)})) == "BAD_HEADER");
  CHECK(walkError(primary() + header({ext, b8, card("NAXIS", "0")}, false)) == "TRUNCATED");

  std::string none = primary() + image(16, {4, 4}, {card("GCOUNT", "0")});
  const auto records = walk(none);
  CHECK(codeOf([&] { imageShape(records[1]); }) == "BAD_IMAGE");
}

TEST_CASE("axes of nothing, and too many HDUs") {
  const std::string wide =
      withCards({card("XTENSION", "'BINTABLE'"), card("BITPIX", "8"), card("NAXIS", "2"),
                 card("NAXIS1", "777777701"), card("NAXIS2", "0"), card("PCOUNT", "0"), card("GCOUNT", "1")});
  const auto records = walk(primary() + wide + image(8, {2, 2}));
  REQUIRE(records.size() == 3);
  CHECK(records[1].hdu.dataBytes == 0);

  std::string many = primary();
  const std::string empty = header({card("XTENSION", "'IMAGE'"), card("BITPIX", "8"), card("NAXIS", "0")});
  for (size_t i = 0; i < kMaxHdus; ++i) many += empty;
  CHECK(walkError(many) == "TOO_MANY_HDUS");
}
