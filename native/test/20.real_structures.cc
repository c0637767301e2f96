// The structure of every real file is what cfitsio says it is.
#include <doctest/doctest.h>
#include <fitsio.h>

#include <cmath>

#include "core/base/error.h"
#include "core/fits/hdus.h"
#include "core/fits/tile_table.h"
#include "real_files.h"

// Exported by cfitsio, though not in its header: a quoted value without its quotes.
extern "C" int ffc2s(const char* quoted, char* text, int* status);

using namespace vignet;

namespace {

struct Cfitsio {
  explicit Cfitsio(const std::string& path) {
    fits_open_diskfile(&file, path.c_str(), READONLY, &status);
    REQUIRE(status == 0);
  }
  ~Cfitsio() {
    int ignored = 0;
    fits_close_file(file, &ignored);
  }
  fitsfile* file = nullptr;
  int status = 0;
};

Codec codecOf(int type) {
  switch (type) {
    case RICE_1:
      return Codec::rice1;
    case GZIP_1:
      return Codec::gzip1;
    case GZIP_2:
      return Codec::gzip2;
    case PLIO_1:
      return Codec::plio1;
    case HCOMPRESS_1:
      return Codec::hcompress1;
    case NOCOMPRESS:
      return Codec::nocompress;
    default:
      return Codec::none;
  }
}

void compareTiles(Cfitsio& c, const HduRecord& record, const ImageShape& shape) {
  const TileTable t = readTileTable(record, shape);
  const FITSfile& f = *c.file->Fptr;
  CHECK(t.codec == codecOf(f.compress_type));
  CHECK(t.tileWidth == static_cast<uint32_t>(f.tilesize[0]));
  CHECK(t.tileHeight == static_cast<uint32_t>(f.tilesize[1]));
  CHECK(static_cast<LONGLONG>(t.rows) == f.numrows);
  CHECK(static_cast<LONGLONG>(t.rowBytes) == f.rowlength);
  CHECK(static_cast<LONGLONG>(t.heapOffset) == f.heapstart);
  CHECK(static_cast<LONGLONG>(t.heapBytes) >= f.heapsize);
  const auto offset = [&](int columnNumber) {
    return static_cast<uint32_t>(f.tableptr[columnNumber - 1].tbcol);
  };
  REQUIRE(t.compressed);
  CHECK(t.compressed->offset == offset(f.cn_compressed));
  CHECK(t.gzipFallback.has_value() == (f.cn_gzip_data > 0));
  CHECK(t.uncompressed.has_value() == (f.cn_uncompressed > 0));
  CHECK(t.zscale.has_value() == (f.cn_zscale > 0));
  CHECK(t.zzero.has_value() == (f.cn_zzero > 0));
  CHECK(t.zblank.has_value() == (f.cn_zblank > 0));
  if (t.gzipFallback) CHECK(t.gzipFallback->offset == offset(f.cn_gzip_data));
  if (t.zscale) CHECK(t.zscale->offset == offset(f.cn_zscale));
  if (t.zzero) CHECK(t.zzero->offset == offset(f.cn_zzero));
  if (t.codec == Codec::rice1) {
    CHECK(t.blockSize == f.rice_blocksize);
    CHECK(t.bytePix == f.rice_bytepix);
  }
  if (t.codec == Codec::hcompress1) CHECK(t.hcompSmooth == f.hcomp_smooth);
  if (t.quantized) {
    // cfitsio: 0 where ZQUANTIZ is missing, which means the same as NO_DITHER.
    const int none = record.header.find("ZQUANTIZ") ? NO_DITHER : 0;
    const int method = t.dither == Dither::none           ? none
                       : t.dither == Dither::subtractive1 ? SUBTRACTIVE_DITHER_1
                                                          : SUBTRACTIVE_DITHER_2;
    CHECK(method == f.quantize_method);
    if (t.dither != Dither::none) CHECK(t.ditherSeed == f.dither_seed);
    CHECK(t.blank.has_value() == (f.cn_zblank == -1));
    if (t.blank) CHECK(*t.blank == f.zblank);
  }
}

// What a card says, as cfitsio parses it.
void compareCards(Cfitsio& c, const HduRecord& record) {
  const Header& header = record.header;
  int number = 0, more = 0;
  fits_get_hdrspace(c.file, &number, &more, &c.status);
  CHECK(static_cast<size_t>(number) >= header.size());
  for (size_t i = 0; i < header.size(); ++i) {
    char card[81] = {}, keyword[81] = {}, value[81] = {};
    int length = 0;
    fits_read_record(c.file, static_cast<int>(i + 1), card, &c.status);
    CHECK(header.card(i) == card);
    if (std::string_view(card).starts_with("        ") || *card == 0) continue;
    fits_get_keyname(card, keyword, &length, &c.status);
    fits_parse_value(card, value, nullptr, &c.status);
    CHECK(c.status == 0);
    if (*keyword) CHECK(header.keyword(i) == keyword);
    const CardValue ours = cardValue(header.card(i));
    if (ours.type == ValueType::text && header.keyword(i) != "CONTINUE") {
      char text[81] = {};
      ffc2s(value, text, &c.status);
      CHECK(ours.text == text);
    } else if (ours.type == ValueType::integer || ours.type == ValueType::real) {
      std::string number(value);
      for (char& letter : number)
        if (letter == 'D') letter = 'E';
      CHECK(ours.real == std::strtod(number.c_str(), nullptr));
    } else if (ours.type == ValueType::logical) {
      CHECK(std::string(value) == (ours.logical ? "T" : "F"));
    } else if (header.keyword(i) != "CONTINUE" && header.keyword(i) != "COMMENT" &&
               header.keyword(i) != "HISTORY") {
      CHECK(std::string(value) == ours.text);
    }
    INFO(card);
    REQUIRE(c.status == 0);
  }
  CHECK(c.status == 0);
}

}  // namespace

