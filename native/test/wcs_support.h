// Headers on grids of pixels, by ours and by wcslib alone.
#pragma once
#include <doctest/doctest.h>
#include <unistd.h>
#include <wcslib/wcs.h>
#include <wcslib/wcshdr.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/sphere/vector.h"
#include "core/wcs/wcs.h"
#include "headers.h"
#include "oracle.h"

namespace vignet::test {

inline std::vector<Pixel> gridOf(const headers::Header& h) {
  std::vector<Pixel> grid;
  for (int j = 0; j <= 6; j++) {
    for (int i = 0; i <= 6; i++)
      grid.push_back(
          {-0.5 + static_cast<double>(h.width) * i / 6, -0.5 + static_cast<double>(h.height) * j / 6});
  }
  return grid;
}

inline double apart(const Sky& a, const Sky& b) {
  return angle(toVector(a.lon, a.lat), toVector(b.lon, b.lat)) / kDegree;
}

struct Mapped {
  std::vector<Sky> sky;
  std::vector<uint8_t> ok;
};

inline Mapped map(Wcs& wcs, const std::vector<Pixel>& pixels) {
  Mapped m{std::vector<Sky>(pixels.size()), std::vector<uint8_t>(pixels.size())};
  wcs.toSky(pixels, m.sky, m.ok);
  return m;
}

// wcslib alone on the whole header; empty where it cannot.
inline std::vector<Sky> direct(const headers::Header& h, const std::vector<Pixel>& pixels) {
  std::string text = h.cards;
  int rejected = 0, count = 0;
  wcsprm* all = nullptr;
  std::vector<Sky> sky;
  wcspih(text.data(), static_cast<int>(text.size() / 80), WCSHDR_all, 0, &rejected, &count, &all);
  if (count > 0 && all[0].naxis == 2 && wcsset(&all[0]) == 0) {
    for (const Pixel& p : pixels) {
      double pixel[2] = {p.x + 1, p.y + 1}, image[2], phi, theta, world[2];
      int stat = 0;
      if (wcsp2s(&all[0], 1, 2, pixel, image, &phi, &theta, world, &stat)) world[0] = world[1] = std::nan("");
      sky.push_back({world[all[0].lng], world[all[0].lat]});
    }
  }
  wcsvfree(&count, &all);
  return sky;
}

inline const std::string cd = "CD1_1=-1E-4 CD1_2=2E-6 CD2_1=1E-6 CD2_2=1.1E-4 ";

inline std::string types(const std::string& lon, const std::string& lat) {
  return "CTYPE1='" + lon + "' CTYPE2='" + lat + "' CRPIX1=500 CRPIX2=600 CRVAL1=10.0 CRVAL2=20.0 ";
}

inline const std::string gnomonic =
    "CTYPE1='RA---TAN' CTYPE2='DEC--TAN' CRPIX1=500 CRPIX2=600 CRVAL1=10.0 CRVAL2=20.0 ";

inline std::string parsedNote(const std::string& pairs) {
  return parseWcs(headers::make(pairs).lines(), 2).value().note;
}

inline void refused(const std::string& pairs, const std::string& saying) {
  INFO(pairs);
  try {
    parseWcs(headers::make(pairs).lines(), 2);
    FAIL("not refused");
  } catch (const Error& e) {
    CHECK(e.code() == "BAD_WCS");
    CHECK(std::string(e.what()).find(saying) != std::string::npos);
  }
}

// Asks astropy about many headers at once and compares. Pixels off the sky must be so for both.
inline void compareWithAstropy(const std::vector<headers::Header>& all, double tolerance = 1e-9) {
  std::string questions;
  std::vector<std::pair<const headers::Header*, Mapped>> ours;
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  for (std::size_t k = 0; k < all.size(); k++) {
    const headers::Header& h = all[k];
    const auto numbers = parseWcs(h.lines(), static_cast<uint32_t>(h.naxis));
    REQUIRE_MESSAGE(numbers.has_value(), h.path);
    Wcs wcs(*numbers);
    ours.emplace_back(&h, map(wcs, gridOf(h)));
    std::string path = h.path;
    if (path.empty()) {
      path = (folder / ("vignet-header-" + std::to_string(::getpid()) + "-" + std::to_string(k))).string();
      std::ofstream(path) << headers::card("SIMPLE", "T") << headers::card("BITPIX", "8")
                          << headers::card("NAXIS", std::to_string(h.naxis)) << headers::card("NAXIS1", "9")
                          << headers::card("NAXIS2", "9") << h.cards
                          << headers::card("END", "").replace(8, 1, " ");
    }
    questions += "header\t" + path + "\t" + std::to_string(h.hdu) + "\n";
    for (const Pixel& p : gridOf(h))
      questions += "pixel\t" + headers::number(p.x) + "\t" + headers::number(p.y) + "\n";
  }
  const auto answers = oracle::ask("wcs_oracle.py", questions);
  std::size_t at = 0;
  for (const auto& [header, mapped] : ours) {
    const auto* h = header;
    INFO(h->path << " " << h->hdu << " " << h->cards.substr(0, 200));
    int good = 0;
    double worst = 0;
    for (std::size_t i = 0; i < mapped.sky.size(); i++, at++) {
      REQUIRE(at < answers.size());
      char* end = nullptr;
      const double lon = std::strtod(answers[at].c_str(), &end), lat = std::strtod(end, nullptr);
      if (!mapped.ok[i] || std::isnan(lon)) {
        CHECK(bool(mapped.ok[i]) == !std::isnan(lon));
        continue;
      }
      good++;
      worst = std::max(worst, apart(mapped.sky[i], {lon, lat}));
    }
    CHECK(good > 0);
    CHECK(worst < tolerance);
  }
  CHECK(at == answers.size());
}

}  // namespace vignet::test
