// Every plane of every real file, against cfitsio's sections.
#include "oracle.h"
#include "support/cfitsio_plane.h"
#include "support/each_simd.h"

using namespace vignet;

TEST_CASE("pixels: every plane of every real file") {
  const std::filesystem::path root = oracle::realData();
  if (root.empty()) {
    std::puts("REAL DATA NOT RUN");
    return;
  }
  std::mt19937 random(33);
  int planes = 0, tiled = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || (!name.ends_with(".fits") && !name.ends_with(".fz"))) continue;
    INFO(name);
    std::vector<std::byte> bytes(entry.file_size());
    std::ifstream(entry.path(), std::ios::binary)
        .read(reinterpret_cast<char*>(bytes.data()), static_cast<long>(bytes.size()));
    plane::Bytes reader(bytes);
    std::vector<uint16_t> hdus;
    try {
      hdus = imageHdus(reader);
    } catch (const Error&) {
      continue;  // broken headers and tables are other tests' matter
    }
    for (const uint16_t hdu : hdus) {
      const LayoutSource source{&reader, std::nullopt, hdu};
      Layout layout;
      try {
        layout = readLayout(std::span(&source, 1));
      } catch (const Error&) {
        continue;
      }
      for (const Plane& p : layout.planes) {
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
      }
    }
  }
  MESSAGE(planes, " planes compared, ", tiled, " of them tiled");
  CHECK(planes > 80);
  CHECK(tiled > 10);
}
