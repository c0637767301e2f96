#include "core/resample/pixel_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {

namespace {

constexpr uint32_t kBlockSide = 128, kLeastSide = 8;
// The worst place is wrong by at most twice as much as the worst of the checks, for cubic and quartic terms.
constexpr double kCheckedShare = 0.5;
// What a check may be wrong by per pixel of half a side. A cubic term's slope is wrong at the edge by 5.2
// times its largest error per half side: so areas are right to 2e-4.
constexpr double kCheckedSlope = 2e-5;

// Bounds of positions. What is not finite counts for nothing.
struct Bounds {
  double x0 = std::numeric_limits<double>::infinity(), y0 = x0, x1 = -x0, y1 = -x0;
  void add(double x, double y) {
    if (!std::isfinite(x) || !std::isfinite(y)) return;
    x0 = std::min(x0, x);
    x1 = std::max(x1, x);
    y0 = std::min(y0, y);
    y1 = std::max(y1, y);
  }
  bool empty() const { return !(x0 <= x1); }
};

// The pixels [floor(low) - before, floor(high) + after] of a side of `size`, half-open; false when none is in
// it.
bool clip(double low, double high, double before, double after, uint32_t size, uint32_t& from, uint32_t& to) {
  const double a = std::max(0.0, std::floor(low) - before),
               b = std::min(static_cast<double>(size), std::floor(high) + after + 1);
  if (!(a < b)) return false;
  from = static_cast<uint32_t>(a);
  to = static_cast<uint32_t>(b);
  return true;
}

double offEdge(double at, uint32_t size) {
  const double end = size - 0.5;
  if (std::abs(at + 0.5) < kEdge) return -0.5 + kEdge;
  return std::abs(at - end) < kEdge ? end - kEdge : at;
}

void checkSize(const char* which, uint32_t width, uint32_t height) {
  if (width == 0 || height == 0 || width > kMaxSide || height > kMaxSide)
    throw Error(Kind::usage, "BAD_SIZE",
                expectedFor("1 to 2^30 pixels a side", std::string("the ") + which + " image",
                            std::to_string(width) + " x " + std::to_string(height)));
}

}  // namespace

PixelMap::PixelMap(const NumericWcs& outputWcs, uint32_t outputWidth, uint32_t outputHeight,
                   const NumericWcs& inputWcs, uint32_t inputWidth, uint32_t inputHeight, double maxError,
                   const Control& control)
    : output_(outputWcs),
      input_(inputWcs),
      outputWidth_(outputWidth),
      outputHeight_(outputHeight),
      inputWidth_(inputWidth),
      inputHeight_(inputHeight),
      maxError_(maxError),
      control_(control) {
  output_.pollWith(control);
  input_.pollWith(control);
  checkSize("output", outputWidth, outputHeight);
  checkSize("input", inputWidth, inputHeight);
  if (!(maxError >= 0))
    throw Error(
        Kind::usage, "BAD_MAX_ERROR",
        expectedFor("0 (exact) or a positive number of input pixels", "the error of positions", maxError));
}

void PixelMap::exact(std::span<const Pixel> output, std::span<Pixel> input) {
  const size_t n = output.size();
  sky_.resize(std::max(sky_.size(), n));
  ok_.resize(std::max(ok_.size(), n));
  back_.resize(std::max(back_.size(), n));
  const std::span sky(sky_.data(), n);
  output_.toSky(output, sky, ok_);
  // wcslib's answer for NaN is not to be trusted: a place on the sky instead, whose answer is dropped.
  for (size_t i = 0; i < n; i++) {
    if (!ok_[i]) sky[i] = {0, 0};
  }
  input_.toPixel(sky, input, back_);
  for (size_t i = 0; i < n; i++) {
    if (!ok_[i] || !back_[i]) input[i] = {kNan, kNan};
  }
}

// Fits the leaf's polynomial or finds that it is outside; false when it has to be divided.
bool PixelMap::interpolate(Leaf& leaf) {
  if (maxError_ == 0) return false;
  const auto from = Biquadratic::pointsOf(leaf.x0, leaf.y0, leaf.side, leaf.side);
  std::array<Pixel, Biquadratic::kPoints> to;
  exact(from, to);
  Bounds bounds;
  for (const Pixel& p : to) {
    if (!std::isfinite(p.x)) return false;
    bounds.add(p.x, p.y);
  }
  // A leaf that is further from the input image than it is large there is outside it, however badly it bends.
  const double width = bounds.x1 - bounds.x0 + 1, height = bounds.y1 - bounds.y0 + 1;
  if (bounds.x0 - width > inputWidth_ || bounds.x1 + width < 0 || bounds.y0 - height > inputHeight_ ||
      bounds.y1 + height < 0) {
    leaf.form = Leaf::Form::outside;
    return true;
  }
  const double error = leaf.map.fit(leaf.x0, leaf.y0, leaf.side, leaf.side, to);
  if (!(error <= std::min(kCheckedShare * maxError_, kCheckedSlope * leaf.side / 2))) return false;
  leaf.form = Leaf::Form::polynomial;
  return true;
}

