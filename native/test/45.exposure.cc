// Detail::exposure: everything else of the file comes along unchanged, and what points to it points right.
#include <set>

#include "core/base/bytes.h"
#include "core/fits/write.h"
#include "cutout_support.h"

using namespace vignet;
using namespace vignet::test;

namespace {

CutoutRequest exposure(const Box& box) {
  return {.box = box,
          .detail = Detail::exposure,
          .datasetId = "ivo://example/x?repo=r&id=1",
          .stencil = "",
          .software = "Vignet test"};
}

struct Extent {
  long long header = 0, data = 0, end = 0;
};

// Bytes of every HDU, as cfitsio finds them.
std::vector<Extent> extentsOf(Fits& fits) {
  std::vector<Extent> out;
  for (int i = 0; i < fits.count(); ++i) {
    fits.move(i);
    LONGLONG header = 0, data = 0, end = 0;
    fits_get_hduaddrll(fits.file, &header, &data, &end, &fits.status);
    out.push_back({header, data, end});
  }
  REQUIRE(fits.status == 0);
  return out;
}

std::span<const std::byte> slice(const std::vector<std::byte>& bytes, long long begin, long long end) {
  return std::span(bytes).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

bool same(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

TEST_CASE("afw archives: tables byte for byte, AR_HDU at ARCHIVE_INDEX" * doctest::skip(realData().empty())) {
  for (const char* name : {"exposure-version-0.fits", "exposure-version-1.fits", "exposure-version-2.fits",
                           "HSC-0908120-056-small.fits"}) {
    CAPTURE(name);
    const Dataset data = open(realData() / "afw" / name);
    const std::vector<std::byte>& source = data.files[0]->bytes();
    const std::vector<std::byte> answer = data.cut(exposure({2, 3, 9, 8}));
    Fits parent(source), part(answer);
    const auto before = extentsOf(parent), after = extentsOf(part);
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 4; i < before.size(); ++i) {
      CHECK(
          same(slice(source, before[i].header, before[i].end), slice(answer, after[i].header, after[i].end)));
    }
    part.move(0);
    const int archive = static_cast<int>(part.number("AR_HDU"));
    const bool hasPsfOrWcs = part.has("SKYWCS_ID") || part.has("WCS_ID");
    CHECK(hasPsfOrWcs);
    part.move(archive - 1);
    CHECK(part.text("EXTTYPE") == "ARCHIVE_INDEX");
    Fits masked(data.cut({.box = Box{2, 3, 9, 8},
                          .detail = Detail::maskedImage,
                          .datasetId = "",
                          .stencil = "",
                          .software = ""}));
    for (const char* pointer : {"AR_HDU", "SKYWCS_ID", "WCS_ID", "EXPINFO_V", "DETECTOR_ID",
                                "ARCHIVE_ID_DETECTOR", "PHOTOCALIB_ID"}) {
      CAPTURE(pointer);
      masked.move(0);
      CHECK_FALSE(masked.has(pointer));
    }
    CHECK(masked.count() == 4);
    masked.move(2);
    const bool planes = masked.has("MP_BAD") && masked.has("HIERARCH MP_DETECTED_NEGATIVE");
    CHECK(planes);
  }
}

TEST_CASE("an image in the primary becomes an extension, and AR_HDU moves with the tables") {
  // primary with pixels, then a table that AR_HDU points at
  std::vector<std::byte> file;
  const auto append = [&](const std::string& text) {
    const auto* p = reinterpret_cast<const std::byte*>(text.data());
    file.insert(file.end(), p, p + text.size());
  };
  HeaderWriter primary;
  primary.add("SIMPLE", true);
  primary.add("BITPIX", 16);
  primary.add("NAXIS", 2);
  primary.add("NAXIS1", 5);
  primary.add("NAXIS2", 4);
  primary.add("EXTEND", true);
  primary.add("AR_HDU", 2);
  primary.add("PSF_ID", 1);
  primary.add("OBJECT", "M13");
  append(primary.finish());
  file.resize(2 * 2880);
  HeaderWriter table;
  table.add("XTENSION", "BINTABLE");
  table.add("BITPIX", 8);
  table.add("NAXIS", 2);
  table.add("NAXIS1", 4);
  table.add("NAXIS2", 1);
  table.add("PCOUNT", 0);
  table.add("GCOUNT", 1);
  table.add("TFIELDS", 1);
  table.add("TFORM1", "J");
  table.add("EXTTYPE", "ARCHIVE_INDEX");
  append(table.finish());
  append(std::string("\1\2\3\4"));  // without padding at the end of the file
  Dataset data;
  data.add(file);
  const LayoutSource from{data.readers[0], std::nullopt, std::nullopt};
  data.layout = readLayout(std::span(&from, 1));
  const std::vector<std::byte> answer = data.cut(exposure({1, 1, 3, 3}));
  CHECK(answer.size() == 5 * 2880);
  Fits part(answer);
  REQUIRE(part.count() == 3);
  CHECK(part.number("AR_HDU") == 3);
  CHECK(part.number("PSF_ID") == 1);
  CHECK_FALSE(part.has("OBJECT"));
  part.move(1);
  CHECK(part.text("OBJECT") == "M13");
  CHECK_FALSE(part.has("AR_HDU"));
  part.move(2);
  CHECK(part.text("EXTTYPE") == "ARCHIVE_INDEX");
  CHECK(same(std::span(file).last(4), std::span(answer).subspan(4 * 2880, 4)));
}

TEST_CASE("lsst.images files: addresses in the primary and in INDEX are those of real HDUs" *
          doctest::skip(realData().empty())) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(realData() / "butler-dp2")) {
    if (!entry.path().string().ends_with(".fits")) continue;
    ++files;
    const Dataset data = open(entry.path());
    const std::vector<std::byte>& source = data.files[0]->bytes();
    for (const Box& box : boxesOf(64, 64)) {
      const std::vector<std::byte> answer = data.cut(exposure(box));
      Fits parent(source), part(answer);
      const auto before = extentsOf(parent), after = extentsOf(part);
      REQUIRE(before.size() == after.size());
      const std::size_t last = after.size() - 1;
      for (std::size_t i = 6; i < last - 1; ++i) {
        CHECK(same(slice(source, before[i].header, before[i].end),
                   slice(answer, after[i].header, after[i].end)));
      }
      part.move(0);
      CHECK(part.number("INDXADDR") == static_cast<double>(after[last].header));
      CHECK(part.number("INDXSIZE") == static_cast<double>(after[last].end - after[last].header));
      CHECK(part.number("JSONADDR") == static_cast<double>(after[last - 1].header));
      CHECK(part.number("JSONSIZE") == static_cast<double>(after[last - 1].end - after[last - 1].header));
      CHECK(part.number("FMTVER") == 1);
      part.move(static_cast<int>(last));
      long rows = 0;
      fits_get_num_rows(part.file, &rows, &part.status);
      REQUIRE(rows == static_cast<long>(last));
      for (long row = 1; row <= rows; ++row) {
        const Extent& hdu = after[static_cast<std::size_t>(row) - 1];
        LONGLONG values[3] = {};
        char name[80] = "", kind[80] = "", compressed = 0;
        char *names[] = {name}, *kinds[] = {kind};
        fits_read_col(part.file, TSTRING, 1, row, 1, 1, nullptr, names, nullptr, &part.status);
        fits_read_col(part.file, TSTRING, 3, row, 1, 1, nullptr, kinds, nullptr, &part.status);
        fits_read_col(part.file, TLOGICAL, 4, row, 1, 1, nullptr, &compressed, nullptr, &part.status);
        for (int c = 0; c < 3; ++c)
          fits_read_col(part.file, TLONGLONG, 5 + c, row, 1, 1, nullptr, &values[c], nullptr, &part.status);
        REQUIRE(part.status == 0);
        CHECK(values[0] == hdu.header);
        CHECK(values[1] == hdu.data);
        CHECK(values[2] == hdu.end - hdu.data);
        const bool plane = row >= 2 && row <= 6;
        if (plane) {
          CHECK(std::string(kind) == "IMAGE");
          CHECK(compressed == 0);
        }
        part.move(static_cast<int>(row) - 1);
        CHECK(part.text("EXTNAME") == name);
        if (row > 1) CHECK(part.text("XTENSION") == kind);
        part.move(static_cast<int>(last));
      }
      Fits masked(data.cut(
          {.box = box, .detail = Detail::maskedImage, .datasetId = "", .stencil = "", .software = ""}));
      CHECK(masked.count() == 6);
      CHECK(masked.text("DATAMODL") == "https://images.lsst.io/schemas/masked_image-1.0.0");
      masked.move(2);
      CHECK(masked.text("MSKN0003") == "SATURATED");
      CHECK(masked.number("CRVAL1A") == 128 + box.x0);
    }
    // An INDEX that points nowhere is an error of the file, not a wrong answer.
    Dataset broken;
    std::vector<std::byte> bytes = source;
    const std::size_t index = data.layout.hdus.back().dataOffset;
    storeBe(bytes.data() + index + 66 + 42, uint64_t{2881});
    broken.add(bytes);
    broken.layout = data.layout;
    std::vector<std::byte> out(planCutout(composeAnswer(broken.layout, exposure({0, 0, 5, 5}))).size);
    try {
      fillCutout(composeAnswer(broken.layout, exposure({0, 0, 5, 5})), broken.readers, 0, out, 0, Control());
      FAIL("it was filled");
    } catch (const Error& error) {
      CHECK(error.code() == "BAD_INDEX_TABLE");
    }
  }
  CHECK(files == 1);
}
