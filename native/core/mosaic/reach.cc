#include "core/mosaic/reach.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/resample/pixel_map.h"
#include "core/sky/stencil_box.h"

namespace vignet {
namespace {

constexpr int64_t kReachMargin = 2;  // pixels
// Points along the edges of an image, and those of a lattice over it whose distances are compared.
constexpr int kEdgeSteps = 32, kLatticeSteps = 8;
// How much longer than the shortest a step of the lattice may be on the grid. A pole or the end of a seam in
// one of its cells stretches the steps around that far more.
constexpr double kMostUneven = 3, kSomeUneven = 1.5;
constexpr int kRegionSteps = 64;
// Pixels of the grid that are looked at for all images together: some seconds at most, mostly far less. What
// is beyond counts as reached.
constexpr uint64_t kMostExamined = 1U << 24;

struct Extremes {
  double x0 = std::numeric_limits<double>::infinity(), y0 = x0, x1 = -x0, y1 = -x0;
  void add(const Pixel& p) {
    x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
    y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
  }
  GridBox box(double margin) const {
    return {static_cast<int64_t>(std::floor(x0 - margin)), static_cast<int64_t>(std::floor(y0 - margin)),
            static_cast<int64_t>(std::ceil(x1 + margin)) + 1,
            static_cast<int64_t>(std::ceil(y1 + margin)) + 1};
  }
};

bool isNear(const Pixel& p) { return std::abs(p.x) < kFarthest && std::abs(p.y) < kFarthest; }

// From image pixels to grid pixels; false where one has no place, or one too far.
bool mapAll(Wcs& image, Wcs& grid, const std::vector<Pixel>& from, std::vector<Pixel>& to) {
  std::vector<Sky> sky(from.size());
  std::vector<uint8_t> ok(from.size());
  const auto all = [&] { return std::find(ok.begin(), ok.end(), 0) == ok.end(); };
  to.resize(from.size());
  image.toSky(from, sky, ok);
  if (!all()) return false;
  grid.toPixel(sky, to, ok);
  return all() && std::all_of(to.begin(), to.end(), isNear);
}

// Lengths of the steps along one direction of the lattice.
struct Steps {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  void add(const Pixel& a, const Pixel& b) {
    const double step = std::hypot(a.x - b.x, a.y - b.y);
    least = std::min(least, step);
    most = std::max(most, step);
  }
  double unevenness() const { return most / least; }
};

// Degrees that the sky reaches on the plane of a projection, from its origin to either side.
struct SkyPlane {
  std::string_view name;
  double width, height;
};
constexpr std::array<SkyPlane, 15> kPlanes{{{"CAR", 180, 90},
                                            {"CEA", 180, 58},
                                            {"SFL", 180, 90},
                                            {"PAR", 180, 90},
                                            {"HPX", 180, 90},
                                            {"AIT", 163, 82},
                                            {"MOL", 163, 82},
                                            {"PCO", 180, 180},
                                            {"ARC", 180, 180},
                                            {"ZEA", 115, 115},
                                            {"SIN", 58, 58},
                                            {"XPH", 180, 180},
                                            {"TSC", 315, 135},
                                            {"CSC", 315, 135},
                                            {"QSC", 315, 135}}};

}  // namespace

GridBox regionOnGrid(const std::string& cards, const GridBox& within, const Stencil& region) {
  const std::optional<Box> box = boxOf(numbersOf(movedCards(cards, {within.x0, within.y0})),
                                       static_cast<uint32_t>(within.x1 - within.x0),
                                       static_cast<uint32_t>(within.y1 - within.y0), region);
  if (!box) return {};
  return {within.x0 + box->x0, within.y0 + box->y0, within.x0 + box->x1, within.y0 + box->y1};
}

Reach::Reach(const std::string& cards, const Stencil* region, const Control& control)
    : cards_(cards), region_(region), numbers_(numbersOf(cards)), grid_(numbers_), control_(control) {
  grid_.pollWith(control);
}

GridBox Reach::of(const NumericWcs& image, const GridBox& box) {
  Wcs wcs(image);
  wcs.pollWith(control_);
  if (const std::optional<GridBox> reach = smooth(wcs, box)) return *reach;
  const GridBox& wanted = this->wanted();
  if (wanted.empty()) return {};
  examined_ += static_cast<uint64_t>(wanted.x1 - wanted.x0) * static_cast<uint64_t>(wanted.y1 - wanted.y0);
  if (examined_ > kMostExamined) return wanted;
  NumericWcs from = image;
  from.crpix[0] -= static_cast<double>(box.x0);
  from.crpix[1] -= static_cast<double>(box.y0);
  PixelMap map(numbersOf(movedCards(cards_, {wanted.x0, wanted.y0})),
               static_cast<uint32_t>(wanted.x1 - wanted.x0), static_cast<uint32_t>(wanted.y1 - wanted.y0),
               from, static_cast<uint32_t>(box.x1 - box.x0), static_cast<uint32_t>(box.y1 - box.y0),
               kPositionError, control_);
  const Box found = map.covered();
  if (!found.width()) return {};
  return overlap(wanted, {wanted.x0 + found.x0 - kReachMargin, wanted.y0 + found.y0 - kReachMargin,
                          wanted.x0 + found.x1 + kReachMargin, wanted.y0 + found.y1 + kReachMargin});
}

// By the edges of the box; absent where the map is not smooth.
std::optional<GridBox> Reach::smooth(Wcs& image, const GridBox& box) {
  const double x0 = static_cast<double>(box.x0) - 0.5, y0 = static_cast<double>(box.y0) - 0.5;
  const double w = static_cast<double>(box.x1 - box.x0), h = static_cast<double>(box.y1 - box.y0);
  constexpr size_t kSide = kLatticeSteps + 1;
  std::vector<Pixel> from, to;
  for (size_t j = 0; j < kSide; ++j) {
    for (size_t i = 0; i < kSide; ++i)
      from.push_back(
          {x0 + w * static_cast<double>(i) / kLatticeSteps, y0 + h * static_cast<double>(j) / kLatticeSteps});
  }
  for (int i = 0; i <= kEdgeSteps; ++i) {
    const double t = static_cast<double>(i) / kEdgeSteps;
    for (const Pixel p :
         {Pixel{x0 + t * w, y0}, {x0 + t * w, y0 + h}, {x0, y0 + t * h}, {x0 + w, y0 + t * h}})
      from.push_back(p);
  }
  if (!mapAll(image, grid_, from, to)) return std::nullopt;
  Extremes extremes;
  for (const Pixel& p : to) extremes.add(p);
  Steps across, along;
  for (size_t j = 0; j < kSide; ++j) {
    for (size_t i = 0; i < kSide; ++i) {
      const size_t at = j * kSide + i;
      if (i > 0) across.add(to[at], to[at - 1]);
      if (j > 0) along.add(to[at], to[at - kSide]);
    }
  }
  const double unevenness = std::max(across.unevenness(), along.unevenness());
  if (!(unevenness <= kMostUneven)) return std::nullopt;
  return extremes.box(kReachMargin + (unevenness > kSomeUneven ? std::max(across.most, along.most) : 0));
}

const GridBox& Reach::wanted() {
  if (!wanted_) wanted_ = region_ && !region_->region->edge().empty() ? aroundRegion() : wholeSky();
  return *wanted_;
}

// The pixels of the region. It is looked for in a box around its edge; where it leaves that (a pole or a seam
// is in the region), anywhere on the sky.
GridBox Reach::aroundRegion() {
  constexpr int kTries = 4;
  Extremes extremes;
  bool beyond = false;
  for (const Arc& arc : region_->region->edge()) {
    for (int k = 0; k <= kRegionSteps; ++k) {
      Sky at;
      toLonLat(arc.at(static_cast<double>(k) / kRegionSteps), at.lon, at.lat);
      const std::optional<Pixel> p = grid_.toPixel(at);
      if (p && isNear(*p))
        extremes.add(*p);
      else
        beyond = true;
    }
  }
  if (beyond) {
    // The edge is wholly beyond the rim of the plane: all of the plane is in the region, or none.
    const std::optional<Sky> middle = grid_.toSky(Pixel{numbers_.crpix[0] - 1, numbers_.crpix[1] - 1});
    const bool nowhere = extremes.x0 > extremes.x1;
    if (nowhere && middle && !region_->region->contains(toVector(middle->lon, middle->lat))) return {};
    return wholeSky();
  }
  double margin = 16 + std::max(extremes.x1 - extremes.x0, extremes.y1 - extremes.y0) / 4;
  for (int k = 0; k < kTries; ++k, margin *= 3) {
    const GridBox around = extremes.box(margin);
    if (around.x1 - around.x0 > kMaxSide || around.y1 - around.y0 > kMaxSide) break;
    const GridBox found = regionOnGrid(cards_, around, *region_);
    if (found.empty()) return {};
    if (found.x0 > around.x0 && found.y0 > around.y0 && found.x1 < around.x1 && found.y1 < around.y1)
      return found;
  }
  return wholeSky();
}

GridBox Reach::wholeSky() const {
  const std::string_view name =
      std::string_view(numbers_.ctype[0]).substr(std::min<size_t>(5, numbers_.ctype[0].size()));
  const auto plane = std::find_if(kPlanes.begin(), kPlanes.end(),
                                  [&](const SkyPlane& p) { return name.starts_with(p.name); });
  const bool degrees = std::all_of(numbers_.cunit.begin(), numbers_.cunit.end(),
                                   [](const std::string& unit) { return unit.empty() || unit == "deg"; });
  if (plane == kPlanes.end() || !degrees)
    throw Error(
        Kind::usage, "TOO_LARGE",
        "expected a region that the projection " + printable(name) +
            " can show, received one that reaches beyond, or none; ask for a smaller region, or another "
            "projection");
  const bool swapped = numbers_.ctype[1].starts_with("RA") || numbers_.ctype[1].find("LON") < 4;
  const auto& pc = numbers_.pc;
  const auto& step = numbers_.cdelt;
  const double a = pc[0] * step[0], b = pc[1] * step[0], c = pc[2] * step[1], d = pc[3] * step[1];
  const double determinant = a * d - b * c;
  // The height of CEA depends on its parameter.
  const int latitude = swapped ? 1 : 2;
  double height = plane->height;
  for (const WcsParameter& p : numbers_.pv) {
    if (plane->name == "CEA" && p.i == latitude && p.m == 1 && p.value > 0) height /= p.value;
  }
  Extremes extremes;
  for (const double x : {-plane->width, plane->width}) {
    for (const double y : {-height, height}) {
      const double u = swapped ? y : x, v = swapped ? x : y;
      extremes.add({numbers_.crpix[0] - 1 + (d * u - b * v) / determinant,
                    numbers_.crpix[1] - 1 + (a * v - c * u) / determinant});
    }
  }
  const GridBox box = extremes.box(kReachMargin);
  if (box.x1 - box.x0 > kMaxSide || box.y1 - box.y0 > kMaxSide)
    throw Error(Kind::usage, "TOO_LARGE",
                expectedFor("at most 2^30 pixels on a side", "the mosaic",
                            std::max(box.x1 - box.x0, box.y1 - box.y0)) +
                    "; ask for a smaller region or larger pixels");
  return box;
}

}  // namespace vignet
