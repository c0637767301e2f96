// Which HDUs are planes of which image.
#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/fits/layout.h"
#include "fits_builder.h"
#include "support/image_hdus.h"

using namespace vignet;
using namespace fits_test;

namespace {

Layout lay(std::string_view text, std::optional<uint16_t> hdu = std::nullopt) {
  Memory memory(text);
  const LayoutSource source{&memory.reader, std::nullopt, hdu};
  return readLayout({&source, 1});
}

// "IMAGE 1, MASK 2" as "I1 M2".
std::string planesOf(const Layout& layout) {
  std::string text;
  for (const Plane& p : layout.planes)
    text += std::string(text.empty() ? "" : " ") + "IMVW"[static_cast<int>(p.kind)] + std::to_string(p.hdu);
  return text;
}

std::vector<uint16_t> images(std::string_view text) {
  Memory memory(text);
  return imageHdus(memory.reader);
}

const std::string kImage = "EXTTYPE = 'IMAGE'", kMask = "EXTTYPE = 'MASK'",
                  kVariance = "EXTTYPE = 'VARIANCE'";
using Numbers = std::vector<uint16_t>;

}  // namespace

TEST_CASE("named planes, in whatever order") {
  const std::string file =
      primary() + image(-32, {6, 5}, {kImage}) + image(32, {6, 5}, {kMask}) + image(-32, {6, 5}, {kVariance});
  CHECK(planesOf(lay(file)) == "I1 M2 V3");
  CHECK(images(file) == Numbers{1});
  CHECK(planesOf(lay(primary() + image(-32, {6, 5}, {"EXTNAME = 'VARIANCE'"}) +
                     image(-32, {6, 5}, {"EXTNAME = 'IMAGE'"}))) == "I2 V1");
  CHECK(planesOf(lay(primary({kImage}, -32, {6, 5}) + image(16, {6, 5}, {kMask}))) == "I0 M1");
  // lsst.images: other 2-D images stand beside them.
  const std::string more = file + image(-32, {6, 5}, {"EXTNAME = 'NOISE_REALIZATIONS/0'"}) +
                           image(-32, {3, 3}, {"EXTNAME = 'PSF'"});
  CHECK(planesOf(lay(more)) == "I1 M2 V3");
  CHECK(images(more) == Numbers{1});
  CHECK(planesOf(lay(more, 4)) == "I4");
}

TEST_CASE("old afw files name nothing: position counts") {
  const std::string old = primary({}, -32, {6, 5}) + image(16, {6, 5}) + image(-32, {6, 5});
  CHECK(planesOf(lay(old)) == "I0 M1 V2");
  CHECK(images(old) == Numbers{0});
  CHECK(planesOf(lay(primary() + image(-32, {6, 5}) + image(32, {6, 5}) + image(-64, {6, 5}))) == "I1 M2 V3");
  // Not three of a kind: images of their own.
  CHECK(images(primary({}, -32, {6, 5}) + image(-32, {6, 5}) + image(-32, {6, 5})) == Numbers{0, 1, 2});
  CHECK(images(primary({}, -32, {6, 5}) + image(16, {6, 4}) + image(-32, {6, 5})) == Numbers{0, 1, 2});
}

TEST_CASE("several images") {
  const std::string file =
      primary() + image(-32, {6, 5}, {"EXTNAME = 'N1'"}) + image(-32, {7, 5}, {"EXTNAME = 'N2'"});
  CHECK(images(file) == Numbers{1, 2});
  CHECK(planesOf(lay(file)) == "I1");
  CHECK(planesOf(lay(file, 2)) == "I2");
  CHECK(lay(file, 2).planes[0].width == 7);
  CHECK(codeOf([&] { lay(file, 0); }) == "NO_IMAGE");
  CHECK(codeOf([&] { lay(file, 9); }) == "NO_IMAGE");
  const std::string pairs = primary() + image(-32, {6, 5}, {kImage}) + image(32, {6, 5}, {kMask}) +
                            image(-32, {7, 5}, {kImage}) + image(32, {7, 5}, {kMask});
  CHECK(images(pairs) == Numbers{1, 3});
  CHECK(planesOf(lay(pairs, 3)) == "I3 M4");
}

TEST_CASE("names that say nothing, and degenerate axes") {
  CHECK(planesOf(lay(primary() + tileTable({{"EXTNAME", "'COMPRESSED_IMAGE'"}}))) == "I1");
  CHECK(planesOf(lay(primary({}, 16, {6, 5, 1, 1}))) == "I0");
  CHECK(lay(primary({}, 16, {6, 5, 1, 1})).planes[0].naxis == 4);
  CHECK(lay(primary({}, 16, {6, 5, 2, 3})).planes[0].depth == std::array<uint32_t, 2>{2, 3});
  CHECK(codeOf([] { lay(primary({}, 16, {6, 5, 1, 1, 2})); }) == "NO_IMAGE");
  // Beside an image a cube counts by its name or its place on the sky.
  CHECK(images(primary({}, 16, {6, 5}) + image(16, {6, 5, 2})) == Numbers{0});
  CHECK(images(primary({}, 16, {6, 5}) + image(16, {6, 5, 2}, {"CTYPE1  = 'RA---SIN'"})) == Numbers{0, 1});
  CHECK(planesOf(lay(primary() + image(16, {6, 5, 2}, {"EXTNAME = 'SCI'"}) +
                     image(16, {6, 5}, {"EXTNAME = 'MASK'"}))) == "I1 M2");
  CHECK(codeOf([] { lay(primary({}, 16, {6})); }) == "NO_IMAGE");
  CHECK(codeOf([] { lay(primary()); }) == "NO_IMAGE");
  CHECK(images(primary()).empty());
}

