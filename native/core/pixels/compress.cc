#include "core/pixels/compress.h"

#include <libdeflate.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <string>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/hdus.h"
#include "core/fits/write.h"
#include "core/pixels/tile_encode.h"

namespace vignet {
namespace {

enum class Scheme { gzip, rice, quantised };

// Bytes of rows that make a tile of GZIP_2: each tile has a Huffman code of its own, which takes longer to
// make than a short row to write.
constexpr size_t kDeflatedTile = 32768;

void checkOptions(const CompressOptions& options) {
  if (!options.quantize) return;
  if (options.mode != CompressOptions::Mode::rice)
    throw Error(
        Kind::usage, "BAD_QUANTIZE",
        "expected COMPRESS=rice with QUANTIZE, received COMPRESS=gzip; leave QUANTIZE out for lossless gzip");
  if (!(*options.quantize >= 0.01f && *options.quantize <= 10000.0f))
    throw Error(Kind::usage, "BAD_QUANTIZE",
                expectedFor("0.01 to 10000 steps in the noise", "QUANTIZE", double{*options.quantize}));
}

void append(std::vector<std::byte>& out, uint64_t value, size_t width) {
  for (size_t i = width; i-- > 0;) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

void append(std::vector<std::byte>& out, std::span<const std::byte> bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// The tile table of one image while it is built.
class Table {
 public:
  Table(const HduRecord& image, std::span<const std::byte> pixels, const CompressOptions& options)
      : image_(image), pixels_(pixels), width_(image.axes[0]), height_(1) {
    for (size_t i = 1; i < image.axes.size(); ++i) height_ *= image.axes[i];
    const bool rice = options.mode == CompressOptions::Mode::rice;
    if (rice && image.bitpix > 0) scheme_ = Scheme::rice;
    if (rice && image.bitpix < 0 && options.quantize) scheme_ = Scheme::quantised;
    line_ = width_ * static_cast<size_t>(std::abs(image.bitpix) / 8);
    if (scheme_ == Scheme::gzip) depth_ = std::clamp<uint64_t>(kDeflatedTile / line_, 1, image.axes[1]);
    level_ = options.quantize.value_or(0.0f);
    // Arrays are addressed by 32 bits unless the heap could outgrow them.
    wide_ = pixels.size() > (uint64_t{1} << 30);
    seed_ = static_cast<int>(libdeflate_crc32(0, pixels.data(), pixels.size()) % 10000) + 1;
  }

  void encode(const Control& control) {
    RowEncoder encoder(image_.bitpix, width_);
    for (uint64_t y = 0, rows = 0; y < height_; y += rows) {
      control.poll();
      // No tile goes beyond its slice.
      rows = std::min(depth_, image_.axes[1] - y % image_.axes[1]);
      const auto tile = pixels_.subspan(y * line_, rows * line_);
      tiles_++;
      if (scheme_ == Scheme::gzip) put(encoder.gzip(tile, true), compressedMost_);
      if (scheme_ == Scheme::rice) put(encoder.rice(tile), compressedMost_);
      if (scheme_ != Scheme::quantised) continue;
      if (const auto quantised = encoder.quantise(tile, level_, y, seed_)) {
        put(quantised->code, compressedMost_);
        skip();
        append(rows_, std::bit_cast<uint64_t>(quantised->scale), 8);
        append(rows_, std::bit_cast<uint64_t>(quantised->zero), 8);
      } else {
        skip();
        put(encoder.gzip(tile, false), fallbackMost_);
        blank(16);
      }
    }
  }

  void finish(std::vector<std::byte>& out) const {
    HeaderWriter header;
    tableCards(header);
    imageCards(header);
    codecCards(header);
    copiedCards(header);
    header.reserveChecksums();
    const std::string text = header.finish();
    const size_t start = out.size();
    append(out, std::as_bytes(std::span(text)));
    append(out, rows_);
    append(out, heap_);
    out.resize(start + text.size() + paddedBlock(rows_.size() + heap_.size()));
    writeChecksums(std::span(out).subspan(start), text.size());
  }

 private:
  void put(std::span<const std::byte> code, uint64_t& most) {
    append(rows_, code.size(), wide_ ? 8 : 4);
    append(rows_, heap_.size(), wide_ ? 8 : 4);
    append(heap_, code);
    most = std::max<uint64_t>(most, code.size());
  }
  void blank(size_t bytes) { rows_.resize(rows_.size() + bytes); }
  void skip() { blank(wide_ ? 16 : 8); }

  void tableCards(HeaderWriter& header) const {
    header.add("XTENSION", "BINTABLE", "binary table extension");
    header.add("BITPIX", 8);
    header.add("NAXIS", 2);
    header.add("NAXIS1", static_cast<int64_t>(rows_.size() / tiles_), "width of table in bytes");
    header.add("NAXIS2", static_cast<int64_t>(tiles_), "number of tiles");
    header.add("PCOUNT", static_cast<int64_t>(heap_.size()), "size of the heap");
    header.add("GCOUNT", 1);
    header.add("TFIELDS", scheme_ == Scheme::quantised ? 4 : 1);
    auto array = [&](uint64_t most) {
      return std::string(wide_ ? "1QB(" : "1PB(") + std::to_string(most) + ")";
    };
    header.add("TTYPE1", "COMPRESSED_DATA");
    header.add("TFORM1", array(compressedMost_));
    if (scheme_ != Scheme::quantised) return;
    header.add("TTYPE2", "GZIP_COMPRESSED_DATA", "rows that are not quantised");
    header.add("TFORM2", array(fallbackMost_));
    header.add("TTYPE3", "ZSCALE");
    header.add("TFORM3", "1D");
    header.add("TTYPE4", "ZZERO");
    header.add("TFORM4", "1D");
  }

  void imageCards(HeaderWriter& header) const {
    header.add("ZIMAGE", true, "a tile-compressed image");
    header.add("ZTENSION", "IMAGE");
    header.add("ZBITPIX", image_.bitpix);
    header.add("ZNAXIS", static_cast<int64_t>(image_.axes.size()));
    for (size_t i = 0; i < image_.axes.size(); ++i)
      header.add("ZNAXIS" + std::to_string(i + 1), static_cast<int64_t>(image_.axes[i]));
    header.add("ZPCOUNT", 0);
    header.add("ZGCOUNT", 1);
    header.add("ZTILE1", static_cast<int64_t>(width_));
    for (size_t i = 1; i < image_.axes.size(); ++i)
      header.add("ZTILE" + std::to_string(i + 1), i == 1 ? static_cast<int64_t>(depth_) : 1);
  }

  void codecCards(HeaderWriter& header) const {
    header.add("ZCMPTYPE", scheme_ == Scheme::gzip ? "GZIP_2" : "RICE_1");
    if (scheme_ != Scheme::gzip) {
      header.add("ZNAME1", "BLOCKSIZE");
      header.add("ZVAL1", RowEncoder::kBlockSize, "pixels in a block");
      header.add("ZNAME2", "BYTEPIX");
      header.add("ZVAL2", scheme_ == Scheme::quantised ? 4 : image_.bitpix / 8, "bytes of an integer");
    }
    if (scheme_ == Scheme::quantised) {
      header.add("ZQUANTIZ", "SUBTRACTIVE_DITHER_2");
      header.add("ZDITHER0", seed_, "from a checksum of the pixels");
      header.add("ZBLANK", static_cast<int64_t>(RowEncoder::kBlankInteger), "undefined pixels");
      header.add("QUANTIZE", static_cast<double>(level_), "lossy: steps in the noise of each row");
    } else if (image_.bitpix < 0) {
      header.add("ZQUANTIZ", "NONE", "lossless");
    }
  }

  void copiedCards(HeaderWriter& header) const {
    for (size_t i = 0; i < image_.header.size(); ++i) {
      const std::string_view key = image_.header.keyword(i);
      const bool length = key.starts_with("NAXIS");
      if (key == "XTENSION" || key == "BITPIX" || length || key == "PCOUNT" || key == "GCOUNT") continue;
      std::string card(image_.header.card(i));
      if (key == "CHECKSUM") card.replace(0, 8, "ZHECKSUM");
      if (key == "DATASUM") card.replace(0, 8, "ZDATASUM");
      header.addCard(card);
    }
  }

  const HduRecord& image_;
  std::span<const std::byte> pixels_;
  size_t width_, height_;  // `height_`: rows of all slices
  size_t line_ = 0;        // bytes of a row
  uint64_t depth_ = 1;     // rows of a tile
  uint64_t tiles_ = 0;     // that were encoded
  Scheme scheme_ = Scheme::gzip;
  float level_;
  bool wide_;
  int seed_;
  std::vector<std::byte> rows_, heap_;
  uint64_t compressedMost_ = 0, fallbackMost_ = 0;
};

bool compressible(const HduRecord& record) {
  const std::vector<uint64_t>& axes = record.axes;
  return record.type == HduType::image && axes.size() >= 2 && axes.size() <= 4 && axes[0] <= (1u << 28) &&
         std::find(axes.begin(), axes.end(), 0u) == axes.end() && record.bitpix != 64;
}

}  // namespace

std::vector<std::byte> compressFits(std::span<const std::byte> fits, const CompressOptions& options,
                                    const Control& control) {
  checkOptions(options);
  ExtentReader reader({fits.size(), 0}, {{0, fits}});
  std::vector<std::byte> out;
  for (const HduRecord& record : walkHdus(reader)) {
    control.poll();
    if (!compressible(record)) {
      append(out, fits.subspan(record.hdu.headerOffset, record.hdu.end - record.hdu.headerOffset));
      out.resize(paddedBlock(out.size()));
      continue;
    }
    Table table(record, fits.subspan(record.hdu.dataOffset, record.hdu.dataBytes), options);
    table.encode(control);
    table.finish(out);
  }
  return out;
}

}  // namespace vignet
