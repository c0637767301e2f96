// Boxes of planes that cfitsio wrote, against cfitsio's own sections, bit for bit.
#include "support/cfitsio_plane.h"
#include "support/each_simd.h"

using namespace vignet;
using plane::Recipe;

namespace {

std::vector<double> scene(const Recipe& r, std::mt19937& random) {
  std::normal_distribution<double> noise(0.0, 1.0);
  std::vector<double> values(static_cast<size_t>(r.width * r.height));
  for (size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(static_cast<long>(i) % r.width),
                 y = static_cast<double>(static_cast<long>(i) / r.width);
    // Little noise for HCOMPRESS: of much, cfitsio's encoder too writes beyond its buffer.
    double v = 60 + (r.codec == HCOMPRESS_1 && r.bitpix > 8 ? 0.05 : 12) * noise(random) +
               90 * std::exp(-((x - 20) * (x - 20) + (y - 9) * (y - 9)) / 30);
    if (r.bitpix == 8) v = std::clamp(v, 0.0, 255.0);
    if (r.bitpix == SHORT_IMG) v = v * 40 - (r.codec == PLIO_1 ? 0 : 3000);
    if (r.bitpix == USHORT_IMG) v = v * 250 + 3000;
    if (r.bitpix == LONG_IMG) v = v * 4000 - (r.codec == PLIO_1 ? 0 : 200000);
    if (r.bitpix == ULONG_IMG) v = v * 400000 + 2147483648.0;
    if (r.bitpix == LONGLONG_IMG) v = v * 4e12;
    if (r.bitpix > 0) v = std::max(r.codec == PLIO_1 || r.bitpix == 8 ? 0.0 : -1e300, std::floor(v));
    if (r.bitpix < 0 && random() % 23 == 0) v = 0.0;
    if (r.bitpix < 0 && r.nulls && random() % 19 == 0) v = NAN;
    // Runs, as masks have them: of noise, cfitsio's PLIO encoder writes more than its buffer holds.
    if (r.codec == PLIO_1)
      v = std::floor(x / 7) == 3 ? (r.bitpix == USHORT_IMG ? 40000 : 77) + std::floor(y / 5) : 0;
    // A constant stretch and a monstrous one, that cfitsio does not quantise.
    if (r.bitpix < 0 && y == 3) v = 7.25;
    if (r.bitpix < 0 && y == 5 && x == 11) v = 3e30;
    values[i] = v;
  }
  return values;
}

// How many boxes were compared.
int compare(const Recipe& r, std::mt19937& random, int count = 6) {
  const std::vector<std::byte> file = plane::write(r, scene(r, random));
  const int hdu = r.codec ? 1 : 0;
  plane::Oracle oracle(file, hdu);
  const Layout layout = plane::describe(oracle, file.size(), hdu);
  const Plane& p = layout.planes[0];
  plane::Bytes reader(file);
  int done = 0;
  for (const Box& box : plane::boxes(p.width, p.height, random, count)) {
    std::vector<std::byte> theirs;
    REQUIRE_MESSAGE(oracle.read(p.bitpix, box, true, theirs) == 0, r.name());
    eachSimd([&] {
      const long at = plane::difference(plane::ours(reader, layout, p, box), theirs, p.bitpix);
      REQUIRE_MESSAGE(at == -1, r.name(), " box ", box.x0, ",", box.y0, " ", box.x1, ",", box.y1, " pixel ",
                      at);
    });
    ++done;
  }
  return done;
}

const std::pair<long, long> tileShapes[] = {{53, 1}, {13, 7}, {16, 16}, {53, 41}, {20, 41}, {53, 8}};

}  // namespace

TEST_CASE("pixels: plain images of every BITPIX") {
  std::mt19937 random(1);
  for (int bitpix :
       {BYTE_IMG, SHORT_IMG, USHORT_IMG, LONG_IMG, ULONG_IMG, LONGLONG_IMG, FLOAT_IMG, DOUBLE_IMG})
    for (long width : {1L, 53L, 9001L}) {
      Recipe r;
      r.codec = 0, r.bitpix = bitpix, r.width = width, r.height = 41;
      compare(r, random, 10);
    }
}

TEST_CASE("pixels: integers in every codec, BITPIX and shape of tile") {
  std::mt19937 random(2);
  int done = 0;
  for (int codec : {RICE_1, GZIP_1, GZIP_2, PLIO_1, HCOMPRESS_1})
    for (int bitpix : {BYTE_IMG, SHORT_IMG, USHORT_IMG, LONG_IMG, ULONG_IMG})
      for (auto [tw, th] : tileShapes) {
        if (codec == PLIO_1 && bitpix == ULONG_IMG) continue;  // PLIO holds 24 bits
        if (codec == HCOMPRESS_1 && th < 16)
          continue;  // what is larger compressed than plain, cfitsio refuses
        Recipe r;
        r.codec = codec, r.bitpix = bitpix, r.width = 53, r.height = 41, r.tileWidth = tw, r.tileHeight = th;
        done += compare(r, random);
      }
  CHECK(done > 1000);
}

TEST_CASE("pixels: quantised floats, every dither, seed, null and shape of tile") {
  std::mt19937 random(3);
  int done = 0;
  for (int codec : {RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1})
    for (int bitpix : {FLOAT_IMG, DOUBLE_IMG})
      for (int dither : {NO_DITHER, SUBTRACTIVE_DITHER_1, SUBTRACTIVE_DITHER_2})
        for (bool nulls : {false, true})
          for (auto [tw, th] : tileShapes) {
            if (codec == HCOMPRESS_1 && (th < 7 || dither == SUBTRACTIVE_DITHER_2)) continue;
            Recipe r;
            r.codec = codec, r.bitpix = bitpix, r.width = 53, r.height = 41, r.tileWidth = tw,
            r.tileHeight = th;
            r.dither = dither, r.nulls = nulls, r.seed = 1 + static_cast<int>(random() % 10000);
            done += compare(r, random, 4);
          }
  CHECK(done > 1400);
}

