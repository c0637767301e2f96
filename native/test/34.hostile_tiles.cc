// Tiles that lie: every codec, cut short, scrambled, with false lengths. Each is an error that names its
// tile, or pixels; never a crash.
#include "core/codec/gzip.h"
#include "core/codec/hcompress.h"
#include "core/codec/plio.h"
#include "core/codec/rice.h"
#include "support/cfitsio_plane.h"
#include "support/each_simd.h"

using namespace vignet;
using plane::Recipe;

namespace {

const int codecs[] = {RICE_1, GZIP_1, GZIP_2, PLIO_1, HCOMPRESS_1};

struct Made {
  std::vector<std::byte> file;
  Layout layout;
  size_t table, heap;  // offsets in the file
};

Made make(int codec, int bitpix) {
  std::mt19937 random(41);
  Recipe r;
  r.codec = codec, r.bitpix = bitpix, r.width = 60, r.height = 40, r.tileWidth = 20, r.tileHeight = 20;
  std::vector<double> values;
  for (int i = 0; i < 2400; ++i)
    values.push_back(codec == PLIO_1 ? (i / 9) % 5 : static_cast<double>(100 + random() % 20));
  Made made;
  made.file = plane::write(r, values);
  plane::Oracle oracle(made.file, 1);
  made.layout = plane::describe(oracle, made.file.size(), 1);
  made.table = made.layout.hdus[1].dataOffset;
  made.heap = made.table + made.layout.planes[0].tiles->heapOffset;
  return made;
}

std::string outcomeOnce(const Made& made, Box box) {
  plane::Bytes reader(made.file);
  try {
    plane::ours(reader, made.layout, made.layout.planes[0], box);
    return "";
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::data);
    return error.what();
  }
}

// The error's detail, or "" when pixels came: the same by every set of instructions.
std::string outcome(const Made& made, Box box = {0, 0, 60, 40}) {
  const std::string says = outcomeOnce(made, box);
  eachSimd([&] { REQUIRE(outcomeOnce(made, box) == says); });
  return says;
}

void put32(std::vector<std::byte>& bytes, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::byte>(value >> (24 - 8 * i));
}

uint32_t get32(const std::vector<std::byte>& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<uint32_t>(bytes[at + i]);
  return value;
}

}  // namespace

TEST_CASE("hostile: a tile cut to any length is an error that names it") {
  for (int codec : codecs)
    for (int bitpix : {SHORT_IMG, FLOAT_IMG}) {
      if (codec == PLIO_1 && bitpix == FLOAT_IMG) continue;
      const Made whole = make(codec, bitpix);
      const size_t row = whole.table + 3 * whole.layout.planes[0].tiles->rowBytes;  // of tile 4
      const uint32_t count = get32(whole.file, row);
      for (uint32_t cut = 1; cut < count; ++cut) {
        Made made = whole;
        put32(made.file, row, cut);
        const std::string says = outcome(made);
        REQUIRE_MESSAGE(says.find("HDU 1, tile 4: ") == 0, codec, " cut to ", cut, ": ", says);
        // Its neighbours are not touched by it.
        REQUIRE(outcome(made, {0, 0, 60, 20}) == "");
      }
    }
}

TEST_CASE("hostile: descriptors that lie about length and place") {
  for (int codec : codecs) {
    const Made whole = make(codec, SHORT_IMG);
    for (auto [count, offset] : {std::pair{0u, 0u},
                                 {0xffffffffu, 0u},
                                 {0x7fffffffu, 0u},
                                 {1u, 0xffffffffu},
                                 {8u, 0x7ffffff0u},
                                 {400000u, 0u},
                                 {0x80000000u, 0x80000000u}}) {
      Made made = whole;
      put32(made.file, made.table, count);
      put32(made.file, made.table + 4, offset);
      const std::string says = outcome(made);
      const std::string lie = std::to_string(count) + " at " + std::to_string(offset);
      CHECK_MESSAGE(says.find("HDU 1, tile 1: ") == 0, codec, ": ", lie, ": ", says);
    }
  }
}