TEST_CASE("every HDU of every real file") {
  size_t tables = 0;
  const auto files = real_files::fitsFiles();
  for (const auto& path : files) {
    INFO(path.filename().string());
    const auto reader = openFile(path.parent_path().string(), path.filename().string());
    const std::vector<HduRecord> records = walkHdus(*reader);
    Cfitsio c(path.string());
    int hdus = 0;
    fits_get_num_hdus(c.file, &hdus, &c.status);
    REQUIRE(static_cast<size_t>(hdus) == records.size());
    for (int n = 1; n <= hdus; ++n) {
      INFO("HDU " << n - 1);
      const HduRecord& record = records[static_cast<size_t>(n - 1)];
      int type = 0, bitpix = 0, naxis = 0;
      LONGLONG headerStart = 0, dataStart = 0, dataEnd = 0, axes[9] = {};
      fits_movabs_hdu(c.file, n, &type, &c.status);
      fits_get_hduaddrll(c.file, &headerStart, &dataStart, &dataEnd, &c.status);
      REQUIRE(c.status == 0);
      CHECK(static_cast<LONGLONG>(record.hdu.headerOffset) == headerStart);
      CHECK(static_cast<LONGLONG>(record.hdu.dataOffset) == dataStart);
      CHECK(static_cast<LONGLONG>(record.hdu.end) == dataEnd);
      compareCards(c, record);

      fits_is_compressed_image(c.file, &c.status);
      if (type == IMAGE_HDU) {
        fits_get_img_paramll(c.file, 9, &bitpix, &naxis, axes, &c.status);
        REQUIRE(c.status == 0);
      }
      const auto shape = imageShape(record);
      bool known = type == IMAGE_HDU && naxis >= 2;
      for (int i = 0; i < naxis; ++i) known = known && axes[i] > 0 && (i < 4 || axes[i] == 1);
      REQUIRE(shape.has_value() == known);
      if (!shape) continue;
      CHECK(shape->bitpix == bitpix);
      CHECK(shape->naxis == naxis);
      CHECK(shape->width == axes[0]);
      CHECK(shape->height == axes[1]);
      for (int i = 2; i < std::min(naxis, 4); ++i) CHECK(shape->depth[static_cast<size_t>(i - 2)] == axes[i]);
      CHECK(record.compressedImage == (fits_is_compressed_image(c.file, &c.status) != 0));
      if (!record.compressedImage) continue;
      compareTiles(c, record, *shape);
      ++tables;
    }
  }
  if (!files.empty()) {
    CHECK(files.size() >= 70);
    CHECK(tables >= 15);
  }
}
