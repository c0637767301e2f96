// Tile tables: geometry, columns, parameters and their lies.
#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/fits/hdus.h"
#include "core/fits/tile_table.h"
#include "fits_builder.h"

using namespace vignet;
using namespace fits_test;

namespace {

using Replace = std::vector<std::pair<std::string, std::string>>;

TileTable read(const Replace& replace, int heap = 64) {
  Memory memory(primary() + tileTable(replace, heap));
  const auto records = walkHdus(memory.reader);
  REQUIRE(records.size() == 2);
  const auto shape = imageShape(records[1]);
  REQUIRE(shape);
  return readTileTable(records[1], *shape);
}

std::string refusal(const Replace& replace) {
  return codeOf([&] { read(replace); });
}

}  // namespace

TEST_CASE("a quantised float image in row tiles") {
  const TileTable t = read({});
  CHECK(t.rows == 4);
  CHECK(t.rowBytes == 24);
  CHECK(t.heapOffset == 96);
  CHECK(t.heapBytes == 64);
  CHECK(t.tileWidth == 10);
  CHECK(t.tileHeight == 1);
  CHECK(t.codec == Codec::rice1);
  CHECK(t.quantized);
  CHECK(t.dither == Dither::subtractive2);
  CHECK(t.ditherSeed == 77);
  REQUIRE(t.compressed);
  CHECK(t.compressed->offset == 0);
  CHECK(t.compressed->descriptor == 'P');
  CHECK(t.compressed->type == 'B');
  CHECK(t.zscale->offset == 8);
  CHECK(t.zzero->offset == 16);
  CHECK(t.zzero->type == 'D');
  CHECK_FALSE(t.zblank);
  CHECK_FALSE(t.blank);
}

TEST_CASE("integers are never dithered, whatever ZQUANTIZ says") {
  const TileTable t = read({{"ZBITPIX", "32"},
                            {"ZQUANTIZ", "'SUBTRACTIVE_DITHER_1'"},
                            {"TTYPE2", "'X'"},
                            {"TTYPE3", "'Y'"},
                            {"BSCALE", "0.5"},
                            {"BLANK", "2147483647"}});
  CHECK_FALSE(t.quantized);
  CHECK(t.dither == Dither::none);
  CHECK_FALSE(t.zscale);
}

TEST_CASE("other layouts of the same") {
  CHECK(read({{"ZCMPTYPE", "'RICE_ONE'"}}).codec == Codec::rice1);
  CHECK(read({{"ZQUANTIZ", "-"}}).dither == Dither::none);
  CHECK(read({{"ZQUANTIZ", "'NO_DITHER'"}}).dither == Dither::none);
  CHECK(read({{"ZBLANK", "-5"}}).blank == -5);
  CHECK(read({{"BLANK", "-6"}}).blank == -6);
  const TileTable params =
      read({{"ZNAME1", "'BLOCKSIZE'"}, {"ZVAL1", "16"}, {"ZNAME2", "'BYTEPIX'"}, {"ZVAL2", "2"}});
  CHECK(params.blockSize == 16);
  CHECK(params.bytePix == 2);
  const TileTable other = read({{"ZNAME1", "'NOISEBIT'"}, {"ZVAL1", "0.5"}});
  CHECK(other.bytePix == 4);
  CHECK(other.blockSize == 32);

  const TileTable gzip =
      read({{"ZCMPTYPE", "'GZIP_2'"}, {"ZQUANTIZ", "'NONE'"}, {"TTYPE2", "'X'"}, {"TTYPE3", "'Y'"}});
  CHECK_FALSE(gzip.quantized);
  const TileTable keywords = read(
      {{"ZCMPTYPE", "'GZIP_1'"}, {"TTYPE2", "'X'"}, {"TTYPE3", "'Y'"}, {"ZSCALE", "0.25"}, {"ZZERO", "3"}});
  CHECK(keywords.quantized);
  CHECK(keywords.scale == 0.25);
  CHECK(keywords.zero == 3);

  const TileTable gap = read({{"THEAP", "100"}, {"PCOUNT", "64"}});
  CHECK(gap.heapOffset == 100);
  CHECK(gap.heapBytes == 60);
  const TileTable q = read({{"TFORM1", "'QB'"}, {"TFORM2", "'1E'"}, {"TFORM3", "'1E'"}});
  CHECK(q.compressed->descriptor == 'Q');
  CHECK(q.zzero->offset == 20);
  const TileTable wide = read({{"ZTILE1", "400"}, {"ZTILE2", "1"}});
  CHECK(wide.tileWidth == 10);
  const TileTable tall = read({{"ZTILE1", "5"}, {"ZTILE2", "2"}});
  CHECK(tall.tileWidth == 5);
  CHECK(tall.tileHeight == 2);
  CHECK(read({{"ZNAXIS", "3"}, {"ZNAXIS3", "1"}, {"ZTILE3", "1"}}).rows == 4);
}