TEST_CASE("hostile: bytes of the heap and of the table changed at random") {
  std::mt19937 random(43);
  int errors = 0;
  for (int codec : codecs)
    for (int bitpix : {BYTE_IMG, SHORT_IMG, LONG_IMG, FLOAT_IMG, DOUBLE_IMG}) {
      if (codec == PLIO_1 && bitpix < 0) continue;
      const Made whole = make(codec, bitpix);
      const size_t end = whole.table + whole.layout.hdus[1].dataBytes;
      for (int turn = 0; turn < 150; ++turn) {
        Made made = whole;
        const size_t from = turn % 4 == 0 ? whole.table : whole.heap;
        for (int change = turn % 5; change >= 0; --change)
          made.file[from + random() % (end - from)] = static_cast<std::byte>(random());
        if (turn % 7 == 0)
          for (size_t at = whole.heap; at < end; ++at) made.file[at] = static_cast<std::byte>(random());
        errors += outcome(made) != "";
      }
    }
  CHECK(errors > 1000);
}

TEST_CASE("hostile: a tile of more pixels than its bytes can hold costs no memory") {
  const auto refusal = [](int codec, uint32_t side) {
    Made made = make(codec, SHORT_IMG);
    Plane& p = made.layout.planes[0];
    p.width = p.tiles->tileWidth = side;
    p.height = p.tiles->tileHeight = side;
    p.tiles->rows = 1;
    return outcome(made, {0, side - 1, 1, side});
  };
  for (int codec : {RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1, PLIO_1})
    CHECK(refusal(codec, 1 << 14).find("HDU 1, tile 1: ") == 0);
  // Of 0.67 GB of working memory, and of 1 GiB.
  CHECK(refusal(HCOMPRESS_1, 5792).find("tile 1: expected at least 98276 bytes for the HCOMPRESS stream") !=
        std::string::npos);
  CHECK(refusal(PLIO_1, 1 << 14).find("tile 1: expected at least 65532 bytes for the PLIO line list") !=
        std::string::npos);
}

TEST_CASE("a blank image in one tile is read, however few bytes it has") {
  Recipe r;
  r.width = r.tileWidth = 2048, r.height = r.tileHeight = 2048;
  for (int codec : {HCOMPRESS_1, PLIO_1}) {
    r.codec = codec;
    const std::vector<std::byte> file = plane::write(r, std::vector<double>(size_t{2048} * 2048, 0));
    plane::Oracle oracle(file, 1);
    const Layout layout = plane::describe(oracle, file.size(), 1);
    plane::Bytes reader(file);
    CHECK(file.size() < 20'000);
    CHECK_NOTHROW(plane::ours(reader, layout, layout.planes[0], {2040, 2040, 2048, 2048}));
  }
}

TEST_CASE("hostile: streams of noise of every length, to each codec alone") {
  std::mt19937 random(47);
  std::vector<int64_t> work;
  for (int turn = 0; turn < 4000; ++turn) {
    std::vector<std::byte> in(random() % 200);
    const int kind = turn % 3;
    for (auto& b : in)
      b = kind == 0   ? static_cast<std::byte>(random())
          : kind == 1 ? std::byte{0}
                      : static_cast<std::byte>(random() % 3);
    std::vector<int32_t> out32(1 + random() % 500);
    std::vector<int16_t> out16(out32.size());
    std::vector<uint8_t> out8(out32.size());
    auto quietly = [](auto call) {
      try {
        call();
      } catch (const Error& error) {
        CHECK(error.kind() == Kind::data);
      }
    };
    quietly([&] { riceDecode<int32_t>(in, out32, 1 + turn % 64); });
    quietly([&] { riceDecode<int16_t>(in, out16, 1 + turn % 64); });
    quietly([&] { riceDecode<uint8_t>(in, out8, 1 + turn % 64); });
    quietly([&] { plioDecode(in, out32); });
    quietly([&] { gzipDecode(in, std::as_writable_bytes(std::span(out32))); });
    if (in.size() < 25) continue;
    // A true header, so that the rest is reached.
    const uint32_t width = 2 + static_cast<uint32_t>(random() % 30),
                   height = 2 + static_cast<uint32_t>(random() % 30);
    in[0] = std::byte{0xDD}, in[1] = std::byte{0x99};
    put32(in, 2, height), put32(in, 6, width),
        put32(in, 10, turn % 2 ? 0 : static_cast<uint32_t>(random()) >> 1);
    for (size_t i = 22; i < 25; ++i) in[i] = static_cast<std::byte>(random() % 64);
    std::vector<int32_t> image(size_t{width} * height);
    quietly([&] { hcompressDecode(in, width, height, true, work, image, Control()); });
  }
}
