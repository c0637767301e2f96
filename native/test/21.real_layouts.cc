// Layouts of the real files: the planes they are known to have, small, read with few reads, and the same from
// anywhere.
#include <doctest/doctest.h>

#include <map>

#include "core/base/error.h"
#include "core/fits/layout.h"
#include "core/fits/mask_planes.h"
#include "fits_builder.h"
#include "real_files.h"
#include "support/image_hdus.h"

using namespace vignet;
using fits_test::codeOf;

namespace {

std::unique_ptr<Reader> open(const std::filesystem::path& path) {
  return openFile(path.parent_path().string(), path.filename().string());
}

Layout lay(Reader& reader) {
  const LayoutSource source{&reader, {}, {}};
  return readLayout({&source, 1});
}

std::string planesOf(const Layout& layout) {
  std::string text;
  for (const Plane& p : layout.planes)
    text += std::string(text.empty() ? "" : " ") + "IMVW"[static_cast<int>(p.kind)] + std::to_string(p.hdu) +
            ":" + std::to_string(p.bitpix);
  return text;
}

using Origin = std::array<int64_t, 2>;

}  // namespace

TEST_CASE("the planes of real files") {
  const std::map<std::string, std::pair<std::string, Origin>> known{
      {"HSC-0908120-056-small.fits", {"I1:-32 M2:16 V3:-32", {100, 100}}},
      {"exposure-version-0.fits", {"I1:-32 M2:32 V3:-32", {0, 0}}},
      {"exposure-version-1.fits", {"I1:-32 M2:32 V3:-32", {0, 0}}},
      {"exposure-version-2.fits", {"I1:-32 M2:32 V3:-32", {0, 0}}},
      {"parent.fits", {"I0:-32 M1:16 V2:-32", {0, 0}}},
      {"ticketdm26260.fits.fz", {"I1:-32", {0, 0}}},
      {"m13_hcomp.fits", {"I1:16", {0, 0}}},
      {"m13real.fits", {"I0:-32", {0, 0}}},
      {"compressed_with_nan.fits", {"I1:-64", {0, 0}}},
      {"comp.fits", {"I1:16", {0, 0}}},
      {"region.fits", {"I0:32", {0, 0}}},
      {"deep2g_ra352_1-ccd1.fits", {"I1:-32", {0, 0}}},  // its LTM1_1 is -1: no mere shift
      {"c4d_171113_060340_ooi_r_ls9.N6.fits", {"I1:-32", {1, 1}}},
  };
  size_t met = 0;
  const auto files = real_files::fitsFiles();
  for (const auto& path : files) {
    const std::string name = path.filename().string();
    INFO(name);
    const auto reader = open(path);
    if (name == "survey-ccds-1.kd.fits") {
      CHECK(codeOf([&] { lay(*reader); }) == "NO_IMAGE");
      CHECK(imageHdus(*reader).empty());
      continue;
    }
    const Layout layout = lay(*reader);
    CHECK(imageHdus(*reader) == std::vector<uint16_t>{layout.planes[0].hdu});
    const auto found = known.find(name);
    if (found != known.end()) {
      ++met;
      CHECK(planesOf(layout) == found->second.first);
      CHECK(layout.planes[0].xy0 == found->second.second);
    }
    if (name.starts_with("deep_coadd_5428")) {
      ++met;
      CHECK(planesOf(layout) == "I1:-32 M2:32 V3:-32");
      CHECK(layout.planes[0].xy0 == Origin{128, 0});
      CHECK(layout.planes[2].tiles->tileWidth == 32);
      CHECK(layout.planes[2].tiles->tileHeight == 32);
      CHECK_FALSE(layout.planes[2].tiles->quantized);
      CHECK(maskPlanes(layout.hdus[2].cards).at("COSMIC_RAY") == 2);
    }
    if (name == "HSC-0908120-056-small.fits") {
      CHECK(layout.planes[1].bzero == 32768);
      CHECK(maskPlanes(layout.hdus[2].cards).at("DETECTED_NEGATIVE") >= 0);
      CHECK(layout.wcs.size() == 1);
      CHECK(layout.planes[1].wcs == 0);
      CHECK(layout.planes[2].wcs == 0);
    }
  }
  if (!files.empty()) CHECK(met == known.size() + 1);
}

