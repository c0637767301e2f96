// Files: the afw layout, the lossy16 recipe, the same bytes every time, and nothing left behind by a failure.
#include <doctest/doctest.h>
#include <fitsio.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/base/error.h"
#include "core/simulate/spec.h"

using namespace vignet;
using namespace vignet::simulate;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("vignet-simulate-" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
};

Spec exampleSpec(const std::string& path) {
  Spec spec;
  spec.path = path;
  spec.width = 300;
  spec.height = 200;
  spec.psf = {{1}, {1.7}};
  spec.noise = {.seed = 99,
                .unitsPerElectron = 0.5,
                .sky = 900,
                .gradient = {1e-5, 0},
                .readNoise = 6,
                .fullWell = 1e5};
  spec.bits.interpolated = 2;
  spec.bits.noData = 8;
  spec.bits.detected = 5;
  spec.defects.noData = {{10, 20, 60, 25}, {0, 100, 300, 102}};
  spec.ditherSeed = 4321;
  spec.cards.primary = {"AR_HDU  =                    5", "HIERARCH LSST BUTLER RUN = 'a/b     '"};
  spec.cards.image = {"INHERIT =                    T", "EXTNAME = 'IMAGE   '"};
  spec.cards.mask = {"EXTNAME = 'MASK    '", "MP_BAD  =                    0"};
  spec.cards.variance = {"EXTNAME = 'VARIANCE'"};
  spec.band = "r";
  spec.physicalFilter = "r_57";
  return spec;
}

const std::vector<Source> kSources = {{150.2, 80.1, 5e4, 0, 0, 0}, {70, 150, 2e4, 4, 1, 2}};

std::string bytesOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string text(fitsfile* file, const char* key) {
  char value[FLEN_VALUE] = {};
  int status = 0;
  fits_read_key(file, TSTRING, key, value, nullptr, &status);
  return status == 0 ? value : "?";
}

Detector exampleDetector() {
  Detector detector;
  detector.amplifiers = {{{1.6, 1000, 6}, {1.7, 1100, 5}}};
  detector.overscan = 16;
  detector.darkTime = 30;
  return detector;
}

}  // namespace

TEST_CASE("simulate: the same specification gives the same bytes, another seed gives others") {
  const Folder folder;
  for (const Recipe recipe : {Recipe::lossy16, Recipe::lossless, Recipe::none}) {
    Spec a = exampleSpec(folder / "a.fits"), b = exampleSpec(folder / "b.fits"),
         c = exampleSpec(folder / "c.fits");
    a.recipe = b.recipe = c.recipe = recipe;
    c.noise.seed = 100;
    const Written written = simulateImage(a, kSources);
    simulateImage(b, kSources);
    simulateImage(c, kSources);
    CHECK(written.bytes == fs::file_size(a.path));
    CHECK(bytesOf(a.path) == bytesOf(b.path));
    CHECK(bytesOf(a.path) != bytesOf(c.path));
  }
}

TEST_CASE("simulate: lossy16 has one step of a sixteenth of sigma, its own dither and null pixels") {
  const Folder folder;
  Spec lossy = exampleSpec(folder / "lossy.fits"), exact = exampleSpec(folder / "exact.fits");
  exact.recipe = Recipe::lossless;
  const Written written = simulateImage(lossy, kSources);
  CHECK(simulateImage(exact, kSources).imageStep == 0);

  std::vector<float> planes[2];
  for (int k = 0; k < 2; ++k) {
    fitsfile* file = nullptr;
    int status = 0, hdus = 0, anynul = 0;
    fits_open_diskfile(&file, (k == 0 ? lossy : exact).path.c_str(), READONLY, &status);
    REQUIRE(status == 0);
    fits_get_num_hdus(file, &hdus, &status);
    CHECK(hdus == 11);
    CHECK(text(file, "LSST BUTLER RUN") == "a/b");
    fits_movabs_hdu(file, 2, nullptr, &status);
    CHECK(text(file, "EXTNAME") == "IMAGE");
    if (k == 0) {
      // cfitsio's name for RICE_1 when it uses the second dithering method.
      CHECK(text(file, "ZCMPTYPE") == "RICE_ONE");
      CHECK(text(file, "ZQUANTIZ") == "SUBTRACTIVE_DITHER_2");
      CHECK(text(file, "ZDITHER0") == "4321");
      CHECK(text(file, "ZTILE1") == "300");
      CHECK(text(file, "ZTILE2") == "1");
      CHECK(text(file, "ZBLANK") == "-2147483647");
    } else {
      CHECK(text(file, "ZCMPTYPE") == "GZIP_2");
    }
    planes[k].resize(300 * 200);
    float null = NAN;
    fits_read_img(file, TFLOAT, 1, 300 * 200, &null, planes[k].data(), &anynul, &status);
    fits_movabs_hdu(file, 3, nullptr, &status);
    CHECK(text(file, "EXTNAME") == "MASK");
    CHECK(text(file, "ZCMPTYPE") == "GZIP_2");
    fits_movabs_hdu(file, 5, nullptr, &status);
    CHECK(text(file, "EXTTYPE") == "ARCHIVE_INDEX");
    CHECK(status == 0);
    fits_close_file(file, &status);
  }
  double worst = 0;
  for (size_t i = 0; i < planes[0].size(); ++i) {
    REQUIRE(std::isnan(planes[0][i]) == std::isnan(planes[1][i]));
    if (!std::isnan(planes[0][i]))
      worst = std::max(worst, std::abs(static_cast<double>(planes[0][i]) - planes[1][i]));
  }
  CHECK(worst <= 0.5001 * written.imageStep);
  CHECK(worst > 0.45 * written.imageStep);
  CHECK(16 * written.imageStep == doctest::Approx(0.5 * std::sqrt(936)).epsilon(0.02));
}

