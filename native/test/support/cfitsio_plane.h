// cfitsio as writer and as the one who knows: images written to memory, and boxes of them read back.
#pragma once
#include <doctest/doctest.h>
#include <fitsio.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "cfitsio_type.h"
#include "core/base/error.h"
#include "core/fits/layout.h"
#include "core/pixels/read_pixels.h"

namespace vignet::plane {

class Bytes : public Reader {
 public:
  explicit Bytes(std::span<const std::byte> bytes) : bytes_(bytes) {}
  FileStamp stamp() const override { return {bytes_.size(), 0}; }
  void read(uint64_t offset, std::span<std::byte> out) override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset)
      throw Error(Kind::data, "TRUNCATED", "the file ends too early");
    if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
  }

 private:
  std::span<const std::byte> bytes_;
};

// What to write.
struct Recipe {
  int codec = RICE_1;  // 0: not compressed
  int bitpix = SHORT_IMG;
  long width = 0, height = 0, tileWidth = 0, tileHeight = 1;
  int dither = NO_DITHER, seed = 1;
  float level = 4;  // of quantisation; 0: lossless
  float hcompScale = 0;
  int hcompSmooth = 0;
  bool nulls = false;
  int memoryType = 0;  // what cfitsio is handed, as a BITPIX; 0: the image's own

  std::string name() const {
    return "codec " + std::to_string(codec) + " bitpix " + std::to_string(bitpix) + " size " +
           std::to_string(width) + "x" + std::to_string(height) + " tile " + std::to_string(tileWidth) + "x" +
           std::to_string(tileHeight) + " dither " + std::to_string(dither) + " seed " +
           std::to_string(seed) + " level " + std::to_string(level) + " scale " + std::to_string(hcompScale) +
           " smooth " + std::to_string(hcompSmooth) + " nulls " + std::to_string(nulls);
  }
};

// Writes values (as doubles, NaN = undefined) by a recipe; the file as bytes, the image in its last HDU.
inline std::vector<std::byte> write(const Recipe& r, std::vector<double> values) {
  // On disk: cfitsio 4.2.0 cannot write tiles to a file in memory.
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("vignet-plane-" + std::to_string(::getpid()) + ".fits");
  std::filesystem::remove(path);
  fitsfile* f = nullptr;
  int status = 0;
  REQUIRE(fits_create_diskfile(&f, path.c_str(), &status) == 0);
  long axes[2] = {r.width, r.height}, tile[2] = {r.tileWidth, r.tileHeight};
  if (r.codec != 0) {
    fits_set_compression_type(f, r.codec, &status);
    fits_set_tile_dim(f, 2, tile, &status);
    fits_set_quantize_level(f, r.level, &status);
    fits_set_quantize_method(f, r.dither, &status);
    fits_set_dither_seed(f, r.seed, &status);
    fits_set_hcomp_scale(f, r.hcompScale, &status);
    fits_set_hcomp_smooth(f, r.hcompSmooth, &status);
  }
  fits_create_img(f, r.bitpix, 2, axes, &status);
  // Given another type than the image's, cfitsio spoils or refuses tiles: each image is written from its own.
  auto put = [&]<typename T>(T null, int type) {
    std::vector<T> pixels;
    for (double v : values) pixels.push_back(r.nulls && std::isnan(v) ? null : static_cast<T>(v));
    const auto count = static_cast<LONGLONG>(pixels.size());
    if (r.nulls)
      fits_write_imgnull(f, type, 1, count, pixels.data(), &null, &status);
    else
      fits_write_img(f, type, 1, count, pixels.data(), &status);
  };
  const int type = r.memoryType != 0 ? r.memoryType : r.bitpix;
  if (type == BYTE_IMG) put(uint8_t{0}, TBYTE);
  if (type == SHORT_IMG) put(short{0}, TSHORT);
  if (type == USHORT_IMG) put(static_cast<unsigned short>(0), TUSHORT);
  if (type == LONG_IMG) put(int{0}, TINT);
  if (type == ULONG_IMG) put(0u, TUINT);
  if (type == LONGLONG_IMG) put(LONGLONG{0}, TLONGLONG);
  if (type == FLOAT_IMG) put(-987654336.0f, TFLOAT);
  if (type == DOUBLE_IMG) put(-987654321.5, TDOUBLE);
  fits_close_file(f, &status);
  if (status != 0) {
    char text[FLEN_STATUS];
    fits_get_errstatus(status, text);
    FAIL(r.name(), ": cfitsio cannot write it: ", text);
  }
  std::vector<std::byte> bytes(std::filesystem::file_size(path));
  std::ifstream(path, std::ios::binary)
      .read(reinterpret_cast<char*>(bytes.data()), static_cast<long>(bytes.size()));
  std::filesystem::remove(path);
  return bytes;
}