TEST_CASE("DECam's separate weight and mask files") {
  for (const auto& path : real_files::fitsFiles()) {
    const std::string name = path.filename().string();
    const size_t science = name.find("_ooi_");
    if (science == std::string::npos) continue;
    INFO(name);
    const auto beside = [&](const char* part) {
      std::string other = name;
      return open(path.parent_path() / other.replace(science, 5, part));
    };
    const auto image = open(path), mask = beside("_ood_"), weight = beside("_oow_");
    const std::vector<LayoutSource> sources{
        {image.get(), {}, {}}, {mask.get(), PlaneKind::mask, {}}, {weight.get(), PlaneKind::weight, {}}};
    const Layout layout = readLayout(sources);
    CHECK(planesOf(layout) == "I1:-32 M3:32 W5:-32");
    CHECK(layout.wcs.size() >= 1);
    const Layout again = decodeLayout(encodeLayout(layout));
    CHECK(encodeLayout(again) == encodeLayout(layout));
    CHECK(encodeLayout(layout).size() < 40'000);
  }
}

TEST_CASE("stored layouts are small and come back; supplied extents give the same in a few rounds") {
  for (const auto& path : real_files::fitsFiles()) {
    const std::string name = path.filename().string();
    if (name == "survey-ccds-1.kd.fits") continue;
    INFO(name);
    const auto reader = open(path);
    const Layout layout = lay(*reader);
    const std::vector<std::byte> stored = encodeLayout(layout);
    CHECK(stored.size() < 20'000);
    CHECK(encodeLayout(decodeLayout(stored)) == stored);

    fits_test::Bytes whole(reader->size());
    reader->read(0, whole);
    std::vector<ExtentReader::Extent> extents;
    for (int round = 1;; ++round) {
      REQUIRE(round <= 16);
      ExtentReader sparse(reader->stamp(), extents);
      try {
        const std::vector<std::byte> again = encodeLayout(lay(sparse));
        CHECK(again == stored);
        break;
      } catch (const Error& error) {
        REQUIRE(error.code() == "NEED_RANGES");
        for (const ByteRange& range : sparse.need())
          extents.push_back({range.offset, std::span(whole).subspan(range.offset, range.length)});
      }
    }
  }
}

TEST_CASE("a layout takes a read of 64 KiB for each plane, and one more") {
  struct Counting : Reader {
    std::unique_ptr<Reader> inner;
    size_t reads = 0, bytes = 0;
    FileStamp stamp() const override { return inner->stamp(); }
    void read(uint64_t offset, std::span<std::byte> out) override {
      ++reads, bytes += out.size();
      inner->read(offset, out);
    }
  };
  for (const auto& path : real_files::fitsFiles()) {
    INFO(path.filename().string());
    Counting counting;
    counting.inner = open(path);
    std::optional<Layout> layout;
    if (codeOf([&] { layout = lay(counting); }) == "NO_IMAGE") continue;
    REQUIRE(layout);
    // A tree is two more: where its text is, and the text.
    CHECK(counting.reads <= layout->planes.size() + (layout->tree ? 3 : 1));
    CHECK(counting.bytes <= counting.reads * 65536);
  }
}

TEST_CASE("real files cut off anywhere give an error or fewer planes, never more") {
  for (const auto& path : real_files::fitsFiles()) {
    const std::string name = path.filename().string();
    if (name != "exposure-version-2.fits" && name != "compressed_with_nan.fits") continue;
    INFO(name);
    const auto reader = open(path);
    fits_test::Bytes whole(reader->size());
    reader->read(0, whole);
    const size_t planes = lay(*reader).planes.size();
    for (size_t length = 0; length < whole.size(); length += 720) {
      ExtentReader cut({length, 1}, {{0, std::span(whole).first(length)}});
      try {
        const size_t left = lay(cut).planes.size();
        CHECK(left <= planes);
      } catch (const Error& error) {
        CHECK(error.kind() == Kind::data);
      }
    }
  }
}
