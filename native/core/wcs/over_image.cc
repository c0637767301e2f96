#include "core/wcs/over_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/wcs/cards.h"
#include "core/wcs/wcs.h"

namespace vignet {
namespace {

constexpr double kRadians = std::numbers::pi / 180;
constexpr uint32_t kSide = 7;
constexpr double kSmallestScale = 1e-6, kLargestScale = 10;

using Vector = std::array<double, 3>;

Vector unit(const Sky& sky) {
  const double lon = sky.lon * kRadians, lat = sky.lat * kRadians;
  return {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
}

Vector minus(const Vector& a, const Vector& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

double triple(const Vector& a, const Vector& b, const Vector& c) {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) +
         a[2] * (b[0] * c[1] - b[1] * c[0]);
}

// The area of pixels on the sky, signed by its sense, over that of the linear part, at those of 7 x 7 pixels
// of the image that are on the sky.
std::vector<double> relativeAreas(const NumericWcs& numbers, uint32_t width, uint32_t height) {
  const double linear = numbers.cdelt[0] * numbers.cdelt[1] *
                        (numbers.pc[0] * numbers.pc[3] - numbers.pc[1] * numbers.pc[2]) * kRadians * kRadians;
  // Three corners of each pixel, all in one call: setting up and calling wcslib costs more than its points.
  constexpr size_t kCorners = 3;
  std::array<Pixel, kCorners * kSide * kSide> corners;
  auto corner = corners.begin();
  for (uint32_t row = 0; row < kSide; ++row) {
    for (uint32_t column = 0; column < kSide; ++column) {
      const double x = (width - 1.0) * column / (kSide - 1), y = (height - 1.0) * row / (kSide - 1);
      for (const Pixel& at : {Pixel{x - 0.5, y - 0.5}, {x + 0.5, y - 0.5}, {x - 0.5, y + 0.5}})
        *corner++ = at;
    }
  }
  std::array<Sky, corners.size()> sky;
  std::array<uint8_t, corners.size()> ok{};
  Wcs(numbers).toSky(corners, sky, ok);
  std::vector<double> areas;
  for (size_t at = 0; at < corners.size(); at += kCorners) {
    if (!(ok[at] && ok[at + 1] && ok[at + 2])) continue;
    const Vector origin = unit(sky[at]), right = unit(sky[at + 1]), above = unit(sky[at + 2]);
    areas.push_back(triple(origin, minus(right, origin), minus(above, origin)) / linear);
  }
  return areas;
}

bool isUsable(double area) {
  const double size = std::abs(area);
  return size >= kSmallestScale * kSmallestScale && size <= kLargestScale * kLargestScale;
}

bool isNearLinear(double area) { return std::abs(area) > 0.25 && std::abs(area) < 4; }

// Whether a test holds of all areas, and nothing is folded over.
bool isOneToOne(const std::vector<double>& areas, bool (*test)(double)) {
  return std::all_of(areas.begin(), areas.end(),
                     [&](double area) { return test(area) && (area > 0) == (areas.front() > 0); });
}

bool isDistorted(const NumericWcs& numbers) {
  return !numbers.distortion[0].empty() || !numbers.distortion[1].empty();
}

}  // namespace

std::optional<NumericWcs> parseImageWcs(std::string_view cards, uint32_t naxis, uint32_t width,
                                        uint32_t height) {
  if (naxis < 2) return std::nullopt;
  const WcsCards selected = selectWcsCards(cards);
  auto numbers = parseWcs(selected);
  if (!numbers) return numbers;
  std::vector<double> areas = relativeAreas(*numbers, width, height);
  if (selected.tanAsTpv && !isOneToOne(areas, isNearLinear)) {
    numbers = parseWcs(selectWcsCards(cards, PvOnTan::ignored));
    if (!numbers) return numbers;
    areas = relativeAreas(*numbers, width, height);
  }
  const bool usable = isDistorted(*numbers)
                          ? isOneToOne(areas, isUsable)
                          : areas.empty() || std::any_of(areas.begin(), areas.end(), isUsable);
  if (!usable)
    throw Error(
        Kind::data, "BAD_WCS",
        "expected a WCS that gives each pixel of the image a place of its own, received one that maps the "
        "image to a line or folds it over; check the distortion (PVi_m, SIP) and projection parameters");
  return numbers;
}

}  // namespace vignet