void PixelMap::divide(Block& leaves, uint32_t x0, uint32_t y0, uint32_t side) {
  if (x0 >= outputWidth_ || y0 >= outputHeight_) return;
  Leaf leaf;
  leaf.x0 = x0;
  leaf.y0 = y0;
  leaf.side = side;
  if (interpolate(leaf) || side == kLeastSide || maxError_ == 0) {
    leaves.push_back(leaf);
    return;
  }
  const uint32_t half = side / 2;
  divide(leaves, x0, y0, half);
  divide(leaves, x0 + half, y0, half);
  divide(leaves, x0, y0 + half, half);
  divide(leaves, x0 + half, y0 + half, half);
}

const PixelMap::Block& PixelMap::block(uint32_t column, uint32_t row) {
  BlockRow& known = rows_[row % rows_.size()];
  if (row != known.number) {
    known.blocks.assign((outputWidth_ + kBlockSide - 1) / kBlockSide, {});
    known.number = row;
  }
  Block& block = known.blocks[column];
  if (block.empty()) divide(block, column * kBlockSide, row * kBlockSide, kBlockSide);
  return block;
}

template <class Use>
void PixelMap::eachLeaf(uint32_t y, uint32_t x0, uint32_t x1, const Use& use) {
  for (uint32_t column = x0 / kBlockSide; column * kBlockSide < x1; column++) {
    for (const Leaf& leaf : block(column, y / kBlockSide)) {
      poll();
      const uint32_t from = std::max(x0, leaf.x0), to = std::min(x1, leaf.x0 + leaf.side);
      if (y >= leaf.y0 && y < leaf.y0 + leaf.side && from < to) use(leaf, from, to);
    }
  }
}

void PixelMap::exactRow(uint32_t y, uint32_t x0, uint32_t x1, double* inputX, double* inputY) {
  from_.resize(x1 - x0);
  to_.resize(x1 - x0);
  for (uint32_t x = x0; x < x1; x++) from_[x - x0] = {static_cast<double>(x), static_cast<double>(y)};
  exact(from_, to_);
  for (uint32_t i = 0; i < x1 - x0; i++) {
    inputX[i] = offEdge(to_[i].x, inputWidth_);
    inputY[i] = offEdge(to_[i].y, inputHeight_);
  }
}

void PixelMap::positions(uint32_t y, uint32_t x0, uint32_t x1, double* inputX, double* inputY) {
  eachLeaf(y, x0, x1, [&](const Leaf& leaf, uint32_t from, uint32_t to) {
    double *toX = inputX + (from - x0), *toY = inputY + (from - x0);
    const uint32_t n = to - from, first = from - leaf.x0;
    if (leaf.form == Leaf::Form::exact) {
      exactRow(y, from, to, toX, toY);
    } else if (leaf.form == Leaf::Form::outside) {
      std::fill_n(toX, n, kNan);
      std::fill_n(toY, n, kNan);
    } else {
      const Biquadratic::Row px = leaf.map.along(0, y), py = leaf.map.along(1, y);
      for (uint32_t i = 0; i < n; i++) toX[i] = px.at(static_cast<int32_t>(first + i));
      for (uint32_t i = 0; i < n; i++) toY[i] = py.at(static_cast<int32_t>(first + i));
    }
  });
}

// Central differences over half a pixel to either side.
void PixelMap::exactAreas(uint32_t y, uint32_t x0, uint32_t x1, double* inputPixels) {
  std::vector<Pixel> from(4UL * (x1 - x0)), to(from.size());
  for (uint32_t x = x0; x < x1; x++) {
    Pixel* p = &from[4UL * (x - x0)];
    p[0] = {x - 0.5, static_cast<double>(y)};
    p[1] = {x + 0.5, static_cast<double>(y)};
    p[2] = {static_cast<double>(x), y - 0.5};
    p[3] = {static_cast<double>(x), y + 0.5};
  }
  exact(from, to);
  for (uint32_t i = 0; i < x1 - x0; i++) {
    const Pixel* p = &to[4UL * i];
    inputPixels[i] = std::abs((p[1].x - p[0].x) * (p[3].y - p[2].y) - (p[1].y - p[0].y) * (p[3].x - p[2].x));
  }
}

