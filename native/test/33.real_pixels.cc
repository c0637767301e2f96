// Every plane of every real file, against cfitsio's sections.
#include "support/each_simd.h"
#include "support/real_layouts.h"

using namespace vignet;

TEST_CASE("pixels: every plane of every real file") {
  std::mt19937 random(33);
  int planes = 0, tiled = 0;
  const auto compare = [&](std::span<const std::byte> bytes, Reader& reader, const Layout& layout,
                           const Plane& p) {
    plane::Oracle oracle(bytes, p.hdu);
    const bool nan = p.tiles && p.tiles->quantized;
    for (const Box& box : plane::boxes(p.width, p.height, random, 12)) {
      std::vector<std::byte> theirs;
      REQUIRE(oracle.read(p.bitpix, box, nan, theirs) == 0);
      eachSimd([&] {
        const long at = plane::difference(plane::ours(reader, layout, p, box), theirs, p.bitpix);
        REQUIRE_MESSAGE(at == -1, "HDU ", p.hdu, " box ", box.x0, ",", box.y0, " ", box.x1, ",", box.y1,
                        " pixel ", at);
      });
    }
    ++planes;
    tiled += p.tiles.has_value();
  };
  const bool there = plane::eachRealFile(
      [&](std::span<const std::byte> bytes, Reader& reader, const std::vector<Layout>& layouts) {
        for (const Layout& layout : layouts) {
          for (const Plane& p : layout.planes) compare(bytes, reader, layout, p);
        }
      });
  if (!there) return;
  MESSAGE(planes, " planes compared, ", tiled, " of them tiled");
  CHECK(planes > 80);
  CHECK(tiled > 10);
}
