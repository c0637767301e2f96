// Many stamps of one image: the same pixels as one by one, each tile decoded once.
#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <random>

#include "core/base/bytes.h"
#include "core/stack/cut_stamps.h"
#include "core/stack/locate.h"
#include "support/seek.h"

using namespace vignet;
using plane::Recipe;

namespace {

std::vector<double> noise(const Recipe& r, std::mt19937& random) {
  std::normal_distribution<double> gauss(40, 12);
  std::vector<double> values(static_cast<size_t>(r.width * r.height));
  for (double& v : values) {
    v = gauss(random);
    if (r.bitpix > 0) v = std::floor(std::clamp(v, 0.0, 127.0));
  }
  return values;
}

std::vector<StampCentre> centresIn(const Plane& plane, size_t count, uint32_t size, std::mt19937& random) {
  std::vector<StampCentre> centres;
  for (size_t i = 0; i < count; ++i) {
    const auto within = [&](uint32_t side) {
      return static_cast<int32_t>(random() % (side + 2 * size)) - static_cast<int32_t>(size);
    };
    centres.push_back({within(plane.width), within(plane.height)});
  }
  return centres;
}

// One stamp by readPixels, placed by hand.
std::vector<std::byte> alone(Reader& reader, const Layout& layout, const Plane& plane, StampCentre centre,
                             uint32_t size, const std::vector<std::byte>& outside) {
  const size_t pixel = plane.pixelBytes();
  const int64_t x0 = int64_t{centre.x} - size / 2, y0 = int64_t{centre.y} - size / 2;
  std::vector<std::byte> stamp(size_t{size} * size * pixel);
  for (uint32_t j = 0; j < size; ++j) {
    for (uint32_t i = 0; i < size; ++i) {
      const int64_t x = x0 + i, y = y0 + j;
      std::byte* to = stamp.data() + (size_t{j} * size + i) * pixel;
      std::copy_n(outside.data(), pixel, to);
      if (x < 0 || y < 0 || x >= plane.width || y >= plane.height) continue;
      const auto ux = static_cast<uint32_t>(x), uy = static_cast<uint32_t>(y);
      readPixels(reader, layout, plane, {ux, uy, ux + 1, uy + 1}, {to, pixel}, Control());
    }
  }
  return stamp;
}

std::vector<std::byte> outsideOf(const Plane& plane, uint64_t noData) {
  std::vector<std::byte> value(plane.pixelBytes());
  if (plane.bitpix == -32) storeBe(value.data(), NAN);
  if (plane.bitpix == -64) storeBe(value.data(), static_cast<double>(NAN));
  if (plane.kind == PlaneKind::mask && plane.bitpix == 32)
    storeBe(value.data(), static_cast<uint32_t>(noData));
  return value;
}

}  // namespace

TEST_CASE("cut stamps: as one by one, in every shape of tiles") {
  std::mt19937 random(69);
  for (const int codec : {0, RICE_1, GZIP_2, HCOMPRESS_1}) {
    for (const auto& [tw, th] : {std::pair{203L, 1L}, {64L, 48L}, {203L, 7L}, {203L, 151L}, {30L, 151L}}) {
      for (const int bitpix : {SHORT_IMG, FLOAT_IMG}) {
        Recipe r;
        r.codec = codec, r.bitpix = bitpix, r.width = 203, r.height = 151, r.tileWidth = tw,
        r.tileHeight = th;
        if (codec == HCOMPRESS_1 && (th < 4 || tw < 4)) continue;
        const std::vector<std::byte> file = plane::write(r, noise(r, random));
        const int hdu = codec ? 1 : 0;
        plane::Oracle oracle(file, hdu);
        const Layout layout = plane::describe(oracle, file.size(), hdu);
        const Plane& p = layout.planes[0];
        plane::Bytes reader(file);
        const std::vector<std::byte> outside = outsideOf(p, 0);
        for (const uint32_t size : {1u, 6u, 17u}) {
          const std::vector<StampCentre> centres = centresIn(p, size == 1 ? 40 : 9, size, random);
          const size_t each = size_t{size} * size * outside.size();
          std::vector<std::byte> out(centres.size() * each, std::byte{0xee});
          REQUIRE(cutStamps(reader, layout, p, nullptr, size, centres, out, 0, Control()) == centres.size());
          for (size_t k = 0; k < centres.size(); ++k) {
            const std::vector<std::byte> mine(out.begin() + static_cast<ptrdiff_t>(k * each),
                                              out.begin() + static_cast<ptrdiff_t>((k + 1) * each));
            REQUIRE_MESSAGE(
                plane::difference(mine, alone(reader, layout, p, centres[k], size, outside), p.bitpix) == -1,
                r.name(), " stamp ", k);
          }
        }
      }
    }
  }
}

