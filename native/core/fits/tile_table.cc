#include "core/fits/tile_table.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/column_type.h"
#include "core/fits/planes.h"
#include "core/fits/table_fields.h"

namespace vignet {
namespace {

[[noreturn]] void bad(const Header& header, const std::string& problem) {
  throw Error(Kind::data, "BAD_TILE_TABLE", header.where() + ": " + problem);
}
[[noreturn]] void unsupported(const Header& header, const std::string& problem) {
  throw Error(Kind::data, "UNSUPPORTED_TILES", header.where() + ": " + problem);
}

std::string oneOf(std::string_view types) {
  std::string text;
  for (const char type : types) text += (text.empty() ? "" : ", ") + std::string(1, type);
  return text;
}

std::optional<TileColumn> columnNamed(const Header& header, const std::vector<TableField>& fields,
                                      const char* name, std::string_view types, bool array) {
  for (const TableField& field : fields) {
    if (field.name != name) continue;
    const bool isArray = field.column.descriptor != 0;
    if (isArray != array || field.repeat != 1 || types.find(field.column.type) == std::string_view::npos)
      bad(header, expectedFor(std::string(array ? "an array" : "one value") + " of type " + oneOf(types),
                              "TFORM of the column " + std::string(name), printable(field.format)));
    return field.column;
  }
  return std::nullopt;
}

Codec codecOf(const Header& header) {
  const std::string name = upperCase(header.getString("ZCMPTYPE").value_or(""));
  if (name == "RICE_1" || name == "RICE_ONE") return Codec::rice1;
  if (name == "GZIP_1") return Codec::gzip1;
  if (name == "GZIP_2") return Codec::gzip2;
  if (name == "PLIO_1") return Codec::plio1;
  if (name == "HCOMPRESS_1") return Codec::hcompress1;
  if (name == "NOCOMPRESS") return Codec::nocompress;
  unsupported(header, expectedFor("RICE_1, GZIP_1, GZIP_2, PLIO_1, HCOMPRESS_1 or NOCOMPRESS", "ZCMPTYPE",
                                  printable(name)));
}

// The value of the compression parameter `name`, wherever among ZNAMEi/ZVALi it is.
int32_t parameter(const Header& header, std::string_view name, int32_t otherwise, int32_t least,
                  int32_t most) {
  for (int i = 1; i <= 99; ++i) {
    const auto at = header.getString("ZNAME" + std::to_string(i));
    if (!at) break;
    if (upperCase(*at) != name) continue;
    const std::string keyword = "ZVAL" + std::to_string(i);
    const int64_t value = header.getInt(keyword).value_or(otherwise);
    if (value < least || value > most)
      bad(header, expectedFor(std::to_string(least) + " to " + std::to_string(most),
                              keyword + " (" + std::string(name) + ")", value));
    return static_cast<int32_t>(value);
  }
  return otherwise;
}

uint32_t tileAxis(const Header& header, int n, uint32_t length, uint32_t otherwise) {
  const std::string keyword = "ZTILE" + std::to_string(n);
  const auto value = header.getInt(keyword);
  if (!value) return otherwise;
  if (*value < 1) bad(header, expectedFor("at least 1", keyword, *value));
  // A tile that overhangs the image is cut off there.
  return static_cast<uint32_t>(std::min<int64_t>(*value, length));
}

void readCodecParameters(const Header& header, TileTable& tiles) {
  if (tiles.codec == Codec::rice1) {
    tiles.blockSize = parameter(header, "BLOCKSIZE", 32, 1, 1024);
    tiles.bytePix = parameter(header, "BYTEPIX", 4, 1, 8);
    if (tiles.bytePix != 1 && tiles.bytePix != 2 && tiles.bytePix != 4)
      unsupported(header, expectedFor("1, 2 or 4", "BYTEPIX of RICE_1", tiles.bytePix));
  } else if (tiles.codec == Codec::hcompress1) {
    // SCALE records what the encoder was asked for, and may be a fraction or negative; each stream holds the
    // scale that decoding needs.
    tiles.hcompSmooth = parameter(header, "SMOOTH", 0, 0, INT32_MAX);
  }
}

// How floats were quantised. Integer pixels are never dithered, whatever ZQUANTIZ says: old afw files write
// SUBTRACTIVE_DITHER_1 also for pixels that afw itself had quantised with one BSCALE and BZERO.
void readQuantization(const Header& header, const ImageShape& shape, TileTable& tiles) {
  tiles.scale = header.getDouble("ZSCALE").value_or(1.0);
  tiles.zero = header.getDouble("ZZERO").value_or(0.0);
  tiles.blank = header.getInt("ZBLANK");
  if (shape.bitpix > 0) return;
  const bool integerCodec =
      tiles.codec == Codec::rice1 || tiles.codec == Codec::plio1 || tiles.codec == Codec::hcompress1;
  tiles.quantized = tiles.zscale || header.find("ZSCALE") || integerCodec;
  if (!tiles.quantized) return;
  if (!tiles.blank && !tiles.zblank) tiles.blank = header.getInt("BLANK");

  const std::string method = upperCase(header.getString("ZQUANTIZ").value_or("NO_DITHER"));
  if (method == "SUBTRACTIVE_DITHER_1")
    tiles.dither = Dither::subtractive1;
  else if (method == "SUBTRACTIVE_DITHER_2")
    tiles.dither = Dither::subtractive2;
  else if (method != "NO_DITHER" && method != "NONE")
    unsupported(header, expectedFor("NO_DITHER, SUBTRACTIVE_DITHER_1 or SUBTRACTIVE_DITHER_2", "ZQUANTIZ",
                                    printable(method)));
  if (tiles.dither == Dither::none) return;
  const int64_t seed = header.getInt("ZDITHER0").value_or(1);
  if (seed < 1 || seed > 10'000) bad(header, expectedFor("1 to 10000", "ZDITHER0", seed));
  tiles.ditherSeed = static_cast<int32_t>(seed);
}

void readColumns(const Header& header, const std::vector<TableField>& fields, TileTable& tiles) {
  tiles.compressed = columnNamed(header, fields, "COMPRESSED_DATA", "BIJ", true);
  tiles.gzipFallback = columnNamed(header, fields, "GZIP_COMPRESSED_DATA", "B", true);
  tiles.uncompressed = columnNamed(header, fields, "UNCOMPRESSED_DATA", "BIJKED", true);
  tiles.zscale = columnNamed(header, fields, "ZSCALE", "DE", false);
  tiles.zzero = columnNamed(header, fields, "ZZERO", "DE", false);
  tiles.zblank = columnNamed(header, fields, "ZBLANK", "BIJK", false);
  if (!tiles.compressed) bad(header, "expected a column COMPRESSED_DATA, received none");
  for (const TableField& field : fields)
    if (field.name == "NULL_PIXEL_MASK")
      unsupported(
          header,
          "expected undefined pixels as ZBLANK, received a column NULL_PIXEL_MASK, which is not supported");
}

}  // namespace

uint64_t tileCount(const ImageShape& shape, const TileTable& tiles) {
  return tilesAlong(shape.width, tiles.tileWidth) * tilesAlong(shape.height, tiles.tileHeight) *
         tilesAlong(shape.depth[0], tiles.tileDepth[0]) * tilesAlong(shape.depth[1], tiles.tileDepth[1]);
}

std::optional<uint64_t> tilePixels(const TileTable& tiles) {
  uint64_t pixels = 1;
  for (const uint32_t side : {tiles.tileWidth, tiles.tileHeight, tiles.tileDepth[0], tiles.tileDepth[1]}) {
    pixels *= side;  // 28 + 32 bits at most
    if (pixels > kMaxTilePixels) return std::nullopt;
  }
  return pixels;
}

uint32_t cellBytes(const TileColumn& column) {
  if (column.descriptor == 'P') return 8;
  if (column.descriptor == 'Q') return 16;
  return column.descriptor == 0 ? elementBytes(column.type) : 0;
}

TileTable readTileTable(const HduRecord& record, const ImageShape& shape) {
  const Header& header = record.header;
  if (record.bitpix != 8 || record.axes.size() != 2 || header.getInt("GCOUNT").value_or(1) != 1)
    bad(header, "expected BITPIX = 8, NAXIS = 2 and GCOUNT = 1 for a binary table, received BITPIX = " +
                    std::to_string(record.bitpix) + ", NAXIS = " + std::to_string(record.axes.size()));
  if (record.axes[0] > UINT32_MAX)
    bad(header, expectedFor("at most 4294967295 bytes", "NAXIS1", record.axes[0]));

  TileTable tiles;
  tiles.rowBytes = static_cast<uint32_t>(record.axes[0]);
  tiles.rows = record.axes[1];
  tiles.codec = codecOf(header);
  tiles.tileWidth = tileAxis(header, 1, shape.width, shape.width);
  tiles.tileHeight = tileAxis(header, 2, shape.height, 1);
  for (int n = 3; n <= shape.naxis; ++n) {
    const uint32_t depth = tileAxis(header, n, n <= 4 ? shape.depth[static_cast<size_t>(n - 3)] : 1, 1);
    if (n <= 4) tiles.tileDepth[static_cast<size_t>(n - 3)] = depth;
  }
  const ImageShape tile{shape.bitpix, shape.naxis, tiles.tileWidth, tiles.tileHeight, tiles.tileDepth};
  if (!tilePixels(tiles))
    unsupported(header, expectedFor("at most " + std::to_string(kMaxTilePixels) + " pixels", "a tile",
                                    sizeText(tile) + "; compress the image with smaller tiles"));
  if (tiles.codec == Codec::hcompress1 && tile.isCube())
    unsupported(header,
                expectedFor("tiles of one slice (ZTILE3 = 1, ZTILE4 = 1)", "HCOMPRESS_1", sizeText(tile)));
  const uint64_t expected = tileCount(shape, tiles);
  if (tiles.rows != expected)
    bad(header, expectedFor(std::to_string(expected) + " rows, one per tile,", "NAXIS2", tiles.rows));

  // Both lie in the data unit, whose size was checked against the file.
  const uint64_t tableBytes = tiles.rows * tiles.rowBytes;
  const int64_t heap = header.getInt("THEAP").value_or(static_cast<int64_t>(tableBytes));
  if (heap < 0 || static_cast<uint64_t>(heap) < tableBytes ||
      static_cast<uint64_t>(heap) > record.hdu.dataBytes)
    bad(header, expectedFor(std::to_string(tableBytes) + " to " + std::to_string(record.hdu.dataBytes) +
                                " (the end of the table to the end of the data)",
                            "THEAP", heap));
  tiles.heapOffset = static_cast<uint64_t>(heap);
  tiles.heapBytes = record.hdu.dataBytes - tiles.heapOffset;

  readColumns(header, readTableFields(header, tiles.rowBytes, "BAD_TILE_TABLE"), tiles);
  readCodecParameters(header, tiles);
  readQuantization(header, shape, tiles);
  return tiles;
}

}  // namespace vignet