// A file in memory, open in cfitsio at an HDU (0-based).
class Oracle {
 public:
  Oracle(std::span<const std::byte> bytes, int hdu)
      : bytes_(bytes.begin(), bytes.end()), size_(bytes_.size()) {
    memory_ = bytes_.data();
    int status = 0, type = 0;
    fits_open_memfile(&file_, "memory", READONLY, &memory_, &size_, 0, nullptr, &status);
    fits_movabs_hdu(file_, hdu + 1, &type, &status);
    REQUIRE(status == 0);
  }
  ~Oracle() {
    int status = 0;
    fits_close_file(file_, &status);
  }
  Oracle(const Oracle&) = delete;
  fitsfile* file() const { return file_; }

  // The box as the plane's own type, big-endian, unscaled. `nan`: let cfitsio put NaN for nulls, as it does
  // whenever it looks for them; without, floats come as they are stored. Returns cfitsio's status.
  int read(int bitpix, const Box& box, bool nan, std::vector<std::byte>& out) {
    int status = 0, any = 0;
    long first[9], last[9], step[9];
    std::fill_n(first, 9, 1L), std::fill_n(last, 9, 1L), std::fill_n(step, 9, 1L);
    first[0] = box.x0 + 1, first[1] = box.y0 + 1, last[0] = box.x1, last[1] = box.y1;
    const int type = cfitsioType(bitpix);
    const size_t width = static_cast<size_t>(std::abs(bitpix) / 8);
    out.assign(size_t{box.width()} * box.height() * width, std::byte{0});
    float nanFloat = NAN;
    double nanDouble = NAN;
    void* null = !nan            ? nullptr
                 : bitpix == -32 ? static_cast<void*>(&nanFloat)
                 : bitpix == -64 ? &nanDouble
                                 : nullptr;
    fits_set_bscale(file_, 1.0, 0.0, &status);
    fits_read_subset(file_, type, first, last, step, null, out.data(), &any, &status);
    for (size_t i = 0; i < out.size(); i += width) std::reverse(out.begin() + i, out.begin() + i + width);
    return status;
  }

 private:
  std::vector<std::byte> bytes_;
  void* memory_;
  size_t size_;
  fitsfile* file_ = nullptr;
};

inline bool isNan(const std::byte* p, int bitpix) {
  uint64_t v = 0;
  for (int i = 0; i < -bitpix / 8; ++i) v = v << 8 | std::to_integer<uint64_t>(p[i]);
  if (bitpix == -32) return std::isnan(std::bit_cast<float>(static_cast<uint32_t>(v)));
  return bitpix == -64 && std::isnan(std::bit_cast<double>(v));
}

// Index of the first pixel that differs, any NaN being equal to any other; -1 if none does.
inline long difference(const std::vector<std::byte>& a, const std::vector<std::byte>& b, int bitpix) {
  const size_t width = static_cast<size_t>(std::abs(bitpix) / 8);
  if (a.size() != b.size()) return 0;
  for (size_t i = 0; i < a.size(); i += width) {
    if (std::memcmp(&a[i], &b[i], width) == 0) continue;
    if (isNan(&a[i], bitpix) && isNan(&b[i], bitpix)) continue;
    return static_cast<long>(i / width);
  }
  return -1;
}