TEST_CASE("pixels: dither walks over the end of its table in wide tiles, with every seed") {
  std::mt19937 random(4);
  for (int seed : {1, 500, 9999, 10000})
    for (auto [tw, th] : {std::pair{25000L, 1L}, std::pair{25000L, 9L}, std::pair{12000L, 2L}}) {
      Recipe r;
      r.bitpix = FLOAT_IMG, r.width = 25000, r.height = 9, r.tileWidth = tw, r.tileHeight = th;
      r.dither = SUBTRACTIVE_DITHER_1 + static_cast<int>(seed % 2), r.seed = seed;
      compare(r, random, 8);
    }
}

TEST_CASE("pixels: lossless floats come as they were stored") {
  std::mt19937 random(5);
  for (int codec : {GZIP_1, GZIP_2})
    for (int bitpix : {FLOAT_IMG, DOUBLE_IMG})
      for (bool nulls : {false, true})
        for (auto [tw, th] : tileShapes) {
          Recipe r;
          r.codec = codec, r.bitpix = bitpix, r.width = 53, r.height = 41, r.tileWidth = tw,
          r.tileHeight = th;
          r.level = 0, r.nulls = nulls;
          compare(r, random, 4);
        }
}

// cfitsio writes lossless tiles in the type of the program's array, whatever ZBITPIX says, and reads them.
TEST_CASE("pixels: lossless float tiles that hold doubles, and the other way round") {
  std::mt19937 random(55);
  for (int codec : {GZIP_1, GZIP_2})
    for (int bitpix : {FLOAT_IMG, DOUBLE_IMG}) {
      Recipe r;
      r.codec = codec, r.bitpix = bitpix, r.width = 53, r.height = 41, r.tileWidth = 13, r.tileHeight = 7;
      r.level = 0, r.memoryType = bitpix == FLOAT_IMG ? DOUBLE_IMG : FLOAT_IMG;
      compare(r, random, 4);
    }
}

TEST_CASE("pixels: lossy HCOMPRESS of every scale, smoothed or not") {
  std::mt19937 random(6);
  for (int bitpix : {BYTE_IMG, SHORT_IMG, LONG_IMG, FLOAT_IMG, DOUBLE_IMG})
    for (float scale : {1.5f, 4.0f, -20.0f})
      for (int smooth : {0, 1})
        for (auto [tw, th] : {std::pair{53L, 41L}, std::pair{53L, 9L}, std::pair{20L, 37L}}) {
          Recipe r;
          r.codec = HCOMPRESS_1, r.bitpix = bitpix, r.width = 53, r.height = 41, r.tileWidth = tw,
          r.tileHeight = th;
          r.hcompScale = scale, r.hcompSmooth = smooth, r.level = 4;
          compare(r, random, 3);
        }
}

// cfitsio looks for nulls in lossless floats by their exponent: with `nulval` it turns infinities into NaN,
// and numbers too small to be normal, and -0, into 0. FITS 4.0 section 5.3 lets pixels be any IEEE number,
// and so do we.
TEST_CASE("pixels: infinities, tiny numbers and negative zeros stay what they are, unlike cfitsio's nulval") {
  const double values[] = {1, INFINITY, -INFINITY, 1e-42, -0.0, 2, -1e-40, 3};
  for (int codec : {0, GZIP_1, GZIP_2}) {
    Recipe r;
    r.codec = codec, r.bitpix = FLOAT_IMG, r.width = 8, r.height = 1, r.tileWidth = 8, r.level = 0;
    const auto file = plane::write(r, {std::begin(values), std::end(values)});
    const int hdu = codec ? 1 : 0;
    plane::Oracle oracle(file, hdu);
    const Layout layout = plane::describe(oracle, file.size(), hdu);
    plane::Bytes reader(file);
    const auto mine = plane::ours(reader, layout, layout.planes[0], {0, 0, 8, 1});
    std::vector<std::byte> raw;
    REQUIRE(oracle.read(-32, {0, 0, 8, 1}, false, raw) == 0);
    CHECK(mine == raw);
    for (int i = 0; i < 8; ++i) {
      uint32_t bits = 0;
      for (int k = 0; k < 4; ++k)
        bits = bits << 8 | std::to_integer<uint32_t>(mine[static_cast<size_t>(4 * i + k)]);
      CHECK(bits == std::bit_cast<uint32_t>(static_cast<float>(values[i])));
    }
  }
}

TEST_CASE("pixels: boxes outside the image and cancelled calls are refused") {
  std::mt19937 random(8);
  Recipe r;
  r.width = 53, r.height = 41, r.tileWidth = 53;
  const auto file = plane::write(r, scene(r, random));
  plane::Oracle oracle(file, 1);
  const Layout layout = plane::describe(oracle, file.size(), 1);
  plane::Bytes reader(file);
  std::vector<std::byte> out(2);
  for (Box box : {Box{0, 0, 0, 1}, Box{53, 0, 54, 1}, Box{0, 40, 1, 42}, Box{5, 5, 4, 6}})
    CHECK_THROWS_AS(readPixels(reader, layout, layout.planes[0], box, out, Control()), Error);
  std::atomic<int32_t> word = 2;
  const Control cancelled(&word, Control::Clock::time_point::max());
  try {
    readPixels(reader, layout, layout.planes[0], {0, 0, 1, 1}, out, cancelled);
    FAIL("a cancelled call came back");
  } catch (const Error& error) {
    CHECK(error.code() == "CANCELLED");
  }
}
