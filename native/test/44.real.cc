// Cutouts of every real file: pixels as cfitsio reads them, positions as wcslib computes them from the
// parent's header, and nothing that fitsverify would say of our making.
#include <wcs.h>
#include <wcshdr.h>

#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include "cutout_support.h"
#include "support/cfitsio_type.h"

using namespace vignet;
using namespace vignet::test;

namespace {

constexpr double kRadian = 57.29577951308232;

std::vector<fs::path> realFiles() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(realData())) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && (name.ends_with(".fits") || name.ends_with(".fits.fz")) &&
        !name.starts_with("survey-")) {
      out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

struct Headers {
  explicit Headers(const std::string& text) {
    std::string copy = text;
    int rejected = 0;
    REQUIRE(wcspih(copy.data(), static_cast<int>(copy.size() / 80), WCSHDR_all, 0, &rejected, &count, &wcs) ==
            0);
  }
  ~Headers() { wcsvfree(&count, &wcs); }
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;
  int count = 0;
  wcsprm* wcs = nullptr;
};

// The difference of two positions in degrees of arc (celestial axes) or in world units (others).
double difference(const wcsprm& wcs, const double* a, const double* b) {
  if (wcs.lng < 0 || wcs.lat < 0) {
    double worst = 0;
    for (int i = 0; i < wcs.naxis; ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
    return worst;
  }
  const double across = std::remainder(a[wcs.lng] - b[wcs.lng], 360.0) * std::cos(a[wcs.lat] / kRadian);
  return std::hypot(across, a[wcs.lat] - b[wcs.lat]);
}

// Compares all descriptions of two headers over a box; returns how many points were compared.
int compareSky(const std::string& parent, const std::string& part, const Box& box) {
  // Without any description wcslib makes one up: pixels are the world.
  if (parent.find("CTYPE") == std::string::npos && parent.find("CRPIX") == std::string::npos) return 0;
  Headers a(parent), b(part);
  REQUIRE(a.count == b.count);
  int compared = 0;
  for (int w = 0; w < a.count; ++w) {
    if (wcsset(&a.wcs[w]) != 0) {
      CHECK(wcsset(&b.wcs[w]) != 0);
      continue;
    }
    REQUIRE(wcsset(&b.wcs[w]) == 0);
    const int n = a.wcs[w].naxis;
    REQUIRE(n == b.wcs[w].naxis);
    for (int i = 0; i <= 4; ++i) {
      for (int j = 0; j <= 4; ++j) {
        std::vector<double> here(n, 1.0), there(n, 1.0), image(n), worldA(n), worldB(n);
        here[0] = 1 + (box.width() - 1) * i / 4.0;
        if (n > 1) here[1] = 1 + (box.height() - 1) * j / 4.0;
        there = here;
        there[0] += box.x0;
        if (n > 1) there[1] += box.y0;
        double phi = 0, theta = 0;
        int statusA = 0, statusB = 0;
        wcsp2s(&a.wcs[w], 1, n, there.data(), image.data(), &phi, &theta, worldA.data(), &statusA);
        wcsp2s(&b.wcs[w], 1, n, here.data(), image.data(), &phi, &theta, worldB.data(), &statusB);
        REQUIRE(statusA == statusB);
        if (statusA != 0) continue;
        REQUIRE(difference(a.wcs[w], worldA.data(), worldB.data()) < 1e-9);
        ++compared;
      }
    }
  }
  return compared;
}

// Stored pixels of a box of the current HDU: integers without scaling, floats with their nulls as NaN.
std::vector<std::byte> storedPixels(Fits& fits, const Box& box, int bitpix) {
  fits_set_bscale(fits.file, 1, 0, &fits.status);
  const int type = cfitsioType(bitpix);
  const std::size_t n = std::size_t{box.width()} * box.height(),
                    bytes = static_cast<std::size_t>(std::abs(bitpix)) / 8;
  std::vector<std::byte> out(n * bytes);
  int naxis = 0;
  fits_get_img_dim(fits.file, &naxis, &fits.status);
  std::vector<long> first(static_cast<std::size_t>(naxis), 1), last(first), step(first);
  first[0] = box.x0 + 1;
  last[0] = box.x1;
  first[1] = box.y0 + 1;
  last[1] = box.y1;
  float nullF = NAN;
  double nullD = NAN;
  // Without tiles cfitsio's null check would turn denormals into zeros.
  const bool tiled = fits_is_compressed_image(fits.file, &fits.status) != 0;
  void* null = !tiled          ? nullptr
               : bitpix == -32 ? static_cast<void*>(&nullF)
               : bitpix == -64 ? &nullD
                               : nullptr;
  int anyNull = 0;
  fits_read_subset(fits.file, type, first.data(), last.data(), step.data(), null, out.data(), &anyNull,
                   &fits.status);
  REQUIRE(fits.status == 0);
  // Every NaN equals every other.
  if (bitpix == -32) {
    for (std::size_t i = 0; i < n; ++i) {
      float v;
      std::memcpy(&v, out.data() + 4 * i, 4);
      if (std::isnan(v)) std::memcpy(out.data() + 4 * i, &nullF, 4);
    }
  } else if (bitpix == -64) {
    for (std::size_t i = 0; i < n; ++i) {
      double v;
      std::memcpy(&v, out.data() + 8 * i, 8);
      if (std::isnan(v)) std::memcpy(out.data() + 8 * i, &nullD, 8);
    }
  }
  return out;
}

// What fitsverify complains of, by file, without card numbers and HDU numbers.
std::map<std::string, std::set<std::string>> complaints(const std::vector<fs::path>& files) {
  std::map<std::string, std::set<std::string>> out;
  for (std::size_t at = 0; at < files.size(); at += 200) {
    std::string command = "fitsverify -l";
    for (std::size_t i = at; i < std::min(at + 200, files.size()); ++i)
      command += " '" + files[i].string() + "'";
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string file, text;
    int c;
    const auto line = [&] {
      if (text.starts_with("File: ")) file = text.substr(6);
      if (text.starts_with("*** Warning:") || text.starts_with("*** Error:")) {
        std::string clean;
        for (std::size_t i = 0; i < text.size(); ++i) {
          const bool number = i > 0 && (text[i - 1] == '#' ||
                                        (text[i - 1] >= '0' && text[i - 1] <= '9' && clean.ends_with('#')));
          if (!(number && text[i] >= '0' && text[i] <= '9')) clean += text[i];
        }
        out[fs::path(file).filename().string()].insert(clean);
      }
      text.clear();
    };
    while ((c = std::fgetc(pipe)) != EOF) {
      if (c == '\n')
        line();
      else
        text += static_cast<char>(c);
    }
    line();
    pclose(pipe);
  }
  return out;
}

struct Folder {
  Folder() : path(fs::temp_directory_path() / ("vignet-cutouts-" + std::to_string(getpid()))) {
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

void spill(const fs::path& path, std::span<const std::byte> bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

TEST_CASE("cutouts of every real file" * doctest::skip(realData().empty())) {
  const Folder folder;
  std::vector<fs::path> written, sources;
  std::map<std::string, std::string> sourceOf;
  int number = 0, points = 0, compared = 0;
  for (const fs::path& path : realFiles()) {
    CAPTURE(path.string());
    const Dataset data = open(path);
    sources.push_back(path);
    Fits parent(data.files[0]->bytes());
    const Plane& image = data.layout.planes[0];
    for (const Box& box : boxesOf(image.width, image.height)) {
      CAPTURE(box.x0);
      CAPTURE(box.y0);
      for (const Detail detail : {Detail::image, Detail::maskedImage, Detail::exposure}) {
        const CutoutRequest request{.box = box,
                                    .detail = detail,
                                    .datasetId = "ivo://example/" + path.filename().string() +
                                                 "?repo=real&id=" + std::string(36, '0'),
                                    .stencil = "CIRCLE 12.5 -3.25 0.01",
                                    .software = "Vignet test"};
        const std::vector<std::byte> bytes = data.cut(request);
        const std::string name = "c" + std::to_string(number++) + ".fits";
        spill(folder.path / name, bytes);
        written.push_back(folder.path / name);
        sourceOf[name] = path.filename().string();
        Fits part(bytes);
        int hdu = 1;
        const std::size_t planes = detail == Detail::image ? 1 : data.layout.planes.size();
        REQUIRE(part.count() >= static_cast<int>(planes) + 1);
        if (detail != Detail::exposure)  // An lsst.images file has its tree and its index too.
          CHECK(part.count() == static_cast<int>(planes) + (data.layout.tree ? 3 : 1));
        for (const PlaneKind kind :
             {PlaneKind::image, PlaneKind::mask, PlaneKind::variance, PlaneKind::weight}) {
          const Plane* plane = data.layout.find(kind);
          if (!plane || (detail == Detail::image && kind != PlaneKind::image)) continue;
          part.move(hdu++);
          parent.move(plane->hdu);
          CHECK(storedPixels(part, {0, 0, box.width(), box.height()}, plane->bitpix) ==
                storedPixels(parent, box, plane->bitpix));
          ++compared;
          int dataOk = 0, hduOk = 0;
          fits_verify_chksum(part.file, &dataOk, &hduOk, &part.status);
          CHECK(dataOk == 1);
          CHECK(hduOk == 1);
          points += compareSky(parent.header(), part.header(), box);
          if (part.has("CRVAL1A")) {
            CHECK(part.number("CRVAL1A") == plane->xy0[0] + box.x0);
            CHECK(part.number("CRVAL2A") == plane->xy0[1] + box.y0);
            CHECK(part.number("CRPIX1A") == 1);
            CHECK(part.number("CRPIX2A") == 1);
          } else if (part.has("LTV1") && plane->xy0 != std::array<int64_t, 2>{0, 0}) {
            CHECK(part.number("LTV1") == -static_cast<double>(plane->xy0[0] + box.x0));
            CHECK(part.number("LTV2") == -static_cast<double>(plane->xy0[1] + box.y0));
          }
        }
      }
    }
  }
  MESSAGE(number, " cutouts, ", compared, " planes, ", points, " positions");
  const auto theirs = complaints(sources);
  for (const auto& entry : complaints(written)) {
    const std::string name = entry.first;
    const std::string source = sourceOf.at(name);
    CAPTURE(source);
    CAPTURE(name);
    const auto found = theirs.find(source);
    for (const std::string& complaint : entry.second) {
      CAPTURE(complaint);
      CHECK((found != theirs.end() && found->second.contains(complaint)));
    }
  }
}

TEST_CASE("companion files: image, mask and weight of one exposure" * doctest::skip(realData().empty())) {
  const fs::path folder = realData() / "decam-rice/images/decam/CP/V4.8.2a/CP20171112";
  Dataset data;
  std::vector<LayoutSource> sources;
  const std::pair<const char*, std::optional<PlaneKind>> parts[] = {
      {"ooi", std::nullopt}, {"ood", PlaneKind::mask}, {"oow", PlaneKind::weight}};
  for (const auto& [kind, role] : parts)
    data.add(slurp(folder / (std::string("c4d_171113_060340_") + kind + "_r_ls9.N6.fits")));
  for (std::size_t i = 0; i < 3; ++i) sources.push_back({data.readers[i], parts[i].second, std::nullopt});
  data.layout = readLayout(sources);
  const Box box{100, 50, 164, 90};
  for (const Detail detail : {Detail::maskedImage, Detail::exposure}) {
    const CutoutRequest request{.box = box, .detail = detail, .datasetId = "", .stencil = "", .software = ""};
    CHECK(planCutout(composeAnswer(data.layout, request)).missingPlanes ==
          std::vector<std::string>{"VARIANCE"});
    Fits part(data.cut(request));
    REQUIRE(part.count() == 4);
    CHECK(part.text("VIGNETLK") == "VARIANCE");
    const char* names[] = {"IMAGE", "MASK", "WEIGHT"};
    for (int i = 0; i < 3; ++i) {
      Fits parent(data.files[static_cast<std::size_t>(i)]->bytes());
      parent.move(1);
      part.move(i + 1);
      CHECK(part.text("EXTNAME") == names[i]);
      CHECK(part.text("VIGNETEX") == "N6");
      CHECK(part.number("LTV1") == -101);
      CHECK(part.number("LTV2") == -51);
      const int bitpix = i == 1 ? 32 : -32;
      CHECK(storedPixels(part, {0, 0, 64, 40}, bitpix) == storedPixels(parent, box, bitpix));
      CHECK(compareSky(parent.header(), part.header(), box) >= 25);
    }
  }
}
