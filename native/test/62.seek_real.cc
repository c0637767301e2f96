// Every row-tiled plane of the real files, by seek points and against cfitsio's sections.
#include "oracle.h"
#include "support/seek.h"

using namespace vignet;

TEST_CASE("seek: every plane of every real file whose tiles are rows") {
  const std::filesystem::path root = oracle::realData();
  if (root.empty()) {
    std::puts("REAL DATA NOT RUN");
    return;
  }
  std::mt19937 random(62);
  int planes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || (!name.ends_with(".fits") && !name.ends_with(".fz"))) continue;
    INFO(name);
    std::vector<std::byte> bytes(entry.file_size());
    std::ifstream(entry.path(), std::ios::binary)
        .read(reinterpret_cast<char*>(bytes.data()), static_cast<long>(bytes.size()));
    plane::Bytes reader(bytes);
    std::vector<Layout> layouts;
    try {
      for (const uint16_t hdu : imageHdus(reader)) {
        const LayoutSource source{&reader, std::nullopt, hdu};
        layouts.push_back(readLayout(std::span(&source, 1)));
      }
    } catch (const Error&) {
      continue;  // broken headers and tables are other tests' matter
    }
    for (const Layout& layout : layouts) {
      for (uint32_t spacing : {32u, 256u}) {
        const std::vector<std::byte> made = plane::pointsOf(reader, layout, spacing);
        if (made.empty()) continue;
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
      }
    }
  }
  MESSAGE(planes, " planes have seek points");
  CHECK(planes >= 5);
}