TEST_CASE("named planes that do not fit together") {
  CHECK(codeOf([] {
          lay(primary() + image(-32, {6, 5}, {kImage}) + image(32, {6, 4}, {kMask}));
        }) == "BAD_PLANE");
  CHECK(codeOf([] {
          lay(primary() + image(-32, {6, 5}, {kImage}) + image(-32, {6, 5}, {kMask}));
        }) == "BAD_PLANE");
  CHECK(codeOf([] { lay(primary() + tileTable({{"NAXIS2", "3"}})); }) == "BAD_TILE_TABLE");
  CHECK(codeOf([] { lay(primary() + tileTable({{"ZBITPIX", "3"}})); }) == "BAD_CARD");
  // A broken image that nobody asked for stops nothing.
  CHECK(planesOf(lay(primary() + tileTable({{"ZBITPIX", "3"}}) + image(8, {2, 2}))) == "I2");
}

TEST_CASE("scaling, BLANK and the parent frame") {
  const auto plane = [](std::vector<std::string> cards, int bitpix = 16) {
    return lay(primary(cards, bitpix, {6, 5})).planes[0];
  };
  const Plane scaled = plane({"BSCALE  = 0.5", "BZERO   = 32768", "BLANK   = -7"});
  CHECK(scaled.bscale == 0.5);
  CHECK(scaled.bzero == 32768);
  CHECK(scaled.blank == -7);
  CHECK_FALSE(plane({"BLANK   = -7"}, -32).blank);
  CHECK(codeOf([&] { plane({"BSCALE  = 'a'"}); }) == "BAD_CARD");

  const std::vector<std::string> a{"CRPIX1A = 1",        "CRPIX2A = 1.0",  "CTYPE1A = 'LINEAR'",
                                   "CTYPE2A = 'LINEAR'", "CRVAL1A = 99.6", "CRVAL2A = -100"};
  using Origin = std::array<int64_t, 2>;
  CHECK(plane(a).xy0 == Origin{100, -100});
  auto moved = a;
  moved[0] = "CRPIX1A = 2";
  CHECK(plane(moved).xy0 == Origin{0, 0});
  CHECK(plane({"LTV1    = -30", "LTV2    = 5."}).xy0 == Origin{30, -5});
  CHECK(plane({"LTV1    = -30", "LTV2    = 5.5"}).xy0 == Origin{0, 0});
  CHECK(plane({"LTV1    = -30", "LTM1_1  = 0.5"}).xy0 == Origin{0, 0});
  CHECK(plane({"LTV1    = -1E300", "LTV2    = 'x'"}).xy0 == Origin{0, 0});
  CHECK(plane({"LTV1    = 0"}).xy0 == Origin{0, 0});
}

TEST_CASE("companions add the plane they are named for") {
  Memory science(primary() + image(-32, {6, 5}, {"EXTNAME = 'N1'"}) + image(-32, {7, 5}, {"EXTNAME = 'N2'"}));
  Memory mask(primary() + image(32, {6, 5}, {"EXTNAME = 'N1'"}) + image(32, {7, 5}, {"EXTNAME = 'N2'"}));
  Memory weight(primary({}, -32, {7, 5}));
  const auto read = [&](std::vector<LayoutSource> sources) { return readLayout(sources); };
  const Layout layout = read({{&science.reader, std::nullopt, 2},
                              {&mask.reader, PlaneKind::mask, {}},
                              {&weight.reader, PlaneKind::weight, {}}});
  CHECK(planesOf(layout) == "I2 M5 W6");
  CHECK(layout.files.size() == 3);
  CHECK(layout.hdus.size() == 7);
  CHECK(layout.hdus[5].name == "N2");
  CHECK(layout.hdus[5].file == 1);
  CHECK(layout.planes[1].file == 1);
  CHECK_FALSE(layout.hdus[5].cards.empty());
  CHECK(layout.hdus[4].cards.empty());
  CHECK_FALSE(layout.hdus[3].cards.empty());
  CHECK(layout.find(PlaneKind::weight) == &layout.planes[2]);
  CHECK(layout.find(PlaneKind::variance) == nullptr);

  CHECK(codeOf([&] { read({}); }) == "BAD_SOURCE");
  CHECK(codeOf([&] { read({{nullptr, {}, {}}}); }) == "BAD_SOURCE");
  CHECK(codeOf([&] { read({{&mask.reader, PlaneKind::mask, {}}}); }) == "BAD_SOURCE");
  CHECK(codeOf([&] { read({{&science.reader, {}, {}}, {&mask.reader, {}, {}}}); }) == "BAD_SOURCE");
  CHECK(codeOf([&] {
          read({{&science.reader, {}, {}},
                {&mask.reader, PlaneKind::mask, {}},
                {&mask.reader, PlaneKind::mask, {}}});
        }) == "BAD_SOURCE");
  CHECK(codeOf([&] {
          read({{&science.reader, {}, 1}, {&weight.reader, PlaneKind::weight, {}}});
        }) == "BAD_PLANE");
  CHECK(codeOf([&] {
          read({{&science.reader, {}, 1}, {&weight.reader, PlaneKind::mask, {}}});
        }) == "BAD_PLANE");
}
