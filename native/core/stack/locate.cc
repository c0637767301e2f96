#include "core/stack/locate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/sphere/tangent_plane.h"

namespace vignet {
namespace {

constexpr double kFar = 1099511627776.0;  // 2^40

// The error is sampled on a square of so many points a side over the stamp, fewer on small stamps, across
// which distortions hardly vary.
constexpr size_t kMostSide = 5, kSmallSide = 3;
constexpr uint32_t kSmallStamp = 128;
constexpr size_t kMostGrid = kMostSide * kMostSide;
// Points beside the position from which the derivatives are taken.
constexpr size_t kBeside = 8;
constexpr double kStep = 4;  // pixels

struct Offset {
  double x = kNan, y = kNan;
};

// Of a position from the tangent point, in degrees: east, north.
Offset offsetOf(const TangentPlane& plane, const Sky& s) {
  const auto [east, north] = plane.projectNear(s.lon, s.lat);
  return {east / kDegree, north / kDegree};
}

// Fourth-order central difference of values at -2h, -h, h, 2h.
double derivative(double m2, double m1, double p1, double p2, double h) {
  return (m2 - 8 * m1 + 8 * p1 - p2) / (12 * h);
}

// An upper bound of the lengths of vectors sampled on a grid: the longest, plus what a smooth field can rise
// between samples, an eighth of the second difference along each axis.
double boundOf(std::span<const Offset> error, size_t side) {
  const auto at = [&](size_t i, size_t j) { return error[j * side + i]; };
  double longest = 0, bendX = 0, bendY = 0;
  const auto bend = [](const Offset& a, const Offset& b, const Offset& c) {
    return std::hypot(a.x - 2 * b.x + c.x, a.y - 2 * b.y + c.y);
  };
  for (size_t j = 0; j < side; ++j) {
    for (size_t i = 0; i < side; ++i) {
      if (std::isnan(at(i, j).x)) return kNan;
      longest = std::max(longest, std::hypot(at(i, j).x, at(i, j).y));
      if (i > 0 && i + 1 < side) bendX = std::max(bendX, bend(at(i - 1, j), at(i, j), at(i + 1, j)));
      if (j > 0 && j + 1 < side) bendY = std::max(bendY, bend(at(i, j - 1), at(i, j), at(i, j + 1)));
    }
  }
  return longest + (bendX + bendY) / 8;
}

// False when pixels around the position have no sky position.
bool linearise(Wcs& wcs, const StampFrame& frame, StampPlace& place) {
  const size_t side = frame.size < kSmallStamp ? kSmallSide : kMostSide, count = kBeside + side * side;
  std::array<Pixel, kBeside + kMostGrid> pixels;
  constexpr double steps[] = {-2 * kStep, -kStep, kStep, 2 * kStep};
  for (size_t k = 0; k < 4; ++k) {
    pixels[k] = {place.x + steps[k], place.y};
    pixels[4 + k] = {place.x, place.y + steps[k]};
  }
  const double pitch = (frame.size - 1) / static_cast<double>(side - 1);
  for (size_t j = 0; j < side; ++j) {
    for (size_t i = 0; i < side; ++i) {
      pixels[kBeside + j * side + i] = {static_cast<double>(frame.x0) + pitch * static_cast<double>(i),
                                        static_cast<double>(frame.y0) + pitch * static_cast<double>(j)};
    }
  }
  std::array<Sky, kBeside + kMostGrid> sky;
  std::array<uint8_t, kBeside + kMostGrid> ok;
  wcs.toSky(std::span(pixels).first(count), sky, ok);

  const TangentPlane tangent(place.lon, place.lat);
  std::array<Offset, kBeside + kMostGrid> plane;
  for (size_t k = 0; k < count; ++k)
    if (ok[k]) plane[k] = offsetOf(tangent, sky[k]);
  const auto slope = [&](size_t first, double Offset::*part) {
    return derivative(plane[first].*part, plane[first + 1].*part, plane[first + 2].*part,
                      plane[first + 3].*part, kStep);
  };
  place.cd[0] = slope(0, &Offset::x), place.cd[1] = slope(4, &Offset::x);
  place.cd[2] = slope(0, &Offset::y), place.cd[3] = slope(4, &Offset::y);
  const double determinant = place.cd[0] * place.cd[3] - place.cd[1] * place.cd[2];
  if (!std::isfinite(determinant) || determinant == 0) return false;

  std::array<Offset, kMostGrid> error;
  for (size_t k = 0; k < side * side; ++k) {
    const Pixel& pixel = pixels[kBeside + k];
    const Offset& at = plane[kBeside + k];
    error[k] = {(place.cd[3] * at.x - place.cd[1] * at.y) / determinant - (pixel.x - place.x),
                (place.cd[0] * at.y - place.cd[2] * at.x) / determinant - (pixel.y - place.y)};
  }
  place.error = boundOf(std::span(error).first(side * side), side);
  return true;
}

// The pixel of a position, if its sky position is the same again: distortions fitted to an image can map
// positions far away into the image.
bool project(Wcs& wcs, StampPlace& place) {
  const std::optional<Pixel> pixel = wcs.toPixel(Sky{place.lon, place.lat});
  if (!pixel || !(std::abs(pixel->x) < kFar) || !(std::abs(pixel->y) < kFar)) return false;
  const std::optional<Sky> back = wcs.toSky(*pixel);
  if (!back) return false;
  const Offset miss = offsetOf(TangentPlane(place.lon, place.lat), *back);
  place.x = pixel->x, place.y = pixel->y;
  return std::hypot(miss.x, miss.y) < 1e-6;
}

}  // namespace

StampFrame stampFrame(double x, double y, uint32_t size) {
  if (size < 1 || size > kMaxStampSize)
    throw Error(Kind::usage, "BAD_STAMP", expectedFor("1 to 4096 pixels", "the side of a stamp", size));
  if (!(std::abs(x) <= kFar) || !(std::abs(y) <= kFar))
    throw Error(Kind::usage, "BAD_STAMP",
                expectedFor("pixels within 2^40 of the image", "the position of a stamp",
                            decimal(x) + ", " + decimal(y)));
  return {static_cast<int64_t>(std::floor(x + 0.5)) - size / 2,
          static_cast<int64_t>(std::floor(y + 0.5)) - size / 2, size};
}

std::optional<Box> touched(const StampFrame& frame, uint32_t width, uint32_t height) {
  const int64_t x0 = std::max<int64_t>(frame.x0, 0), x1 = std::min<int64_t>(frame.x0 + frame.size, width);
  const int64_t y0 = std::max<int64_t>(frame.y0, 0), y1 = std::min<int64_t>(frame.y0 + frame.size, height);
  if (x0 >= x1 || y0 >= y1) return std::nullopt;
  return Box{static_cast<uint32_t>(x0), static_cast<uint32_t>(y0), static_cast<uint32_t>(x1),
             static_cast<uint32_t>(y1)};
}

StampPlace locateStamp(const Layout& layout, double lon, double lat, uint32_t size) {
  stampFrame(0, 0, size);
  if (layout.planes.empty())
    throw Error(Kind::data, "NO_IMAGE", "expected an image plane in the dataset, received none");
  const Plane& image = layout.planes.front();
  StampPlace place{StampState::unknown,      kNan, kNan,        lon,         lat,
                   {kNan, kNan, kNan, kNan}, kNan, image.width, image.height};
  if (!image.wcs || *image.wcs >= layout.wcs.size()) return place;
  try {
    Wcs wcs(layout.wcs[*image.wcs]);
    if (!project(wcs, place)) return place;
    const StampFrame frame = stampFrame(place.x, place.y, size);
    if (!touched(frame, image.width, image.height)) {
      place.state = StampState::outside;
      return place;
    }
    if (!linearise(wcs, frame, place)) return place;
    place.state = touched(stampFrame(place.x, place.y, 1), image.width, image.height) ? StampState::inside
                                                                                      : StampState::touches;
  } catch (const Error& error) {
    if (error.kind() != Kind::data) throw;
  }
  return place;
}

}  // namespace vignet