TEST_CASE("simulate: square tiles, and a raw plane of counts") {
  const Folder folder;
  Spec square = exampleSpec(folder / "square.fits"), raw = exampleSpec(folder / "raw.fits");
  square.tile = {128, 64};
  raw.raw = true;
  raw.detector = exampleDetector();
  simulateImage(square, kSources);
  simulateImage(raw, kSources);
  fitsfile* file = nullptr;
  int status = 0, bitpix = 0, anynul = 0;
  fits_open_diskfile(&file, square.path.c_str(), READONLY, &status);
  fits_movabs_hdu(file, 4, nullptr, &status);
  CHECK(text(file, "ZTILE1") == "128");
  CHECK(text(file, "ZTILE2") == "64");
  fits_close_file(file, &status);
  fits_open_diskfile(&file, raw.path.c_str(), READONLY, &status);
  fits_movabs_hdu(file, 2, nullptr, &status);
  fits_get_img_equivtype(file, &bitpix, &status);
  CHECK(bitpix == USHORT_IMG);
  uint16_t level = 0;
  fits_read_img(file, TUSHORT, 5000, 1, nullptr, &level, &anynul, &status);
  CHECK(std::abs(level - (1000 + 900 / 1.6)) < 200);
  long size[2] = {};
  fits_get_img_size(file, 2, size, &status);
  CHECK(size[0] == 300 + 2 * 16);
  fits_close_file(file, &status);
  CHECK(status == 0);
}

TEST_CASE("simulate: a specification without sense, and a folder that is not there, are clear errors") {
  const Folder folder;
  auto kindOf = [&](auto change, std::vector<Source> sources = kSources) {
    Spec spec = exampleSpec(folder / "bad.fits");
    change(spec);
    try {
      simulateImage(spec, sources);
    } catch (const Error& e) {
      return e.code();
    }
    return std::string("none");
  };
  CHECK(kindOf([](Spec& s) { s.width = 2; }) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec& s) { s.height = 1 << 20; }) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec& s) { s.psf.sigmas = {0.0}; }) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec& s) { s.psf.weights.clear(); }) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec& s) { s.noise.sky = NAN; }) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec& s) { s.noise.unitsPerElectron = 0; }) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec& s) { s.ditherSeed = 0; }) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec& s) { s.defects.badColumns = {300}; }) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec& s) { s.raw = true; }) == "BAD_SIMULATION");
  auto kindOfDetector = [&](auto change) {
    return kindOf([&](Spec& s) {
      s.detector = exampleDetector();
      change(*s.detector);
    });
  };
  CHECK(kindOfDetector([](Detector& d) { d.overscan = 0; }) == "BAD_SIMULATION");
  CHECK(kindOfDetector([](Detector& d) { d.amplifiers[1].gain = 0; }) == "BAD_SIMULATION");
  CHECK(kindOfDetector([](Detector& d) { d.darkTime = NAN; }) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec&) {}, {{NAN, 0, 1, 0, 0, 0}}) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec&) {}, {{0, 0, 1, 1, 2, 1}}) == "BAD_SIMULATION");
  CHECK(kindOf([](Spec& s) { s.path = "/nowhere/at/all.fits"; }) == "CANNOT_WRITE");
  CHECK(fs::is_empty(folder.path));
}
