// Seek points that are stale, damaged or lie: ignored, and nothing is touched that should not be.
#include "support/seek.h"

using namespace vignet;
using plane::Recipe;

namespace {

// A float image and a mask, as two files would hold them; here each is a dataset of its own.
struct Image {
  std::vector<std::byte> file;
  Layout layout;
  std::vector<std::byte> points;

  explicit Image(bool mask, std::mt19937& random) {
    Recipe r;
    r.width = 700, r.height = 41, r.tileWidth = 700;
    r.codec = mask ? GZIP_2 : RICE_1, r.bitpix = mask ? LONG_IMG : FLOAT_IMG;
    r.dither = mask ? NO_DITHER : SUBTRACTIVE_DITHER_2;
    std::vector<double> values = plane::flags(700, 41, random);
    std::normal_distribution<double> gauss(0.0, 1.0);
    if (!mask)
      for (double& v : values) v += 12 * gauss(random);
    file = plane::write(r, values);
    layout = plane::describe(plane::Oracle(file, 1), file.size(), 1);
    plane::Bytes reader(file);
    points = plane::pointsOf(reader, layout, 64);
    REQUIRE(!points.empty());
  }

  // Whether a few boxes are what they are without seek points, and whether the points were taken up at all.
  bool same(const std::vector<std::byte>& given, bool* used = nullptr) const {
    plane::Bytes reader(file);
    plane::Points opened(layout, given);
    if (used) *used = opened.table->find(layout.planes[0]) != nullptr;
    bool all = true;
    for (const Box& box : {Box{300, 3, 351, 40}, Box{650, 10, 700, 17}, Box{0, 30, 20, 41}})
      all = all && plane::ours(reader, layout, layout.planes[0], box, *opened.table) ==
                       plane::ours(reader, layout, layout.planes[0], box);
    return all;
  }
};

uint32_t headerBytes(const std::vector<std::byte>& points) { return loadLittle<uint32_t>(&points[8]); }

void put(std::vector<std::byte>& points, size_t at, uint32_t value) { std::memcpy(&points[at], &value, 4); }

void signHeader(std::vector<std::byte>& points) {
  put(points, 12, crc32(std::span(points).subspan(16, headerBytes(points) - 16)));
}

// Signs every group of the one plane anew, as a liar would.
void signGroups(std::vector<std::byte>& points, const Image& image) {
  const TileTable& table = *image.layout.planes[0].tiles;
  const size_t offsets = headerBytes(points) - 8 * 4;  // 41 rows: three groups
  for (uint32_t g = 0; g < 3; ++g) {
    const uint64_t from = loadLittle<uint64_t>(&points[offsets + 8 * g]),
                   to = loadLittle<uint64_t>(&points[offsets + 8 * g + 8]);
    if (from > to || to > points.size() || to - from < 4) continue;
    const size_t first = g * kSeekGroupRows, rows = std::min<size_t>(kSeekGroupRows, 41 - first);
    const auto rowsBytes =
        std::span(image.file)
            .subspan(image.layout.hdus.back().dataOffset + first * table.rowBytes, rows * table.rowBytes);
    put(points, from, seekChecksum(0, g, rowsBytes, std::span(points).subspan(from + 4, to - from - 4)));
  }
}

}  // namespace

TEST_CASE("seek: points of another time, version or file are not taken up") {
  std::mt19937 random(65);
  for (bool mask : {false, true}) {
    const Image image(mask, random);
    bool used = false;
    CHECK(image.same(image.points, &used));
    CHECK(used);

    Image touched = image;
    touched.layout.files[0].mtimeNs = 1;
    CHECK(touched.same(image.points, &used));
    CHECK(!used);

    std::vector<std::byte> newer = image.points;
    put(newer, 4, kSeekVersion + 1);
    CHECK(image.same(newer, &used));
    CHECK(!used);

    // The same size and time, but other pixels: the table's rows give them away.
    Image other(mask, random);
    other.layout.files[0] = image.layout.files[0];
    std::vector<std::byte> padded = other.file;
    padded.resize(std::max(padded.size(), image.file.size()));
    other.file = padded;
    CHECK(other.same(image.points));
  }
}

TEST_CASE("seek: no flipped bit and no lost byte changes a pixel") {
  std::mt19937 random(66);
  for (bool mask : {false, true}) {
    const Image image(mask, random);
    for (size_t at = 0; at < image.points.size(); ++at) {
      std::vector<std::byte> damaged = image.points;
      damaged[at] ^= static_cast<std::byte>(1u << random() % 8);
      REQUIRE_MESSAGE(image.same(damaged), "byte ", at);
    }
    for (size_t size = 0; size < image.points.size(); size += 1 + random() % 9) {
      std::vector<std::byte> cut = image.points;
      cut.resize(size);
      REQUIRE_MESSAGE(image.same(cut), "size ", size);
    }
  }
}

TEST_CASE("seek: a pack that is shorter than its entry") {
  std::mt19937 random(67);
  const Image image(false, random);
  plane::Bytes reader(image.file);
  for (size_t size : {size_t{0}, size_t{30}, size_t{headerBytes(image.points)}, image.points.size() - 1}) {
    plane::Bytes pack(std::span(image.points).first(size));
    SeekTable table(pack, 0, image.points.size(), image.layout);
    CHECK(table.find(image.layout.planes[0]) == nullptr);
  }
}

TEST_CASE("seek: well-signed lies lead nowhere") {
  std::mt19937 random(68);
  for (bool mask : {false, true}) {
    const Image image(mask, random);
    int taken = 0;
    for (int i = 0; i < 4000; ++i) {
      std::vector<std::byte> lies = image.points;
      // Bytes of groups, or any of the header.
      const size_t header = headerBytes(lies);
      for (int n = 1 + static_cast<int>(random() % 4); n > 0; --n) {
        const size_t at = i % 4 ? header + random() % (lies.size() - header) : 16 + random() % (header - 16);
        lies[at] = static_cast<std::byte>(random());
      }
      signGroups(lies, image);
      signHeader(lies);
      bool used = false;
      try {
        image.same(lies, &used);
      } catch (const Error& error) {
        FAIL("a lie was told on: ", error.what());
      }
      taken += used;
    }
    CHECK(taken > 1000);
  }
}
