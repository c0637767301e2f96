// Headers on grids of pixels, by ours and by wcslib alone.
#pragma once
#include <doctest/doctest.h>
#include <wcslib/wcs.h>
#include <wcslib/wcshdr.h>

#include <string>
#include <vector>

#include "core/base/constants.h"
#include "core/sphere/vector.h"
#include "core/wcs/wcs.h"
#include "headers.h"

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

}  // namespace vignet::test
