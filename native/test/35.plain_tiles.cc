// Tiles whose pixels are not compressed: the old column UNCOMPRESSED_DATA, which cfitsio no longer writes but
// reads.
#include "core/fits/write.h"
#include "support/cfitsio_plane.h"

using namespace vignet;

namespace {

void append(std::vector<std::byte>& out, uint64_t value, size_t width) {
  for (size_t i = width; i-- > 0;) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

// A 5 x 2 image of row tiles of floats, held in UNCOMPRESSED_DATA alone.
std::vector<std::byte> file(int bitpix, const char* form, const std::vector<float>& pixels) {
  HeaderWriter primary, table;
  primary.add("SIMPLE", true), primary.add("BITPIX", 8), primary.add("NAXIS", 0), primary.add("EXTEND", true);
  table.add("XTENSION", "BINTABLE"), table.add("BITPIX", 8), table.add("NAXIS", 2), table.add("NAXIS1", 32);
  table.add("NAXIS2", 2), table.add("PCOUNT", 40), table.add("GCOUNT", 1), table.add("TFIELDS", 4);
  table.add("TTYPE1", "COMPRESSED_DATA"), table.add("TFORM1", "1PB(0)"),
      table.add("TTYPE2", "UNCOMPRESSED_DATA");
  table.add("TFORM2", form), table.add("TTYPE3", "ZSCALE"), table.add("TFORM3", "1D");
  table.add("TTYPE4", "ZZERO"), table.add("TFORM4", "1D"), table.add("ZIMAGE", true),
      table.add("ZBITPIX", bitpix);
  table.add("ZNAXIS", 2), table.add("ZNAXIS1", 5), table.add("ZNAXIS2", 2), table.add("ZTILE1", 5);
  table.add("ZTILE2", 1), table.add("ZCMPTYPE", "RICE_1"), table.add("ZVAL1", 32), table.add("ZVAL2", 4);
  const std::string text = primary.finish() + table.finish();
  std::vector<std::byte> out(text.size());
  std::memcpy(out.data(), text.data(), text.size());
  for (uint64_t row = 0; row < 2; ++row) {
    append(out, 0, 8), append(out, 5, 4), append(out, 20 * row, 4);
    append(out, 0, 8), append(out, 0, 8);
  }
  for (float p : pixels) append(out, std::bit_cast<uint32_t>(p), 4);
  out.resize(paddedBlock(out.size()));
  return out;
}

}  // namespace

TEST_CASE("pixels: uncompressed tiles, also of floats in an image of doubles") {
  const std::vector<float> pixels{1.5f, -2, 3, 1e20f, 5, 6, NAN, 8, 0.1f, 10};
  for (int bitpix : {-32, -64}) {
    const auto bytes = file(bitpix, "1PE(5)", pixels);
    plane::Oracle oracle(bytes, 1);
    plane::Bytes reader(bytes);
    const LayoutSource source{&reader, std::nullopt, std::nullopt};
    const Layout layout = readLayout(std::span(&source, 1));
    for (const Box box : {Box{0, 0, 5, 2}, Box{1, 1, 4, 2}, Box{4, 0, 5, 1}}) {
      std::vector<std::byte> theirs;
      REQUIRE(oracle.read(bitpix, box, true, theirs) == 0);
      CHECK(plane::difference(plane::ours(reader, layout, layout.planes[0], box), theirs, bitpix) == -1);
    }
  }
}

TEST_CASE("pixels: uncompressed tiles of another type or length than the plane's are errors") {
  const std::vector<float> pixels(10, 1.0f);
  for (const char* form : {"1PJ(5)", "1PI(5)"}) {
    const auto bytes = file(-32, form, pixels);
    plane::Bytes reader(bytes);
    const LayoutSource source{&reader, std::nullopt, std::nullopt};
    const Layout layout = readLayout(std::span(&source, 1));
    CHECK_THROWS_AS(plane::ours(reader, layout, layout.planes[0], {0, 0, 1, 1}), Error);
  }
  auto bytes = file(-32, "1PE(5)", pixels);
  bytes[5760 + 11] = std::byte{4};  // four pixels in the first tile
  plane::Bytes reader(bytes);
  const LayoutSource source{&reader, std::nullopt, std::nullopt};
  const Layout layout = readLayout(std::span(&source, 1));
  CHECK_THROWS_WITH_AS(plane::ours(reader, layout, layout.planes[0], {0, 0, 1, 1}),
                       doctest::Contains("HDU 1, tile 1: expected at least "), Error);
}
