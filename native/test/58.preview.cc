// Previews: whatever blocks the tiles of an image are read in, the picture is the same.
#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/render/preview.h"
#include "fits_builder.h"
#include "support/real_layouts.h"

using namespace vignet;

namespace {

bool samePicture(const Picture& a, const Picture& b) {
  return a.width == b.width && a.height == b.height && a.rgba == b.rgba;
}

}  // namespace

TEST_CASE("preview: one tile at a time, rows of tiles and the whole image give one picture") {
  int pictures = 0;
  const bool there = plane::eachRealFile(
      [&](std::span<const std::byte>, Reader& reader, const std::vector<Layout>& layouts) {
        for (const Layout& layout : layouts) {
          if (layout.planes[0].file != 0) continue;
          for (const uint32_t side : {64u, 1024u}) {
            RenderOptions options;
            options.maxSide = side;
            const Picture whole = preview(reader, layout, options, {}, nullptr, UINT32_MAX);
            CHECK(std::max(whole.width, whole.height) <= side);
            for (const uint64_t bytes : {uint64_t{1}, uint64_t{100'000}, kPreviewBlock})
              CHECK(samePicture(preview(reader, layout, options, {}, nullptr, bytes), whole));
            ++pictures;
          }
        }
      });
  if (there) CHECK(pictures > 50);
}

TEST_CASE("preview: is stopped, and refuses a picture without pixels") {
  fits_test::Memory file(fits_test::primary({}, -32, {300, 200}));
  const LayoutSource source{&file.reader, std::nullopt, std::nullopt};
  const Layout layout = readLayout(std::span(&source, 1));
  const std::atomic<int32_t> cancel{2};
  CHECK_THROWS_AS(preview(file.reader, layout, {}, {&cancel, Control::Clock::time_point::max()}), Error);
  RenderOptions none;
  none.maxSide = 0;
  CHECK_THROWS_AS(preview(file.reader, layout, none), Error);
}