TEST_CASE("cut stamps: each tile is read and decoded once, and none that no stamp touches") {
  std::mt19937 random(7);
  for (const auto& [tw, th] : {std::pair{1500L, 1L}, {100L, 100L}}) {
    Recipe r;
    r.bitpix = FLOAT_IMG, r.width = 1500, r.height = 1200, r.tileWidth = tw, r.tileHeight = th;
    const std::vector<std::byte> file = plane::write(r, noise(r, random));
    plane::Oracle oracle(file, 1);
    const Layout layout = plane::describe(oracle, file.size(), 1);
    const Plane& p = layout.planes[0];
    plane::Counting reader(file);
    std::vector<StampCentre> centres = centresIn(p, 2000, 40, random);
    std::vector<std::byte> out(centres.size() * 40 * 40 * 4);
    REQUIRE(cutStamps(reader, layout, p, nullptr, 40, centres, out, 0, Control()) == centres.size());
    const uint64_t all = reader.taken();
    CHECK(all < file.size() * 11 / 10);
    // Two stamps in opposite corners of the middle: their tiles and not much else.
    centres = {{330, 650}, {1150, 650}};
    out.resize(2 * 40 * 40 * 4);
    REQUIRE(cutStamps(reader, layout, p, nullptr, 40, centres, out, 0, Control()) == 2);
    CHECK(reader.taken() < all / 15);
  }
}

TEST_CASE("cut stamps: masks have NO_DATA outside, by whatever bit") {
  std::mt19937 random(8);
  Recipe r;
  r.codec = GZIP_2, r.bitpix = LONG_IMG, r.width = 90, r.height = 70, r.tileWidth = 90;
  const std::vector<std::byte> file = plane::write(r, plane::flags(90, 70, random));
  plane::Oracle oracle(file, 1);
  Layout layout = plane::describe(oracle, file.size(), 1);
  layout.planes.push_back(layout.planes[0]);
  layout.planes[1].kind = PlaneKind::mask;
  layout.maskPlanes = {{"BAD", 0}, {"NO_DATA", 9}};
  plane::Bytes reader(file);
  const std::vector<StampCentre> centres = {{0, 0}, {89, 69}, {45, 30}, {-40, 500}};
  std::vector<std::byte> out(centres.size() * 11 * 11 * 4);
  REQUIRE(cutStamps(reader, layout, layout.planes[1], nullptr, 11, centres, out, 0, Control()) == 4);
  const std::vector<std::byte> outside = outsideOf(layout.planes[1], 512);
  for (size_t k = 0; k < 4; ++k) {
    CHECK(std::vector<std::byte>(out.begin() + static_cast<ptrdiff_t>(k * 484),
                                 out.begin() + static_cast<ptrdiff_t>(k * 484 + 484)) ==
          alone(reader, layout, layout.planes[1], centres[k], 11, outside));
  }
}

TEST_CASE("cut stamps: yields, seek points, and what is refused") {
  std::mt19937 random(9);
  Recipe r;
  r.bitpix = FLOAT_IMG, r.width = 600, r.height = 900, r.tileWidth = 600;
  const std::vector<std::byte> file = plane::write(r, noise(r, random));
  plane::Oracle oracle(file, 1);
  const Layout layout = plane::describe(oracle, file.size(), 1);
  const Plane& p = layout.planes[0];
  plane::Bytes reader(file);
  const std::vector<StampCentre> centres = centresIn(p, 60, 33, random);
  std::vector<std::byte> whole(60 * 33 * 33 * 4), pieces(whole.size(), std::byte{0xee}), points(whole.size());
  REQUIRE(cutStamps(reader, layout, p, nullptr, 33, centres, whole, 0, Control()) == 60);
  std::atomic<int32_t> word = 1;
  const Control yielding(&word, Control::Clock::time_point::max());
  size_t done = 0;
  int calls = 0;
  while (done < 60) {
    const size_t next = cutStamps(reader, layout, p, nullptr, 33, centres, pieces, done, yielding);
    REQUIRE(next > done);
    done = next, ++calls;
  }
  CHECK(calls > 1);
  CHECK(pieces == whole);
  plane::Points seek(layout, plane::pointsOf(reader, layout, 64));
  REQUIRE(cutStamps(reader, layout, p, seek.table.get(), 33, centres, points, 0, Control()) == 60);
  CHECK(points == whole);

  word = 2;
  CHECK_THROWS_AS(cutStamps(reader, layout, p, nullptr, 33, centres, whole, 0, yielding), Error);
  CHECK_THROWS_AS(cutStamps(reader, layout, p, nullptr, 0, centres, {}, 0, Control()), Error);
  CHECK_THROWS_AS(cutStamps(reader, layout, p, nullptr, 32, centres, whole, 0, Control()), Error);
  CHECK_THROWS_AS(cutStamps(reader, layout, p, nullptr, 33, centres, whole, 61, Control()), Error);
  CHECK(cutStamps(reader, layout, p, nullptr, 33, {}, {}, 0, Control()) == 0);
  const StampCentre far[] = {{INT32_MAX, INT32_MIN}, {INT32_MIN, 5}};
  std::vector<std::byte> two(2 * 33 * 33 * 4);
  CHECK(cutStamps(reader, layout, p, nullptr, 33, far, two, 0, Control()) == 2);
}
