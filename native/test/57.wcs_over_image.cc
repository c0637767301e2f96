// A WCS over its own image: what gives each pixel a place of its own is served, what folds or flattens the
// image is refused.
#include "core/base/error.h"
#include "core/wcs/over_image.h"
#include "core/wcs/wcs.h"
#include "headers.h"

using namespace vignet;

namespace {

constexpr uint32_t kWidth = 2000, kHeight = 1000;
const std::string kTan =
    "CTYPE1='RA---TAN{}' CTYPE2='DEC--TAN{}' CRPIX1=1000.5 CRPIX2=500.5 CRVAL1=10.0 CRVAL2=20.0 "
    "CD1_1=-5.6E-5 CD2_2=5.6E-5 ";

std::string withProjection(const std::string& suffix) {
  std::string text = kTan;
  for (size_t at = text.find("{}"); at != std::string::npos; at = text.find("{}"))
    text.replace(at, 2, suffix);
  return text;
}

bool isServed(const std::string& pairs) {
  try {
    return parseImageWcs(headers::make(pairs).lines(), 2, kWidth, kHeight).has_value();
  } catch (const Error& error) {
    CHECK(error.code() == "BAD_WCS");
    return false;
  }
}

}  // namespace

TEST_CASE("SIP that folds the image over is refused, up to the very turning point") {
  // u + a u^2 turns where u = -1 / (2 a); the image reaches from -1000 to 999.
  for (const double turn : {100.0, 400.0, 900.0, 990.0, 998.0, 1003.0, 1100.0, 3000.0, 1e6}) {
    for (const int sign : {1, -1}) {
      char card[64];
      std::snprintf(card, sizeof card, "A_ORDER=2 B_ORDER=0 A_2_0=%.12E ", sign / (2 * turn));
      INFO(card);
      CHECK(isServed(withProjection("-SIP") + card) == (turn > 1001));
    }
  }
}

TEST_CASE("pixels of HPX are on the sky or not, whatever stands before them in the batch") {
  // The rows of a whole sky, whose corners are off it. Each pixel alone is what wcslib says of it.
  const std::string pairs =
      "CTYPE1='RA---HPX' CTYPE2='DEC--HPX' CRPIX1=279.0 CRPIX2=140.0 CRVAL1=0.0 CRVAL2=0.0 CDELT1=-0.65 "
      "CDELT2=0.65 ";
  Wcs wcs(parseWcs(headers::make(pairs).lines(), 2).value());
  size_t on = 0;
  for (const double y : {20.0, 40.0, 139.0, 220.0}) {
    std::vector<Pixel> row;
    for (int x = 0; x < 557; ++x) row.push_back({static_cast<double>(x), y});
    std::vector<Sky> sky(row.size());
    std::vector<uint8_t> ok(row.size());
    wcs.toSky(row, sky, ok);
    for (size_t i = 0; i < row.size(); ++i) {
      const auto alone = wcs.toSky(row[i]);
      CHECK(alone.has_value() == (ok[i] != 0));
      if (alone && ok[i]) CHECK(sky[i].lon == alone->lon);
      on += ok[i];
    }
  }
  CHECK(on > 1000);
}

TEST_CASE("PV cards on TAN that are no distortion of the image leave it plain TAN") {
  const auto plain = parseImageWcs(headers::make(withProjection("")).lines(), 2, kWidth, kHeight);
  REQUIRE(plain);
  for (const char* cards : {"PV2_1=0.0 ", "PV1_1=0.0 PV2_1=0.0 ", "PV1_1=1E-6 PV2_1=1.0 "}) {
    const auto numbers = parseImageWcs(headers::make(withProjection("") + cards).lines(), 2, kWidth, kHeight);
    REQUIRE(numbers);
    std::array<Pixel, 1> at{Pixel{17, 900}};
    std::array<Sky, 1> expected, found;
    std::array<uint8_t, 1> ok{};
    Wcs(*plain).toSky(at, expected, ok);
    Wcs(*numbers).toSky(at, found, ok);
    CHECK(found[0].lon == expected[0].lon);
    CHECK(found[0].lat == expected[0].lat);
  }
}

TEST_CASE("a matrix or a scale that flattens the image is refused") {
  CHECK(isServed(withProjection("")));
  CHECK_FALSE(isServed(withProjection("") + "CD1_2=0.0 CD2_1=0.0 CD2_2=0.0 "));
  CHECK_FALSE(isServed(withProjection("") + "CD1_2=5.6E-5 CD2_1=-5.6E-5 "));
}