// A layout of one plane, from what cfitsio says of an HDU.
inline Layout describe(const Oracle& oracle, size_t fileSize, int hdu) {
  fitsfile* f = oracle.file();
  int status = 0;
  auto integer = [&](const char* key, long otherwise) {
    int none = 0;
    long v = 0;
    fits_read_key(f, TLONG, key, &v, nullptr, &none);
    return none ? otherwise : v;
  };
  auto real = [&](const char* key, double otherwise) {
    int none = 0;
    double v = 0;
    fits_read_key(f, TDOUBLE, key, &v, nullptr, &none);
    return none ? otherwise : v;
  };
  auto text = [&](const char* key) {
    int none = 0;
    char v[FLEN_VALUE] = "";
    fits_read_key(f, TSTRING, key, v, nullptr, &none);
    return std::string(none ? "" : v);
  };
  LONGLONG header = 0, data = 0, end = 0;
  fits_get_hduaddrll(f, &header, &data, &end, &status);
  Layout layout;
  layout.files.push_back({fileSize, 0});
  Hdu h;
  h.headerOffset = static_cast<uint64_t>(header);
  h.dataOffset = static_cast<uint64_t>(data);
  h.end = static_cast<uint64_t>(end);
  Plane p;
  p.hdu = static_cast<uint16_t>(hdu);
  const bool tiled = integer("ZIMAGE", 0) != 0 || text("ZCMPTYPE") != "";
  const std::string z = tiled ? "Z" : "";
  p.bitpix = static_cast<int8_t>(integer((z + "BITPIX").c_str(), 0));
  p.width = static_cast<uint32_t>(integer((z + "NAXIS1").c_str(), 0));
  p.height = static_cast<uint32_t>(integer((z + "NAXIS2").c_str(), 0));
  p.bzero = real("BZERO", 0.0);
  p.bscale = real("BSCALE", 1.0);
  h.dataBytes =
      tiled ? static_cast<uint64_t>(integer("NAXIS1", 0) * integer("NAXIS2", 0) + integer("PCOUNT", 0))
            : uint64_t{p.width} * p.height * p.pixelBytes();
  if (tiled) {
    TileTable t;
    t.rows = static_cast<uint64_t>(integer("NAXIS2", 0));
    t.rowBytes = static_cast<uint32_t>(integer("NAXIS1", 0));
    t.heapOffset = static_cast<uint64_t>(integer("THEAP", static_cast<long>(t.rows * t.rowBytes)));
    t.heapBytes = h.dataBytes - t.heapOffset;
    t.tileWidth = static_cast<uint32_t>(integer("ZTILE1", p.width));
    t.tileHeight = static_cast<uint32_t>(integer("ZTILE2", 1));
    const std::string c = text("ZCMPTYPE");
    t.codec = c == "RICE_1" || c == "RICE_ONE" ? Codec::rice1
              : c == "GZIP_1"                  ? Codec::gzip1
              : c == "GZIP_2"                  ? Codec::gzip2
              : c == "PLIO_1"                  ? Codec::plio1
              : c == "HCOMPRESS_1"             ? Codec::hcompress1
                                               : Codec::nocompress;
    if (t.codec == Codec::rice1) t.blockSize = static_cast<int32_t>(integer("ZVAL1", 32));
    if (t.codec == Codec::rice1) t.bytePix = static_cast<int32_t>(integer("ZVAL2", 4));
    if (t.codec == Codec::hcompress1) t.hcompSmooth = static_cast<int32_t>(integer("ZVAL2", 0));
    uint32_t offset = 0;
    for (int n = 1; n <= integer("TFIELDS", 0); ++n) {
      const std::string name = text(("TTYPE" + std::to_string(n)).c_str());
      std::string form = text(("TFORM" + std::to_string(n)).c_str());
      if (form[0] == '1') form.erase(0, 1);
      TileColumn column{offset, form[0] == 'P' || form[0] == 'Q' ? form[0] : char{0}, form[0]};
      if (column.descriptor) column.type = form[1];
      offset += form[0] == 'Q' ? 16 : form[0] == 'P' || form[0] == 'D' ? 8 : 4;
      if (name == "COMPRESSED_DATA") t.compressed = column;
      if (name == "GZIP_COMPRESSED_DATA") t.gzipFallback = column;
      if (name == "UNCOMPRESSED_DATA") t.uncompressed = column;
      if (name == "ZSCALE") t.zscale = column;
      if (name == "ZZERO") t.zzero = column;
      if (name == "ZBLANK") t.zblank = column;
    }
    t.scale = real("ZSCALE", 1.0), t.zero = real("ZZERO", 0.0);
    int none = 0;
    long blank = 0;
    fits_read_key(f, TLONG, "ZBLANK", &blank, nullptr, &none);
    if (!none) t.blank = blank;
    const std::string q = text("ZQUANTIZ");
    t.quantized = p.bitpix < 0 && t.zscale;
    if (t.quantized && q == "SUBTRACTIVE_DITHER_1") t.dither = Dither::subtractive1;
    if (t.quantized && q == "SUBTRACTIVE_DITHER_2") t.dither = Dither::subtractive2;
    t.ditherSeed = static_cast<int32_t>(integer("ZDITHER0", 1));
    p.tiles = t;
  }
  layout.hdus.resize(static_cast<size_t>(hdu) + 1, h);
  layout.planes.push_back(p);
  return layout;
}

inline std::vector<std::byte> ours(Reader& reader, const Layout& layout, const Plane& plane, const Box& box) {
  std::vector<std::byte> out(size_t{box.width()} * box.height() * plane.pixelBytes());
  readPixels(reader, layout, plane, box, out, Control());
  return out;
}

// Boxes worth trying: the whole, single pixels, a column, a row, and some at random.
inline std::vector<Box> boxes(uint32_t width, uint32_t height, std::mt19937& random, int count = 6) {
  std::vector<Box> all{{0, 0, width, height},
                       {width - 1, height - 1, width, height},
                       {width / 2, 0, width / 2 + 1, height},
                       {0, height / 2, width, height / 2 + 1}};
  for (int i = 0; i < count; ++i) {
    Box b;
    b.x0 = static_cast<uint32_t>(random() % width), b.y0 = static_cast<uint32_t>(random() % height);
    b.x1 = b.x0 + 1 + static_cast<uint32_t>(random() % (width - b.x0));
    b.y1 = b.y0 + 1 + static_cast<uint32_t>(random() % (height - b.y0));
    all.push_back(b);
  }
  return all;
}

}  // namespace vignet::plane
