// Boxes read by seek points are cfitsio's bit for bit, and take a fraction of the bytes.
#include "support/seek.h"

using namespace vignet;
using plane::Recipe;

namespace {

std::vector<double> noise(const Recipe& r, std::mt19937& random) {
  std::normal_distribution<double> gauss(0.0, 1.0);
  std::vector<double> values(static_cast<size_t>(r.width * r.height));
  for (size_t i = 0; i < values.size(); ++i) {
    const long x = static_cast<long>(i) % r.width, y = static_cast<long>(i) / r.width;
    double v = 60 + 12 * gauss(random);
    if (x % 97 == y % 89) v += 4000.0;  // a star saturates
    if (r.bitpix == BYTE_IMG) v = std::clamp(v, 0.0, 255.0);
    if (r.bitpix == SHORT_IMG) v = v * 6 - 3000;
    if (r.bitpix == USHORT_IMG) v = v * 12 + 3000;
    if (r.bitpix == LONG_IMG) v = v * 4000 - 2e6;
    if (r.bitpix > 0) v = std::floor(v);
    if (r.bitpix < 0 && random() % 23 == 0) v = 0.0;
    if (r.bitpix < 0 && r.nulls && random() % 19 == 0) v = NAN;
    if (r.bitpix < 0 && y == 3) v = 7.25;  // these two cfitsio does not quantise
    if (r.bitpix < 0 && y == 5 && x == 11) v = 3e30;
    values[i] = v;
  }
  return values;
}

struct Counts {
  int boxes = 0;
  uint64_t with = 0, without = 0;
};

void compare(const Recipe& r, const std::vector<double>& values, uint32_t spacing, std::mt19937& random,
             Counts& counts) {
  const std::vector<std::byte> file = plane::write(r, values);
  plane::Oracle oracle(file, 1);
  const Layout layout = plane::describe(oracle, file.size(), 1);
  const Plane& p = layout.planes[0];
  plane::Counting reader(file);
  plane::Points points(layout, plane::pointsOf(reader, layout, spacing));
  REQUIRE_MESSAGE(points.table->find(p) != nullptr, r.name());
  std::vector<Box> boxes = plane::boxes(p.width, p.height, random, 4);
  for (uint32_t i = 0; i < 8; ++i) {
    const uint32_t x = static_cast<uint32_t>(random()) % (p.width - 20),
                   y = static_cast<uint32_t>(random()) % 20;
    boxes.push_back({x, y, x + 20, y + 20});
  }
  // To the very places of points, and around them.
  boxes.push_back({spacing, 0, spacing + 1, 20});
  boxes.push_back({spacing - 1, 7, 2 * spacing, 18});
  boxes.push_back({2 * spacing, 15, p.width, 17});
  for (const Box& box : boxes) {
    std::vector<std::byte> theirs;
    REQUIRE_MESSAGE(oracle.read(p.bitpix, box, true, theirs) == 0, r.name());
    reader.taken();
    const std::vector<std::byte> plain = plane::ours(reader, layout, p, box);
    counts.without += reader.taken();
    const std::vector<std::byte> mine = plane::ours(reader, layout, p, box, *points.table);
    counts.with += reader.taken();
    const long at = plane::difference(mine, theirs, p.bitpix);
    REQUIRE_MESSAGE(at == -1, r.name(), " spacing ", spacing, " box ", box.x0, ",", box.y0, " ", box.x1, ",",
                    box.y1, " pixel ", at);
    CHECK(mine == plain);
    ++counts.boxes;
  }
}

}  // namespace

TEST_CASE("seek: integers in Rice, of every BITPIX, spacing and width") {
  std::mt19937 random(60);
  Counts counts;
  for (int bitpix : {BYTE_IMG, SHORT_IMG, USHORT_IMG, LONG_IMG})
    for (uint32_t spacing : {32u, 64u, 256u})
      for (long width : {529L, 1024L}) {
        Recipe r;
        r.bitpix = bitpix, r.width = width, r.height = 41, r.tileWidth = width;
        compare(r, noise(r, random), spacing, random, counts);
      }
  CHECK(counts.boxes > 300);
  CHECK(counts.with < counts.without);
}

TEST_CASE("seek: quantised floats, every dither and null") {
  std::mt19937 random(61);
  Counts counts;
  for (int bitpix : {FLOAT_IMG, DOUBLE_IMG})
    for (int dither : {NO_DITHER, SUBTRACTIVE_DITHER_1, SUBTRACTIVE_DITHER_2})
      for (bool nulls : {false, true})
        for (uint32_t spacing : {32u, 256u}) {
          Recipe r;
          r.bitpix = bitpix, r.width = 1100, r.height = 41, r.tileWidth = 1100;
          r.dither = dither, r.nulls = nulls;
          r.seed = 1 + static_cast<int>(random() % 10000);
          compare(r, noise(r, random), spacing, random, counts);
        }
  CHECK(counts.boxes > 300);
  CHECK(counts.with < counts.without);
}

TEST_CASE("seek: masks in GZIP are read from their runs, and their heap is not touched") {
  std::mt19937 random(62);
  Counts counts;
  for (int codec : {GZIP_1, GZIP_2})
    for (int bitpix : {BYTE_IMG, SHORT_IMG, LONG_IMG}) {
      Recipe r;
      r.codec = codec, r.bitpix = bitpix, r.width = 700, r.height = 41, r.tileWidth = 700;
      compare(r, plane::flags(700, 41, random), 256, random, counts);
    }
  CHECK(counts.with < counts.without);
}

TEST_CASE("seek: noise in GZIP is not held as runs; square tiles and plain pixels have no points") {
  std::mt19937 random(63);
  Recipe noisy;
  noisy.codec = GZIP_2, noisy.bitpix = LONG_IMG, noisy.width = 700, noisy.height = 41, noisy.tileWidth = 700;
  Recipe square;
  square.bitpix = LONG_IMG, square.width = 700, square.height = 41;
  square.tileWidth = 64, square.tileHeight = 20;
  Recipe plain;
  plain.codec = 0, plain.bitpix = LONG_IMG, plain.width = 700, plain.height = 41;
  Recipe narrow;
  narrow.bitpix = LONG_IMG, narrow.width = 256, narrow.height = 41, narrow.tileWidth = 256;
  for (const Recipe& r : {noisy, square, plain, narrow}) {
    const std::vector<std::byte> file = plane::write(r, noise(r, random));
    const int hdu = r.codec == 0 ? 0 : 1;
    plane::Oracle oracle(file, hdu);
    const Layout layout = plane::describe(oracle, file.size(), hdu);
    plane::Bytes reader(file);
    CHECK_MESSAGE(plane::pointsOf(reader, layout).empty(), r.name());
  }
}

TEST_CASE("seek: a stamp takes its stretch of each row") {
  std::mt19937 random(64);
  Recipe r;
  r.bitpix = FLOAT_IMG, r.width = 4072, r.height = 64, r.tileWidth = 4072, r.dither = SUBTRACTIVE_DITHER_2;
  const std::vector<std::byte> file = plane::write(r, noise(r, random));
  plane::Oracle oracle(file, 1);
  const Layout layout = plane::describe(oracle, file.size(), 1);
  plane::Counting reader(file);
  const std::vector<std::byte> bytes = plane::pointsOf(reader, layout);
  CHECK(bytes.size() < file.size() / 25);
  plane::Points points(layout, bytes);
  reader.taken();
  const Box box{2000, 5, 2051, 56};
  CHECK(plane::ours(reader, layout, layout.planes[0], box, *points.table) ==
        plane::ours(reader, layout, layout.planes[0], box));
}
