#include "core/resample/area_tile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace vignet {

namespace {

constexpr size_t kPoints = Biquadratic::kPoints;
using Points = std::array<Pixel, kPoints>;

constexpr double kFarthest = 0.05;   // radians of a tile of more than one pixel from its tangent point
constexpr double kSmallest = 0.002;  // radians: see Polygon's solid angles
// Within so many radians areas on the plane are solid angles to 4e-7 of themselves; and in tiles of so many
// pixels the shares that input pixels have in an output pixel are right to 1e-7.
constexpr double kFlat = 5e-4;
constexpr uint32_t kFlatSide = 16;
// Pixels that a corner may be wrong by, per pixel of the side that is interpolated over: it is the slope of
// the error that counts, which makes pixels too large or too small.
constexpr double kTolerance = 1e-7;
constexpr double kMostPixels = 65536;  // of the input in a tile of more than one pixel

bool allFinite(std::span<const Pixel> values) {
  return std::all_of(values.begin(), values.end(), [](const Pixel& p) { return std::isfinite(p.x); });
}

double radius(std::span<const Pixel> values) {
  double most = 0;
  for (const Pixel& p : values) most = std::max(most, p.x * p.x + p.y * p.y);
  return std::sqrt(most);
}

void project(Wcs& wcs, const TangentPlane& plane, std::span<const Pixel> pixels, std::span<Pixel> values) {
  std::vector<Sky> sky(pixels.size());
  std::vector<uint8_t> ok(pixels.size());
  wcs.toSky(pixels, sky, ok);
  for (size_t k = 0; k < pixels.size(); k++) {
    const TangentPlane::Point at = plane.project(toVector(sky[k].lon, sky[k].lat));
    values[k] = {at.x, at.y};
  }
}

// Sides of a pixel, from the corners of a rectangle of width x height of them (nodes 0, 2, 6 and 8).
double pixelSize(const Points& values, double width, double height) {
  return std::sqrt(std::abs(doubleArea({values[0], values[2], values[8], values[6]})) / (2 * width * height));
}

void tabulate(const Biquadratic& map, uint32_t columns, uint32_t rows, std::vector<Pixel>& to) {
  to.resize(static_cast<size_t>(columns) * rows);
  for (uint32_t j = 0; j < rows; j++) {
    const Biquadratic::Row x = map.along(0, map.y0 + j), y = map.along(1, map.y0 + j);
    for (uint32_t i = 0; i < columns; i++) to[static_cast<size_t>(j) * columns + i] = {x.at(i), y.at(i)};
  }
}

// The corners of the pixels of a box on the plane: as polynomials where these are good enough and cheaper.
void tabulateCorners(Wcs& wcs, const TangentPlane& plane, const Box& box, std::vector<Pixel>& to) {
  const double x = box.x0 - 0.5, y = box.y0 - 0.5, width = box.width(), height = box.height();
  if ((width + 1) * (height + 1) > kPoints) {
    const Points from = Biquadratic::pointsOf(x, y, width, height);
    Points on;
    project(wcs, plane, from, on);
    Biquadratic corners;
    if (allFinite(on) && corners.fit(x, y, width, height, on) <=
                             kTolerance * std::min(width, height) * pixelSize(on, width, height))
      return tabulate(corners, box.width() + 1, box.height() + 1, to);
  }
  std::vector<Pixel> all;
  for (uint32_t j = 0; j <= box.height(); j++) {
    for (uint32_t i = 0; i <= box.width(); i++) all.push_back({x + i, y + j});
  }
  to.resize(all.size());
  project(wcs, plane, all, to);
}

struct Range {
  double low = INFINITY, high = -INFINITY;
  void add(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  // The pixels from low to high and `margin` beyond; false when there are none in an image of `size`.
  bool pixels(double margin, uint32_t size, uint32_t& from, uint32_t& to) const {
    const double a = std::max(0.0, std::floor(low - margin + 0.5)),
                 b = std::min(static_cast<double>(size), std::floor(high + margin + 0.5) + 1);
    if (!(a < b)) return false;
    from = static_cast<uint32_t>(a);
    to = static_cast<uint32_t>(b);
    return true;
  }
};

struct Extent {
  Range x, y;
  explicit Extent(std::span<const Pixel> positions) {
    for (const Pixel& p : positions) {
      x.add(p.x);
      y.add(p.y);
    }
  }
  // Clipped to the image; a box without pixels when it does not come that near.
  Box within(double marginX, double marginY, uint32_t width, uint32_t height) const {
    Box box;
    if (!x.pixels(marginX, width, box.x0, box.x1) || !y.pixels(marginY, height, box.y0, box.y1)) return {};
    return box;
  }
};

}  // namespace

bool AreaTile::make(PixelMap& map, uint32_t x0, uint32_t y0, uint32_t side) {
  x0_ = x0;
  y0_ = y0;
  side_ = side;
  input_ = {};
  inputWidth_ = map.inputWidth();
  inputHeight_ = map.inputHeight();
  const double half = side / 2.0;
  const std::array<Pixel, 1> centre{{{x0 - 0.5 + half, y0 - 0.5 + half}}};
  std::array<Sky, 1> sky;
  std::array<uint8_t, 1> ok;
  map.outputWcs().toSky(centre, sky, ok);
  if (!ok[0]) return side == 1;
  plane_ = TangentPlane(sky[0].lon, sky[0].lat);
  if (side > 1) return makeSmooth(map);
  makeSingle(map);
  return true;
}

bool AreaTile::makeSmooth(PixelMap& map) {
  const double x = x0_ - 0.5, y = y0_ - 0.5;
  const Points from = Biquadratic::pointsOf(x, y, side_, side_);
  Points on, in;
  project(map.outputWcs(), plane_, from, on);
  map.exact(from, in);
  if (!allFinite(on) || !allFinite(in) || radius(on) > kFarthest) return false;
  Biquadratic positions;
  const double error = positions.fit(x, y, side_, side_, in);
  const Extent bounds(in);
  if (!(error <= 0.1)) {
    // Outside, without looking closer, is what is further away than it is large.
    const double farX = 2 + bounds.x.high - bounds.x.low, farY = 2 + bounds.y.high - bounds.y.low;
    return !bounds.within(farX, farY, inputWidth_, inputHeight_).width();
  }
  const Box all = bounds.within(2, 2, inputWidth_, inputHeight_);
  if (!all.width()) return true;
  if (static_cast<double>(all.width()) * all.height() > kMostPixels) return false;
  // A parabola leaves its chord over one pixel by an eighth of its second derivative.
  double bend = 0.01 + 2 * error;
  for (const auto& c : positions.c) bend += (std::abs(c[0][2]) + std::abs(c[1][1]) + std::abs(c[2][0])) / 4;
  marginX_ = marginY_ = bend;
  tabulate(positions, side_ + 1, side_ + 1, positions_);
  input_ = Extent(positions_).within(marginX_, marginY_, inputWidth_, inputHeight_);
  return true;
}

// One pixel: its corners exactly, and all that lies between its corners, the middles of its sides and its
// centre, with as much again around as these are out of line: as much as a seam or a pole may put between
// them.
void AreaTile::makeSingle(PixelMap& map) {
  std::array<Pixel, 9> from, in;
  for (size_t k = 0; k < 9; k++) {
    const size_t column = k % 3, row = k / 3;
    from[k] = {x0_ - 0.5 + static_cast<double>(column) / 2, y0_ - 0.5 + static_cast<double>(row) / 2};
  }
  map.exact(from, in);
  marginX_ = marginY_ = 1;
  for (const auto& [a, middle, b] :
       {std::array<size_t, 3>{0, 1, 2}, {6, 7, 8}, {0, 3, 6}, {2, 5, 8}, {1, 4, 7}, {3, 4, 5}}) {
    const double bendX = std::abs(in[middle].x - (in[a].x + in[b].x) / 2),
                 bendY = std::abs(in[middle].y - (in[a].y + in[b].y) / 2);
    if (!std::isfinite(bendX)) continue;
    marginX_ = std::max(marginX_, 1 + 2 * bendX);
    marginY_ = std::max(marginY_, 1 + 2 * bendY);
  }
  positions_.assign(in.begin(), in.end());
  input_ = Extent(positions_).within(marginX_, marginY_, inputWidth_, inputHeight_);
}

void AreaTile::findCorners(PixelMap& map) {
  tabulateCorners(map.outputWcs(), plane_, {x0_, y0_, x0_ + side_, y0_ + side_}, corners_);
  const Pixel *first = corners_.data(), *last = first + corners_.size() - 1;
  mirrored_ = doubleArea({first[0], first[side_], last[0], *(last - side_)}) < 0;
  const double reach = radius(corners_);
  small_ = reach < kSmallest;
  mesh_.box = input_;
  tabulateCorners(map.inputWcs(), plane_, input_, mesh_.corners);
  turn_ = side_ >= kFlatSide && reach < kFlat && radius(mesh_.corners) < kFlat ? mesh_.turn() : 0;
  if (turn_) findCells();
}

void AreaTile::findCells() {
  cells_.resize(corners_.size());
  const auto number = [](double at) {
    return at > 0 ? static_cast<uint32_t>(std::min(at + 0.5, static_cast<double>(kNowhere))) : 0;
  };
  for (size_t k = 0; k < corners_.size(); k++) {
    cells_[k] = {number(positions_[k].x), number(positions_[k].y)};
    if (!mesh_.find(corners_[k], turn_, cells_[k])) cells_[k].x = kNowhere;
  }
}

Box AreaTile::candidates(uint32_t x, uint32_t y) const {
  if (side_ == 1) return input_;
  const Pixel* at = &positions_[static_cast<size_t>(y - y0_) * (side_ + 1) + (x - x0_)];
  const Pixel &a = at[0], &b = at[1], &c = at[side_ + 1], &d = at[side_ + 2];
  const auto first = [&](double low, uint32_t least) {
    return static_cast<uint32_t>(std::max(static_cast<double>(least), low - marginX_ + 0.5));
  };
  const auto last = [&](double high, uint32_t most) {
    return static_cast<uint32_t>(std::clamp(high + marginX_ + 1.5, 0.0, static_cast<double>(most)));
  };
  const Box box{
      first(std::min({a.x, b.x, c.x, d.x}), input_.x0), first(std::min({a.y, b.y, c.y, d.y}), input_.y0),
      last(std::max({a.x, b.x, c.x, d.x}), input_.x1), last(std::max({a.y, b.y, c.y, d.y}), input_.y1)};
  return box.x0 < box.x1 && box.y0 < box.y1 ? box : Box{};
}

}  // namespace vignet
