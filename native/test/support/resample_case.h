// What the tests of resampling share: WCSs of every kind beside a TAN grid that looks at the same sky, and
// whole images.
#pragma once
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "../headers.h"
#include "core/resample/resample.h"

namespace resample_case {

struct Pair {
  std::string name;
  headers::Header input, output;
  vignet::NumericWcs in() const { return *vignet::parseWcs(input.lines(), 2); }
  vignet::NumericWcs out() const { return *vignet::parseWcs(output.lines(), 2); }
  vignet::PixelMap map(double maxError = 0.005) const {
    return {out(),   static_cast<uint32_t>(output.width), static_cast<uint32_t>(output.height),
            in(),    static_cast<uint32_t>(input.width),  static_cast<uint32_t>(input.height),
            maxError};
  }
};

// A TAN header of square pixels (degrees), turned by `turn` degrees.
inline headers::Header tan(double lon, double lat, double scale, long width, long height, double turn = 0,
                           const std::string& more = "") {
  const double c = std::cos(turn * M_PI / 180) * scale, s = std::sin(turn * M_PI / 180) * scale;
  std::string text = more.empty() ? "CTYPE1='RA---TAN' CTYPE2='DEC--TAN'" : more;
  const auto add = [&](const char* key, double value) {
    text += std::string(" ") + key + "=" + headers::number(value);
  };
  add("CRVAL1", lon);
  add("CRVAL2", lat);
  add("CRPIX1", (static_cast<double>(width) + 1) / 2);
  add("CRPIX2", (static_cast<double>(height) + 1) / 2);
  add("CD1_1", -c);
  add("CD1_2", s);
  add("CD2_1", s);
  add("CD2_2", c);
  return headers::make(text, width, height);
}

constexpr double kPixel = 0.263 / 3600;

// TPV of a DECam-like detector (coefficients of the size of the real ones).
inline const char* const tpv =
    "CTYPE1='RA---TPV' CTYPE2='DEC--TPV' PV1_0=-0.0041 PV1_1=1.0013 PV1_2=-0.0072 PV1_4=-0.0081 PV1_5=0.0096 "
    "PV1_6=-0.0035 PV1_7=0.0057 PV1_8=-0.0063 PV1_9=0.0044 PV1_10=-0.0021 PV2_0=0.0029 PV2_1=1.0011 "
    "PV2_2=-0.0059 "
    "PV2_4=-0.0068 PV2_5=0.0077 PV2_6=-0.0049 PV2_7=0.0031 PV2_8=-0.0045 PV2_9=0.0062 PV2_10=-0.0027";
inline const char* const sip =
    "CTYPE1='RA---TAN-SIP' CTYPE2='DEC--TAN-SIP' A_ORDER=3 A_2_0=2.1E-6 A_1_1=-3.2E-6 A_0_2=1.7E-6 "
    "A_3_0=-8.1E-10 "
    "A_1_2=-6.6E-10 B_ORDER=3 B_2_0=-1.9E-6 B_1_1=2.4E-6 B_0_2=3.0E-6 B_0_3=-9.2E-10 B_2_1=-5.5E-10";
inline const char* const zpn =
    "CTYPE1='RA---ZPN' CTYPE2='DEC--ZPN' PV2_1=1.0 PV2_3=42.0 PV2_5=-1200.0 LONPOLE=180.0";

inline std::vector<Pair> pairs() {
  return {
      {"TAN to TAN", tan(150, 2.2, kPixel, 700, 600, 17), tan(150.003, 2.203, kPixel * 1.02, 640, 620)},
      {"TAN-SIP to TAN", tan(210, 54.3, kPixel, 900, 800, 88, sip), tan(210.01, 54.31, kPixel, 800, 700)},
      {"TPV to TAN", tan(244.8, 12.1, kPixel, 900, 800, 91, tpv), tan(244.81, 12.1, kPixel, 800, 700)},
      {"ZPN to TAN", tan(33, -5, 0.4 / 3600 * 40, 600, 600, 3, zpn),
       tan(33.1, -5, 0.4 / 3600 * 40, 600, 600)},
      {"near the pole", tan(12, 89.95, kPixel, 900, 900, 40, sip), tan(100, 89.96, kPixel, 800, 800)},
      {"across RA 0", tan(359.995, 0.3, kPixel, 700, 700, 5, tpv), tan(0.005, 0.3, kPixel, 700, 700)},
      {"CAR across its seam",
       headers::make("CTYPE1='RA---CAR' CTYPE2='DEC--CAR' CRVAL1=180.0 CRVAL2=0.0 CRPIX1=360.5 "
                     "CRPIX2=180.5 CDELT1=-0.5 CDELT2=0.5",
                     720, 360),
       tan(2, 70, 0.4, 200, 220)},
      {"all-sky, past its edge",
       headers::make("CTYPE1='RA---CAR' CTYPE2='DEC--CAR' CRVAL1=180.0 CRVAL2=0.0 "
                     "CRPIX1=360.5 CRPIX2=180.5 CDELT1=-0.5 CDELT2=0.5",
                     720, 360),
       headers::make("CTYPE1='RA---AIT' CTYPE2='DEC--AIT' CRVAL1=40.0 CRVAL2=0.0 CRPIX1=170.0 CRPIX2=90.0 "
                     "CDELT1=-1.0 CDELT2=1.0",
                     340, 180)},
  };
}

struct Planes {
  vignet::Box box;
  std::vector<float> image, variance;
  std::vector<int32_t> mask;

  explicit Planes(const vignet::Box& of = {})
      : box(of),
        image(static_cast<size_t>(of.width()) * of.height()),
        variance(image.size()),
        mask(image.size()) {}
  vignet::InputPlanes input() const { return {box, image.data(), variance.data(), mask.data()}; }
  vignet::OutputPlanes output() { return {box, box.width(), image.data(), variance.data(), mask.data()}; }
  Planes part(const vignet::Box& of) const {
    Planes p(of);
    for (uint32_t y = of.y0; y < of.y1; y++) {
      for (uint32_t x = of.x0; x < of.x1; x++) {
        const size_t from = static_cast<size_t>(y - box.y0) * box.width() + (x - box.x0);
        const size_t to = static_cast<size_t>(y - of.y0) * of.width() + (x - of.x0);
        p.image[to] = image[from];
        p.variance[to] = variance[from];
        p.mask[to] = mask[from];
      }
    }
    return p;
  }
};

// Noise with a few steep sources in it; every pixel differs from its neighbours.
inline Planes noise(uint32_t width, uint32_t height, unsigned seed = 1) {
  Planes p({0, 0, width, height});
  std::mt19937 random(seed);
  for (size_t i = 0; i < p.image.size(); i++) {
    p.image[i] = static_cast<float>(random()) / 4.3e9F + (random() % 97 == 0 ? 30.0F : 0.0F);
    p.variance[i] = 0.5F + static_cast<float>(random()) / 4.3e9F;
    p.mask[i] = random() % 200 == 0 ? static_cast<int32_t>(1U << (random() % 31)) : 0;
  }
  return p;
}

inline Planes resampled(vignet::PixelMap& map, vignet::Kernel kernel, const Planes& in,
                        const vignet::ResampleOptions& options = {}) {
  Planes out({0, 0, map.outputWidth(), map.outputHeight()});
  vignet::resample(map, kernel, in.input(), out.output(), options);
  return out;
}

}  // namespace resample_case
