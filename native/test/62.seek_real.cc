// Every row-tiled plane of the real files, by seek points and against cfitsio's sections.
#include "support/real_layouts.h"
#include "support/seek.h"

using namespace vignet;

TEST_CASE("seek: every plane of every real file whose tiles are rows") {
  std::mt19937 random(62);
  int planes = 0;
  const auto compare = [&](std::span<const std::byte> bytes, Reader& reader, const Layout& layout,
                           uint32_t spacing) {
    const std::vector<std::byte> made = plane::pointsOf(reader, layout, spacing);
    if (made.empty()) return;
    plane::Points points(layout, made);
    for (const Plane& p : layout.planes) {
      if (!points.table->find(p)) continue;
      planes += spacing == 32;
      plane::Oracle oracle(bytes, p.hdu);
      for (const Box& box : plane::boxes(p.width, p.height, random, 30)) {
        std::vector<std::byte> theirs;
        REQUIRE(oracle.read(p.bitpix, box, p.tiles->quantized, theirs) == 0);
        const auto mine = plane::ours(reader, layout, p, box, *points.table);
        REQUIRE(plane::difference(mine, theirs, p.bitpix) == -1);
        CHECK(mine == plane::ours(reader, layout, p, box));
      }
    }
  };
  const bool there = plane::eachRealFile(
      [&](std::span<const std::byte> bytes, Reader& reader, const std::vector<Layout>& layouts) {
        for (const Layout& layout : layouts) {
          for (const uint32_t spacing : {32u, 256u}) compare(bytes, reader, layout, spacing);
        }
      });
  if (!there) return;
  MESSAGE(planes, " planes have seek points");
  CHECK(planes >= 5);
}
