// Layouts are stored and come back; damaged ones do not.
#include <doctest/doctest.h>

#include <functional>

#include "core/base/bytes.h"
#include "core/base/crc32.h"
#include "core/base/error.h"
#include "core/fits/layout.h"
#include "core/fits/layout_check.h"
#include "fits_builder.h"

using namespace vignet;
using namespace fits_test;

namespace {

Layout sample() {
  Memory memory(primary({"OBJECT  = 'x'"}) + image(-32, {10, 4}, {"EXTTYPE = 'IMAGE'", "LTV1    = -3"}) +
                tileTable({{"ZBITPIX", "32"}, {"EXTTYPE", "'MASK'"}, {"BLANK", "-9"}}) +
                tileTable({{"EXTNAME", "'VARIANCE'"}}));
  const LayoutSource source{&memory.reader, {}, {}};
  Layout layout = readLayout({&source, 1});
  NumericWcs wcs;
  wcs.ctype = {"RA---TPV", "DEC--TPV"};
  wcs.crval = {10, -20};
  wcs.pv = {{1, 5, 0.25}, {2, 10, -1e-300}};
  wcs.ps = {{1, 0, "text"}};
  wcs.distortion[1] = {{"DQ1.TPV.1", false, 1, 2.5}, {"DQ1.NAXES", true, 1, 2}};
  wcs.distortionKind[1] = {"TPV", "TPV"};
  wcs.note = "mended";
  wcs.approximate = true;
  layout.wcs = {wcs};
  layout.planes[0].wcs = 0;
  layout.wcsProblem = "none";
  return layout;
}

void sign(std::vector<std::byte>& bytes) { storeBe(bytes.data() + 4, crc32(std::span(bytes).subspan(8))); }

}  // namespace

TEST_CASE("every field comes back") {
  const Layout layout = sample();
  const std::vector<std::byte> bytes = encodeLayout(layout);
  const Layout again = decodeLayout(bytes);
  CHECK(encodeLayout(again) == bytes);
  CHECK(again.files == layout.files);
  REQUIRE(again.hdus.size() == 4);
  for (size_t i = 0; i < 4; ++i) {
    CHECK(again.hdus[i].headerOffset == layout.hdus[i].headerOffset);
    CHECK(again.hdus[i].end == layout.hdus[i].end);
    CHECK(again.hdus[i].name == layout.hdus[i].name);
    CHECK(again.hdus[i].cards == layout.hdus[i].cards);
    CHECK_FALSE(again.hdus[i].cards.empty());
  }
  REQUIRE(again.planes.size() == 3);
  CHECK(again.planes[0].xy0 == std::array<int64_t, 2>{3, 0});
  CHECK(again.planes[0].wcs == 0);
  CHECK(again.planes[1].blank == -9);
  CHECK_FALSE(again.planes[1].wcs);
  REQUIRE(again.planes[2].tiles);
  CHECK(again.planes[2].tiles->zzero->offset == 16);
  CHECK(again.planes[2].tiles->ditherSeed == 77);
  const NumericWcs& wcs = again.wcs.at(0);
  CHECK(wcs.ctype[1] == "DEC--TPV");
  CHECK(wcs.pv.at(1).m == 10);
  CHECK(wcs.pv.at(1).value == -1e-300);
  CHECK(wcs.ps.at(0).value == "text");
  CHECK(wcs.distortion[1].at(1).field == "DQ1.NAXES");
  CHECK(wcs.distortion[1].at(1).integer);
  CHECK(wcs.distortionKind[1][0] == "TPV");
  CHECK(wcs.note == "mended");
  CHECK(wcs.approximate);
  CHECK(again.wcsProblem == "none");
  CHECK(wcs.frame == SkyFrame::icrs);
  for (const SkyFrame frame :
       {SkyFrame::fk4, SkyFrame::fk5Dated, SkyFrame::fk4Dated, SkyFrame::fk4NoEDated, SkyFrame::ecliptic}) {
    Layout dated = layout;
    dated.wcs[0].frame = frame;
    dated.wcs[0].equinox = isDated(frame) ? 1975.25 : 0;
    const Layout stored = decodeLayout(encodeLayout(dated));
    CHECK(stored.wcs.at(0).frame == frame);
    CHECK(stored.wcs.at(0).equinox == dated.wcs[0].equinox);
    CHECK(stored.wcs.at(0).ctype == wcs.ctype);
  }
}

TEST_CASE("damage anywhere is noticed") {
  const std::vector<std::byte> bytes = encodeLayout(sample());
  for (size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] ^= std::byte{0x10};
    CHECK(codeOf([&] { decodeLayout(damaged); }) == "BAD_LAYOUT");
    CHECK(codeOf([&] { decodeLayout(std::span(bytes).first(i)); }) == "BAD_LAYOUT");
  }
  auto longer = bytes;
  longer.push_back(std::byte{0});
  sign(longer);
  CHECK(codeOf([&] { decodeLayout(longer); }) == "BAD_LAYOUT");
}

