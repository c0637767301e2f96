#include "core/sky/sized_box.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/image_wcs.h"
#include "core/sphere/vector.h"
#include "core/wcs/wcs.h"

namespace vignet {
namespace {

constexpr double kArcsecInDegree = 3600;
constexpr double kFarthest = 0x1p31;

std::optional<Vec3> skyAt(Wcs& wcs, double x, double y) {
  const std::optional<Sky> sky = wcs.toSky(Pixel{x, y});
  if (!sky) return std::nullopt;
  return toVector(sky->lon, sky->lat);
}

// Arc seconds of a pixel along an axis.
std::optional<double> pixelScale(Wcs& wcs, const Pixel& at, double dx, double dy) {
  const auto before = skyAt(wcs, at.x - dx, at.y - dy), after = skyAt(wcs, at.x + dx, at.y + dy);
  if (!before || !after) return std::nullopt;
  const double scale = angle(*before, *after) / kDegree * kArcsecInDegree;
  return scale > 0 ? std::optional(scale) : std::nullopt;
}

int64_t pixelsOf(double length, double scale) {
  const double pixels = std::max(std::floor(length / scale + 0.5), 1.0);
  if (!(pixels <= kMaxSide))
    throw Error(
        Kind::usage, "BAD_SIZE",
        expectedFor("at most " + std::to_string(kMaxSide) + " pixels a side", "SIZE", decimal(pixels)));
  return static_cast<int64_t>(pixels);
}

}  // namespace

std::optional<WideBox> boxAround(const Layout& layout, double lon, double lat, const BoxSize& size) {
  Wcs wcs(imageWcs(layout, "no position can be found in it; ask for a BOX of pixels"));
  return boxAround(wcs, lon, lat, size);
}

std::optional<WideBox> boxAround(Wcs& wcs, double lon, double lat, const BoxSize& size) {
  const std::optional<Pixel> pixel = wcs.toPixel(Sky{lon, lat});
  if (!pixel || !(std::abs(pixel->x) < kFarthest) || !(std::abs(pixel->y) < kFarthest)) return std::nullopt;
  // Distortions fitted to an image can map positions far away into it.
  const auto back = skyAt(wcs, pixel->x, pixel->y);
  constexpr double kSame = 1e-6;
  if (!back || angle(*back, toVector(lon, lat)) > kSame * kDegree) return std::nullopt;
  std::array<double, 2> scale{1, 1};
  if (size.arcsec) {
    const auto alongX = pixelScale(wcs, *pixel, 0.5, 0), alongY = pixelScale(wcs, *pixel, 0, 0.5);
    if (!alongX || !alongY) return std::nullopt;
    scale = {*alongX, *alongY};
  }
  const int64_t width = pixelsOf(size.width, scale[0]), height = pixelsOf(size.height, scale[1]);
  const int64_t x0 = static_cast<int64_t>(std::floor(pixel->x + 0.5)) - width / 2;
  const int64_t y0 = static_cast<int64_t>(std::floor(pixel->y + 0.5)) - height / 2;
  return WideBox{x0, y0, x0 + width, y0 + height};
}

double reachOf(Wcs& wcs, double lon, double lat, const WideBox& box) {
  constexpr int kSteps = 32;
  const Vec3 centre = toVector(lon, lat);
  const double x0 = static_cast<double>(box.x0) - 0.5, y0 = static_cast<double>(box.y0) - 0.5;
  const double x1 = static_cast<double>(box.x1) - 0.5, y1 = static_cast<double>(box.y1) - 0.5;
  double farthest = 0;
  for (int k = 0; k <= kSteps; ++k) {
    const double t = static_cast<double>(k) / kSteps, x = x0 + t * (x1 - x0), y = y0 + t * (y1 - y0);
    for (const Pixel& p : {Pixel{x, y0}, {x, y1}, {x0, y}, {x1, y}}) {
      const std::optional<Vec3> sky = skyAt(wcs, p.x, p.y);
      if (!sky) return 180;
      farthest = std::max(farthest, angle(centre, *sky) / kDegree);
    }
  }
  return farthest;
}

}  // namespace vignet
