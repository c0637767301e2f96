// Images drawn at random (codec, BITPIX, size, tiles, dither, nulls, noise, level), boxes drawn at random:
// cfitsio's pixels by every set of instructions.
#include "support/cfitsio_plane.h"
#include "support/each_simd.h"

using namespace vignet;
using plane::Recipe;

namespace {

struct Draw {
  std::mt19937& random;
  template <typename T>
  T of(std::initializer_list<T> some) {
    return some.begin()[random() % some.size()];
  }
  long upTo(long most) { return 1 + static_cast<long>(random() % static_cast<unsigned long>(most)); }
};

Recipe recipe(Draw draw) {
  Recipe r;
  const bool real = draw.random() % 2;
  r.bitpix = real ? draw.of({FLOAT_IMG, DOUBLE_IMG})
                  : draw.of({BYTE_IMG, SHORT_IMG, USHORT_IMG, LONG_IMG, ULONG_IMG});
  // HCOMPRESS and PLIO of anything at random are more than cfitsio's own encoders bear (31.pixels has them).
  r.codec = draw.of({RICE_1, RICE_1, RICE_1, GZIP_1, GZIP_2});
  r.width = draw.upTo(700), r.height = draw.upTo(60);
  r.tileWidth = draw.random() % 2 ? r.width : draw.upTo(r.width);
  r.tileHeight = draw.random() % 2 ? 1 : draw.upTo(r.height);
  if (real) {
    r.dither = draw.of({NO_DITHER, SUBTRACTIVE_DITHER_1, SUBTRACTIVE_DITHER_2});
    r.seed = static_cast<int>(draw.upTo(10000));
    r.nulls = draw.random() % 2;
    r.level = draw.of({1.0f, 4.0f, 16.0f, 200.0f, -0.001f, -3.0f});
    if (r.codec != RICE_1 && draw.random() % 4 == 0) r.level = 0;
  }
  return r;
}

std::vector<double> scene(const Recipe& r, std::mt19937& random) {
  const double sigma = std::ldexp(1.0, static_cast<int>(random() % 12) - 2);
  std::normal_distribution<double> noise(100, sigma);
  const double scale = r.bitpix == BYTE_IMG ? 1 : r.bitpix == LONG_IMG || r.bitpix == ULONG_IMG ? 1000 : 10;
  std::vector<double> values(static_cast<size_t>(r.width * r.height));
  int quiet = 0;
  for (double& v : values) {
    if (quiet == 0 && random() % 300 == 0) quiet = 100;
    v = quiet > 0 ? 50 : noise(random);
    if (quiet > 0) --quiet;
    if (random() % 200 == 0) v += 20 * sigma * static_cast<double>(random() % 20);
    if (r.bitpix < 0) {
      if (random() % 29 == 0) v = 0;
      if (r.nulls && random() % 23 == 0) v = NAN;
    } else {
      v = std::floor(v * scale);
      if (r.bitpix == BYTE_IMG) v = std::clamp(v, 0.0, 255.0);
      if (r.bitpix == SHORT_IMG) v = std::clamp(v, -32768.0, 32767.0);
      if (r.bitpix == USHORT_IMG) v = std::clamp(v, 0.0, 65535.0);
      if (r.bitpix == ULONG_IMG) v = std::clamp(v, 0.0, 4294967295.0);
    }
  }
  return values;
}

}  // namespace

TEST_CASE("pixels: images at random, boxes at random") {
  std::mt19937 random(38);
  for (int turn = 0; turn < 250; ++turn) {
    const Recipe r = recipe({random});
    const auto file = plane::write(r, scene(r, random));
    plane::Oracle oracle(file, 1);
    const Layout layout = plane::describe(oracle, file.size(), 1);
    const Plane& p = layout.planes[0];
    plane::Bytes reader(file);
    for (const Box& box : plane::boxes(p.width, p.height, random, 4)) {
      std::vector<std::byte> theirs;
      REQUIRE_MESSAGE(oracle.read(p.bitpix, box, true, theirs) == 0, r.name());
      eachSimd([&] {
        const long at = plane::difference(plane::ours(reader, layout, p, box), theirs, p.bitpix);
        REQUIRE_MESSAGE(at == -1, turn, ": ", r.name(), " box ", box.x0, ",", box.y0, " ", box.x1, ",",
                        box.y1, " pixel ", at);
      });
    }
  }
}