void PixelMap::areas(uint32_t y, uint32_t x0, uint32_t x1, double* inputPixels) {
  eachLeaf(y, x0, x1, [&](const Leaf& leaf, uint32_t from, uint32_t to) {
    double* areas = inputPixels + (from - x0);
    if (leaf.form == Leaf::Form::exact) return exactAreas(y, from, to, areas);
    if (leaf.form == Leaf::Form::outside) {
      std::fill_n(areas, to - from, kNan);
      return;
    }
    const Biquadratic::Row px = leaf.map.along(0, y), py = leaf.map.along(1, y);
    const double dy = y - leaf.y0;
    double slope[2][3];  // of the coefficients of a row, by y
    for (int axis = 0; axis < 2; axis++) {
      for (int p = 0; p < 3; p++) slope[axis][p] = leaf.map.c[axis][1][p] + 2 * dy * leaf.map.c[axis][2][p];
    }
    for (uint32_t x = from; x < to; x++) {
      const double d = x - leaf.x0;
      const double xByX = px.b + 2 * d * px.c, yByX = py.b + 2 * d * py.c;
      const double xByY = slope[0][0] + d * (slope[0][1] + d * slope[0][2]);
      const double yByY = slope[1][0] + d * (slope[1][1] + d * slope[1][2]);
      areas[x - from] = std::abs(xByX * yByY - yByX * xByY);
    }
  });
}

Box PixelMap::inputBox(const Box& output, uint32_t reach) {
  Bounds bounds;
  std::vector<double> exactX(kBlockSide), exactY(kBlockSide);
  for (uint32_t y = output.y0; y < output.y1; y++) {
    eachLeaf(y, output.x0, output.x1, [&](const Leaf& leaf, uint32_t from, uint32_t to) {
      if (leaf.form == Leaf::Form::exact) {
        exactRow(y, from, to, exactX.data(), exactY.data());
        for (uint32_t i = 0; i < to - from; i++) bounds.add(exactX[i], exactY[i]);
      } else if (leaf.form == Leaf::Form::polynomial) {
        const Biquadratic::Row px = leaf.map.along(0, y), py = leaf.map.along(1, y);
        const double first = from - leaf.x0, last = to - 1 - leaf.x0;
        const auto add = [&](double d) { bounds.add(px.at(d), py.at(d)); };
        add(first);
        add(last);
        for (const Biquadratic::Row& p : {px, py}) {
          const double turn = -p.b / (2 * p.c);
          if (turn > first && turn < last) add(turn);
        }
      }
    });
  }
  Box box;
  // Of a parabola's turning point the last digits may differ from those of the pixels beside it.
  constexpr double kRounding = 1e-6;
  if (bounds.empty() ||
      !clip(bounds.x0 - kRounding, bounds.x1 + kRounding, reach - 1, reach, inputWidth_, box.x0, box.x1) ||
      !clip(bounds.y0 - kRounding, bounds.y1 + kRounding, reach - 1, reach, inputHeight_, box.y0, box.y1))
    return {};
  return box;
}

Box PixelMap::covered() {
  const uint32_t columns = (outputWidth_ + kBlockSide - 1) / kBlockSide,
                 rows = (outputHeight_ + kBlockSide - 1) / kBlockSide;
  Box found;
  std::vector<double> x(kBlockSide), y(kBlockSide);
  const auto visit = [&](uint32_t column, uint32_t row) {
    const Box b{column * kBlockSide, row * kBlockSide, std::min(outputWidth_, (column + 1) * kBlockSide),
                std::min(outputHeight_, (row + 1) * kBlockSide)};
    if (b.x0 >= found.x0 && b.x1 <= found.x1 && b.y0 >= found.y0 && b.y1 <= found.y1) return;
    const Block& leaves = block(column, row);
    if (std::all_of(leaves.begin(), leaves.end(),
                    [](const Leaf& leaf) { return leaf.form == Leaf::Form::outside; }))
      return;
    for (uint32_t line = b.y0; line < b.y1; line++) {
      positions(line, b.x0, b.x1, x.data(), y.data());
      for (uint32_t i = 0; i < b.width(); i++) {
        if (!(x[i] >= -0.5 && y[i] >= -0.5 && x[i] < inputWidth_ - 0.5 && y[i] < inputHeight_ - 0.5))
          continue;
        const uint32_t at = b.x0 + i;
        if (!found.width()) found = {at, line, at + 1, line + 1};
        found = {std::min(found.x0, at), std::min(found.y0, line), std::max(found.x1, at + 1),
                 std::max(found.y1, line + 1)};
      }
    }
  };
  // The middle first: most images reach farthest there, and what lies within is not looked at.
  for (uint32_t column = 0; column < columns; column++) visit(column, rows / 2);
  for (uint32_t row = 0; row < rows; row++) visit(columns / 2, row);
  for (uint32_t row = 0; row < rows; row++) {
    for (uint32_t column = 0; column < columns; column++) visit(column, row);
  }
  return found;
}

}  // namespace vignet