TEST_CASE("damage under a valid checksum never gets past the checks") {
  const std::vector<std::byte> bytes = encodeLayout(sample());
  for (size_t i = 8; i < bytes.size(); ++i) {
    for (const uint8_t flip : {0x01, 0x80, 0xff}) {
      auto forged = bytes;
      forged[i] ^= std::byte{flip};
      sign(forged);
      const std::string code = codeOf([&] { checkLayout(decodeLayout(forged)); });
      CHECK((code.empty() || code == "BAD_LAYOUT"));
    }
  }
}

TEST_CASE("layouts that cannot be true") {
  const std::vector<std::function<void(Layout&)>> lies{
      [](Layout& l) { l.files.clear(); },
      [](Layout& l) { l.files[0].size -= 1; },
      [](Layout& l) { l.files[0].size = UINT64_MAX; },
      [](Layout& l) { l.hdus[1].dataBytes = UINT64_MAX; },
      [](Layout& l) { l.hdus[1].dataOffset = 1; },
      [](Layout& l) { l.hdus[1].end += 2880; },
      [](Layout& l) { l.hdus[2].headerOffset = 0; },
      [](Layout& l) { l.hdus[1].file = 1; },
      [](Layout& l) { l.planes.clear(); },
      [](Layout& l) { l.planes[0].kind = PlaneKind::mask; },
      [](Layout& l) { l.planes[1].kind = PlaneKind::image; },
      [](Layout& l) { l.planes[0].hdu = 4; },
      [](Layout& l) { l.planes[0].file = 1; },
      [](Layout& l) { l.planes[0].bitpix = 12; },
      [](Layout& l) { l.planes[0].bitpix = -64; },
      [](Layout& l) { l.planes[1].bitpix = -32; },
      [](Layout& l) { l.planes[0].width = 0; },
      [](Layout& l) { l.planes[1].width = 11; },
      [](Layout& l) {
        for (Plane& p : l.planes) p.width = p.height = UINT32_MAX;
      },
      [](Layout& l) { l.planes[0].wcs = 1; },
      [](Layout& l) { l.planes[0].xy0[1] = INT64_MIN; },
      [](Layout& l) { l.planes[0].naxis = 1; },
      [](Layout& l) { l.planes[2].tiles->rows = 5; },
      [](Layout& l) { l.planes[2].tiles->rowBytes = UINT32_MAX; },
      [](Layout& l) { l.planes[2].tiles->heapOffset += 1; },
      [](Layout& l) { l.planes[2].tiles->heapBytes = UINT64_MAX; },
      [](Layout& l) { l.planes[2].tiles->tileWidth = 0; },
      [](Layout& l) { l.planes[2].tiles->tileHeight = 2; },
      [](Layout& l) { l.planes[2].tiles->codec = Codec::none; },
      [](Layout& l) { l.planes[2].tiles->ditherSeed = 0; },
      [](Layout& l) { l.planes[2].tiles->quantized = false; },
      [](Layout& l) { l.planes[1].tiles->quantized = true; },
      [](Layout& l) { l.planes[2].tiles->bytePix = 3; },
      [](Layout& l) { l.planes[2].tiles->blockSize = 0; },
      [](Layout& l) { l.planes[2].tiles->compressed.reset(); },
      [](Layout& l) { l.planes[2].tiles->compressed->offset = 17; },
      [](Layout& l) { l.planes[2].tiles->compressed->descriptor = 0; },
      [](Layout& l) { l.planes[2].tiles->compressed->descriptor = 'X'; },
      [](Layout& l) { l.planes[2].tiles->zscale->type = 'Z'; },
      [](Layout& l) { l.planes[2].tiles->zscale->offset = UINT32_MAX; },
      [](Layout& l) { l.hdus[0].cards = "A\tB"; },
      [](Layout& l) { l.hdus[0].cards = std::string(81, 'x'); },
  };
  for (size_t i = 0; i < lies.size(); ++i) {
    Layout layout = sample();
    lies[i](layout);
    CHECK_MESSAGE(codeOf([&] { decodeLayout(encodeLayout(layout)); }) == "BAD_LAYOUT", "lie number " << i);
  }
}

TEST_CASE("cards that inflate to more than they may") {
  std::vector<std::byte> bytes = encodeLayout(sample());
  // A layout of nothing but a count of card bytes.
  ByteWriter w;
  for (int i = 0; i < 8; ++i) w.byte(static_cast<uint8_t>(bytes[static_cast<size_t>(i)]));
  for (int i = 0; i < 5; ++i) w.integer(0);
  w.integer(200ull << 20);
  w.byte(3);
  bytes = w.take();
  sign(bytes);
  CHECK(codeOf([&] { decodeLayout(bytes); }) == "BAD_LAYOUT");
}