TEST_CASE("tile tables that lie") {
  CHECK(refusal({{"NAXIS2", "3"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"ZTILE1", "0"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"ZTILE2", "-4"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"ZTILE2", "2"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"ZTILE1", "'a'"}}) == "BAD_CARD");
  CHECK(refusal({{"ZCMPTYPE", "'ZSTD'"}}) == "UNSUPPORTED_TILES");
  CHECK(refusal({{"ZCMPTYPE", "-"}}) == "UNSUPPORTED_TILES");
  CHECK(refusal({{"ZQUANTIZ", "'MAGIC'"}}) == "UNSUPPORTED_TILES");
  CHECK(refusal({{"ZDITHER0", "0"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"ZDITHER0", "10001"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"THEAP", "95"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"THEAP", "161"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"THEAP", "-1"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFIELDS", "-"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFIELDS", "1000"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFIELDS", "4"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM1", "'1PB'"}, {"TFORM2", "'9D'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM2", "'2D'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM2", "'1J'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM2", "'1PD(1)'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM1", "'8B'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM1", "'1PD'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM1", "'1P'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM1", "'2PB'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM1", "'0PB'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM1", "'Y'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM1", "''"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM1", "'99999999999999999999B'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TFORM1", "7"}}) == "BAD_CARD");
  CHECK(refusal({{"TTYPE1", "'SOMETHING'"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"TTYPE3", "'NULL_PIXEL_MASK'"}}) == "UNSUPPORTED_TILES");
  CHECK(refusal({{"ZNAME1", "'BYTEPIX'"}, {"ZVAL1", "3"}}) == "UNSUPPORTED_TILES");
  CHECK(refusal({{"ZNAME1", "'BYTEPIX'"}, {"ZVAL1", "-1"}}) == "BAD_TILE_TABLE");
  CHECK(refusal({{"ZNAME1", "'BLOCKSIZE'"}, {"ZVAL1", "0"}}) == "BAD_TILE_TABLE");
  CHECK(refusal(
            {{"ZNAXIS1", "1000000"}, {"ZNAXIS2", "1000000"}, {"ZTILE1", "1000000"}, {"ZTILE2", "1000000"}}) ==
        "UNSUPPORTED_TILES");
  CHECK(refusal({{"BITPIX", "16"}, {"PCOUNT", "0"}}) != "");

  const auto shapeRefusal = [](const Replace& replace) {
    Memory memory(primary() + tileTable(replace));
    const auto records = walkHdus(memory.reader);
    return codeOf([&] { imageShape(records.at(1)); });
  };
  CHECK(shapeRefusal({{"ZBITPIX", "12"}}) == "BAD_CARD");
  CHECK(shapeRefusal({{"ZBITPIX", "-"}}) == "BAD_HEADER");
  CHECK(shapeRefusal({{"ZNAXIS", "-1"}}) == "BAD_CARD");
  CHECK(shapeRefusal({{"ZNAXIS2", "-"}}) == "BAD_HEADER");
  CHECK(shapeRefusal({{"ZNAXIS1", "4294967296"}}) == "BAD_IMAGE");
}
