#include "core/mosaic/skymap.h"

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/write.h"
#include "core/sphere/tangent_plane.h"

namespace vignet {
namespace {

// Margin around edges (radians; along a ring, a fraction of its circumference) within which the tract counts
// as uncertain.
constexpr double kMargin = 1e-9;

[[noreturn]] void bad(std::string_view expected, std::string_view name, double received) {
  throw Error(Kind::usage, "BAD_SKYMAP",
              expectedFor(expected, std::string(name) + " of the skymap", received));
}

// The point at a distance and a bearing (east of north), radians in, degrees out.
Sky offset(const Sky& from, double bearing, double distance) {
  const double d = from.lat * kDegree;
  const double sinLat =
      std::sin(d) * std::cos(distance) + std::cos(d) * std::sin(distance) * std::cos(bearing);
  const double turn = std::atan2(std::sin(bearing) * std::sin(distance) * std::cos(d),
                                 std::cos(distance) - std::sin(d) * sinLat);
  return {from.lon + turn / kDegree, std::asin(std::clamp(sinLat, -1.0, 1.0)) / kDegree};
}

double turned(double lon) {
  const double reduced = std::fmod(lon, 360);
  return (reduced < 0 ? reduced + 360 : reduced) / 360;
}

}  // namespace

RingsSkymap::RingsSkymap(const RingsConfig& config) : config_(config) {
  if (config.rings < 1 || config.rings > 100'000) bad("1 to 100000", "rings", config.rings);
  if (!(std::abs(config.raStart) <= 360)) bad("-360 to 360 degrees", "raStart", config.raStart);
  if (!(config.pixelScale >= 1e-3 && config.pixelScale <= 3600))
    bad("0.001 to 3600 arc seconds", "pixelScale", config.pixelScale);
  if (!(config.tractOverlap >= 0 && config.tractOverlap <= 10))
    bad("0 to 10 degrees", "tractOverlap", config.tractOverlap);
  if (config.inner < 1 || config.inner > 1'000'000) bad("1 to 1000000 pixels", "inner", config.inner);
  height_ = kPi / (config.rings + 1);
  uint64_t next = 1;
  for (uint32_t ring = 0; ring < config.rings; ++ring) {
    const double start = height_ * (ring + 0.5) - kPi / 2;
    const double nearest = std::min(std::abs(start), std::abs(start + height_));
    counts_.push_back(static_cast<uint32_t>(2 * kPi * std::cos(nearest) / height_) + 1);
    starts_.push_back(static_cast<uint32_t>(next));
    next += counts_.back();
    if (next > 0xfffffff0u) bad("less than 2^32", "tracts", static_cast<double>(next));
  }
  tracts_ = static_cast<uint32_t>(next + 1);
}

int64_t RingsSkymap::ringOf(double lat) const {
  return static_cast<int64_t>(std::floor((lat * kDegree + kPi / 2 - height_ / 2) / height_));
}

uint32_t RingsSkymap::find(const Sky& at) const {
  const int64_t ring = ringOf(at.lat);
  if (ring < 0) return 0;
  if (ring >= int64_t{config_.rings}) return tracts_ - 1;
  const uint32_t count = counts_[static_cast<size_t>(ring)];
  const auto step = static_cast<uint32_t>(std::floor(turned(at.lon - config_.raStart) * count + 0.5));
  return starts_[static_cast<size_t>(ring)] + step % count;
}

std::optional<uint32_t> RingsSkymap::findAll(const Sky& centre, double radius) const {
  const double reach = radius + kMargin;
  const double south = centre.lat - reach / kDegree, north = centre.lat + reach / kDegree;
  const int64_t ring = ringOf(south), top = ringOf(north);
  if (top < 0) return 0;
  if (ring >= int64_t{config_.rings}) return tracts_ - 1;
  if (ring < 0 || ring != top) return std::nullopt;
  if (std::max(std::abs(south), std::abs(north)) >= 90) return std::nullopt;
  const double sine = std::sin(reach) / std::cos(centre.lat * kDegree);
  if (!(sine < 1)) return std::nullopt;
  const uint32_t count = counts_[static_cast<size_t>(ring)];
  const double half = std::asin(sine) / (2 * kPi) * count + kMargin;
  const double at = turned(centre.lon - config_.raStart) * count + 0.5;
  if (std::floor(at - half) != std::floor(at + half)) return std::nullopt;
  return starts_[static_cast<size_t>(ring)] + static_cast<uint32_t>(std::floor(at)) % count;
}

Tract RingsSkymap::tract(uint32_t id) const {
  if (id >= tracts_) bad("less than " + std::to_string(tracts_), "a tract", id);
  Tract out;
  out.id = id;
  if (id == 0 || id == tracts_ - 1) {
    out.centre = {0, id == 0 ? -90.0 : 90.0};
  } else {
    const auto ring =
        static_cast<size_t>(std::upper_bound(starts_.begin(), starts_.end(), id) - starts_.begin() - 1);
    const double turn = static_cast<double>(id - starts_[ring]) / counts_[ring];
    out.centre.lon = std::fmod(360 * turn + config_.raStart + 360, 360);
    out.centre.lat = height_ * (static_cast<double>(ring) + 1) / kDegree - 90;
  }
  const double radius = height_ / 2 + config_.tractOverlap * kDegree;
  const TangentPlane plane(out.centre.lon, out.centre.lat);
  double low[2] = {1e300, 1e300}, high[2] = {-1e300, -1e300};
  for (int quarter = 0; quarter < 4; ++quarter) {
    const Sky edge = offset(out.centre, quarter * kPi / 2, radius);
    const auto [east, north] = plane.projectNear(edge.lon, edge.lat);
    const double perRadian = 3600 / kDegree / config_.pixelScale;
    const double at[2] = {-east * perRadian, north * perRadian};
    for (int k = 0; k < 2; ++k) low[k] = std::min(low[k], at[k]), high[k] = std::max(high[k], at[k]);
  }
  for (int k = 0; k < 2; ++k) {
    if (!(high[k] - low[k] < 1e8)) bad("less than 10^8 pixels on a side", "a tract", high[k] - low[k]);
    const auto first = static_cast<int64_t>(std::ceil(low[k] - 0.5));
    const int64_t length = static_cast<int64_t>(std::floor(high[k] + 0.5)) - first + 1;
    const int64_t patches = (length + config_.inner - 1) / config_.inner;
    const int64_t size = patches * config_.inner;
    out.patches[k] = static_cast<uint32_t>(patches);
    out.size[k] = static_cast<uint32_t>(size);
    out.crpix[k] = (size - length) / 2 - first;
  }
  return out;
}

std::string RingsSkymap::cards(const Tract& tract) const {
  HeaderWriter out;
  out.add("WCSAXES", 2, "number of WCS axes");
  out.add("CTYPE1", "RA---TAN");
  out.add("CTYPE2", "DEC--TAN");
  out.add("CUNIT1", "deg");
  out.add("CUNIT2", "deg");
  out.add("CRPIX1", static_cast<double>(tract.crpix[0] + 1), "reference pixel on axis 1");
  out.add("CRPIX2", static_cast<double>(tract.crpix[1] + 1), "reference pixel on axis 2");
  out.add("CRVAL1", tract.centre.lon, "right ascension at the reference pixel");
  out.add("CRVAL2", tract.centre.lat, "declination at the reference pixel");
  const double step = config_.pixelScale / 3600;
  out.add("CD1_1", -step);
  out.add("CD1_2", 0.0);
  out.add("CD2_1", 0.0);
  out.add("CD2_2", step);
  out.add("RADESYS", "ICRS");
  out.add("LTV1", 0.0);
  out.add("LTV2", 0.0);
  for (const char* axis : {"1", "2"}) {
    const std::string n = axis;
    out.add("CTYPE" + n + "A", "LINEAR");
    out.add("CUNIT" + n + "A", "PIXEL");
    out.add("CRPIX" + n + "A", 1.0, "pixels of the tract");
    out.add("CRVAL" + n + "A", 0.0);
  }
  return out.lines();
}

std::optional<uint32_t> RingsSkymap::patch(const Tract& tract, const Pixel& at) const {
  return patch(tract, static_cast<int64_t>(std::floor(at.x + 0.5)),
               static_cast<int64_t>(std::floor(at.y + 0.5)));
}

std::optional<uint32_t> RingsSkymap::patch(const Tract& tract, int64_t x, int64_t y) const {
  if (x < 0 || y < 0 || x >= int64_t{tract.size[0]} || y >= int64_t{tract.size[1]}) return std::nullopt;
  return static_cast<uint32_t>(y / config_.inner * tract.patches[0] + x / config_.inner);
}

}  // namespace vignet
