// Compressed answers, read back by cfitsio, funpack, astropy and ourselves; fitsverify finds nothing to say.
#include "core/fits/write.h"
#include "core/pixels/compress.h"
#include "support/cfitsio_plane.h"

using namespace vignet;

namespace {

struct Image {
  int bitpix;
  long width, height, slices = 1;
};

const Image images[] = {{BYTE_IMG, 61, 17},
                        {SHORT_IMG, 61, 17},
                        {USHORT_IMG, 61, 17},
                        {LONG_IMG, 200, 9},
                        {ULONG_IMG, 61, 17},
                        {FLOAT_IMG, 300, 20},
                        {DOUBLE_IMG, 300, 20},
                        {LONGLONG_IMG, 7, 5},
                        {FLOAT_IMG, 5, 3},
                        // Several rows in a tile, less in the last one; of a cube no tile is of two slices.
                        {FLOAT_IMG, 1000, 23},
                        {FLOAT_IMG, 300, 40, 3}};

// An empty primary, the images (each named PLANEn) and a table, all with checksums, made by cfitsio.
std::vector<std::byte> answer() {
  const auto path =
      std::filesystem::temp_directory_path() / ("vignet-answer-" + std::to_string(::getpid()) + ".fits");
  std::filesystem::remove(path);
  std::mt19937 random(12);
  std::normal_distribution<double> noise(100.0, 4.0);
  fitsfile* f = nullptr;
  int status = 0;
  fits_create_diskfile(&f, path.c_str(), &status);
  fits_create_img(f, BYTE_IMG, 0, nullptr, &status);
  fits_write_key_str(f, "TELESCOP", "none", "of them", &status);
  fits_write_chksum(f, &status);
  int n = 0;
  for (const Image& image : images) {
    long axes[3] = {image.width, image.height, image.slices};
    fits_create_img(f, image.bitpix, image.slices > 1 ? 3 : 2, axes, &status);
    const std::string name = "PLANE" + std::to_string(++n);
    fits_write_key_str(f, "EXTNAME", name.c_str(), nullptr, &status);
    fits_write_key_longwarn(f, &status);
    fits_write_key_longstr(f, "LONGTEXT", std::string(150, 'x').c_str(), nullptr, &status);
    fits_write_key_dbl(f, "HIERARCH MP_DETECTED_NEGATIVE", 6, 0, nullptr, &status);
    fits_write_history(f, "made for a test", &status);
    std::vector<double> values;
    for (long i = 0; i < image.width * image.height * image.slices; ++i) {
      double v = noise(random);
      if (image.bitpix > 0) v = std::floor(v);
      if (image.bitpix < 0 && i % 37 == 0) v = 0.0;
      if (image.bitpix < 0 && i / image.width == 4) v = 1.5;                      // constant: not quantised
      if (image.bitpix < 0 && i / image.width == 5 && i % 3 == 0) v = NAN;        // undefined pixels
      if (image.bitpix < 0 && i / image.width == 6) v = NAN;                      // nothing else
      if (image.bitpix < 0 && i / image.width == 7 && i % 90 == 0) v = INFINITY;  // not quantised
      values.push_back(v);
    }
    fits_write_img(f, TDOUBLE, 1, static_cast<LONGLONG>(values.size()), values.data(), &status);
    fits_write_chksum(f, &status);
  }
  char* names[] = {const_cast<char*>("A")};
  char* forms[] = {const_cast<char*>("1J")};
  fits_create_tbl(f, BINARY_TBL, 3, 1, names, forms, nullptr, "STATUS", &status);
  fits_write_chksum(f, &status);
  fits_close_file(f, &status);
  REQUIRE(status == 0);
  std::vector<std::byte> bytes(std::filesystem::file_size(path));
  std::ifstream(path, std::ios::binary)
      .read(reinterpret_cast<char*>(bytes.data()), static_cast<long>(bytes.size()));
  std::filesystem::remove(path);
  return bytes;
}

int plainBitpix(int bitpix) { return bitpix == USHORT_IMG ? 16 : bitpix == ULONG_IMG ? 32 : bitpix; }

std::string run(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  for (int c; pipe && (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
  const int code = pipe ? ::pclose(pipe) : -1;
  if (code != 0) out += "(exit " + std::to_string(code) + ")";
  return out;
}

struct File {
  std::filesystem::path path;
  File(const std::string& name, const std::vector<std::byte>& bytes)
      : path(std::filesystem::temp_directory_path() / (std::to_string(::getpid()) + name)) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
  }
  ~File() { std::filesystem::remove(path); }
};

std::vector<std::byte> cfitsioPlane(const std::vector<std::byte>& file, int hdu, const Image& image,
                                    bool nan) {
  plane::Oracle oracle(file, hdu);
  std::vector<std::byte> out;
  REQUIRE(oracle.read(plainBitpix(image.bitpix),
                      {0, 0, static_cast<uint32_t>(image.width), static_cast<uint32_t>(image.height)}, nan,
                      out) == 0);
  return out;
}

void checksums(const std::vector<std::byte>& file) {
  for (int hdu = 0; hdu <= static_cast<int>(std::size(images)) + 1; ++hdu) {
    plane::Oracle oracle(file, hdu);
    int status = 0, data = 0, whole = 0;
    fits_verify_chksum(oracle.file(), &data, &whole, &status);
    CHECK_MESSAGE((status == 0 && data == 1 && whole == 1), "HDU ", hdu);
  }
}

}  // namespace

TEST_CASE("compress: lossless answers are the same pixels to cfitsio, funpack, astropy and us") {
  const auto plain = answer();
  for (auto mode : {CompressOptions::Mode::gzip, CompressOptions::Mode::rice}) {
    const auto packed = compressFits(plain, {mode, std::nullopt}, Control());
    CHECK(packed == compressFits(plain, {mode, std::nullopt}, Control()));
    checksums(packed);
    plane::Bytes reader(packed);
    for (int n = 0; n < static_cast<int>(std::size(images)); ++n) {
      const Image& image = images[n];
      if (image.slices > 1) continue;  // by astropy below
      const auto truth = cfitsioPlane(plain, n + 1, image, false);
      CHECK(cfitsioPlane(packed, n + 1, image, false) == truth);
      plane::Oracle oracle(packed, n + 1);
      const Layout layout = plane::describe(oracle, packed.size(), n + 1);
      CHECK(layout.planes[0].tiles.has_value() == (image.bitpix != LONGLONG_IMG));
      CHECK(plane::ours(reader, layout, layout.planes[0],
                        {0, 0, static_cast<uint32_t>(image.width), static_cast<uint32_t>(image.height)}) ==
            truth);
    }
    const File a("plain.fits", plain), b("packed.fits.fz", packed), c("unpacked.fits", {});
    std::filesystem::remove(c.path);
    const std::string says = run("fitsverify " + b.path.string());
    CHECK_MESSAGE(says.find("0 warning(s) and 0 error(s)") != std::string::npos, says);
    CHECK(run("funpack -O " + c.path.string() + " " + b.path.string()) == "");
    const std::string compare =
        "import sys,numpy as n\nfrom astropy.io import fits as "
        "f\na=f.open(sys.argv[1],do_not_scale_image_data=True)\n"
        "for p in sys.argv[2:]:\n b=f.open(p,do_not_scale_image_data=True)\n assert len(a)==len(b)\n"
        " for x,y in zip(a,b):\n"
        "  if x.name.startswith('PLANE'):\n"
        "   assert "
        "x.data.dtype.newbyteorder('=')==y.data.dtype.newbyteorder('='),(x.name,x.data.dtype,y.data.dtype)\n"
        "   n.testing.assert_array_equal(x.data,y.data)\n"
        "   for k in ('LONGTEXT','MP_DETECTED_NEGATIVE','EXTNAME','BZERO'):\n    assert "
        "x.header.get(k)==y.header.get(k),k\n";
    const File script("compare.py", {});
    std::ofstream(script.path) << compare;
    CHECK(run("/usr/bin/python3 -W ignore " + script.path.string() + " " + a.path.string() + " " +
              b.path.string() + " " + c.path.string()) == "");
    std::filesystem::remove(c.path);
  }
}

TEST_CASE("compress: quantised floats are what cfitsio makes of the same rows, and stay within their steps") {
  const auto plain = answer();
  const auto packed = compressFits(plain, {CompressOptions::Mode::rice, 8.0f}, Control());
  CHECK(packed == compressFits(plain, {CompressOptions::Mode::rice, 8.0f}, Control()));
  checksums(packed);
  const File b("packed.fits.fz", packed);
  const std::string says = run("fitsverify " + b.path.string());
  CHECK_MESSAGE(says.find("0 warning(s) and 0 error(s)") != std::string::npos, says);
  plane::Bytes reader(packed);
  for (int n = 0; n < static_cast<int>(std::size(images)); ++n) {
    const Image& image = images[n];
    if (image.bitpix > 0) {
      CHECK(cfitsioPlane(packed, n + 1, image, false) == cfitsioPlane(plain, n + 1, image, false));
      continue;
    }
    plane::Oracle oracle(packed, n + 1);
    const Layout layout = plane::describe(oracle, packed.size(), n + 1);
    const Box all{0, 0, static_cast<uint32_t>(image.width), static_cast<uint32_t>(image.height)};
    const auto mine = plane::ours(reader, layout, layout.planes[0], all);
    // Of infinities cfitsio makes NaN; see 31.pixels.cc. That row is not quantised.
    auto theirs = cfitsioPlane(packed, n + 1, image, true);
    const auto truth = cfitsioPlane(plain, n + 1, image, false);
    const size_t pixel = static_cast<size_t>(-image.bitpix / 8),
                 line = static_cast<size_t>(image.width) * pixel;
    if (image.height > 7) {
      CHECK(std::equal(mine.begin() + 7 * static_cast<long>(line), mine.begin() + 8 * static_cast<long>(line),
                       truth.begin() + 7 * static_cast<long>(line)));
      std::copy_n(truth.begin() + 7 * static_cast<long>(line), line,
                  theirs.begin() + 7 * static_cast<long>(line));
    }
    CHECK(plane::difference(mine, theirs, image.bitpix) == -1);
    // The same rows, seed and level through cfitsio's own writer.
    if (image.height < 8) continue;
    int status = 0;
    long seed = 0;
    double level = 0;
    fits_read_key(oracle.file(), TLONG, "ZDITHER0", &seed, nullptr, &status);
    fits_read_key(oracle.file(), TDOUBLE, "QUANTIZE", &level, nullptr, &status);
    CHECK(status == 0);
    CHECK(level == 8.0);
    plane::Recipe r;
    r.bitpix = image.bitpix, r.width = image.width, r.height = image.height, r.tileWidth = image.width;
    r.dither = SUBTRACTIVE_DITHER_2, r.seed = static_cast<int>(seed), r.level = 8, r.nulls = true;
    std::vector<double> values;
    for (size_t i = 0; i < truth.size(); i += pixel) {
      uint64_t v = 0;
      for (size_t k = 0; k < pixel; ++k) v = v << 8 | std::to_integer<uint64_t>(truth[i + k]);
      values.push_back(pixel == 4 ? double{std::bit_cast<float>(static_cast<uint32_t>(v))}
                                  : std::bit_cast<double>(v));
    }
    for (double& v : values) v = std::isinf(v) ? 5.0 : v;
    auto again = cfitsioPlane(plane::write(r, values), 1, image, true);
    std::copy_n(truth.begin() + 7 * static_cast<long>(line), line,
                again.begin() + 7 * static_cast<long>(line));
    CHECK(plane::difference(mine, again, image.bitpix) == -1);
  }
}

TEST_CASE("compress: options that make no sense, and a cancelled call") {
  const auto plain = answer();
  for (float level : {0.0f, -1.0f, NAN, INFINITY, 1e9f})
    CHECK_THROWS_AS(compressFits(plain, {CompressOptions::Mode::rice, level}, Control()), Error);
  CHECK_THROWS_AS(compressFits(plain, {CompressOptions::Mode::gzip, 4.0f}, Control()), Error);
  std::atomic<int32_t> word = 2;
  CHECK_THROWS_AS(compressFits(plain, {}, Control(&word, Control::Clock::time_point::max())), Error);
  CHECK_THROWS_AS(compressFits(std::span(plain).first(1000), {}, Control()), Error);
}
