#include "core/resample/exact.h"

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/resample/area_tile.h"
#include "core/resample/coverage.h"

namespace vignet {

namespace {

// Calls use(tile) for the tiles that meet `box`, from (x0, y0) on.
template <class Use>
void divide(PixelMap& map, AreaTile& tile, const Box& box, uint32_t x0, uint32_t y0, uint32_t side,
            const Use& use) {
  if (x0 >= box.x1 || y0 >= box.y1 || x0 + side <= box.x0 || y0 + side <= box.y0) return;
  if (tile.make(map, x0, y0, side)) return use(tile);
  const uint32_t half = side / 2;
  for (const uint32_t y : {y0, y0 + half}) {
    for (const uint32_t x : {x0, x0 + half}) divide(map, tile, box, x, y, half, use);
  }
}

template <class Use>
void eachTile(PixelMap& map, const Box& box, const Use& use) {
  AreaTile tile;
  constexpr uint32_t kSide = AreaTile::kLargestSide;
  for (uint32_t y = box.y0 / kSide * kSide; y < box.y1; y += kSide) {
    for (uint32_t x = box.x0 / kSide * kSide; x < box.x1; x += kSide)
      divide(map, tile, box, x, y, kSide, use);
  }
}

struct Overlap {
  size_t at;     // of the pixel in the input planes
  double angle;  // steradians
};

// Over the input pixels that overlap an output pixel, without missing ones.
struct Sums {
  double angle = 0;  // steradians
  // Of values weighted by these (with options.flux by shares of the input pixels), and of variances weighted
  // by their squares.
  double image = 0, variance = 0;
};

class ExactPixels {
 public:
  ExactPixels(PixelMap& map, const InputPlanes& in, const OutputPlanes& out, const ResampleOptions& options)
      : map_(map), in_(in), out_(out), options_(options) {}

  void fill(AreaTile& tile) {
    const Box &need = tile.input(), &have = in_.box;
    if (need.width()) {
      if (need.x0 < have.x0 || need.y0 < have.y0 || need.x1 > have.x1 || need.y1 > have.y1)
        throw Error(Kind::usage, "BAD_RESAMPLE",
                    "expected an input box as inputBoxOf gives it for Kernel::exact, received a smaller one");
      tile.findCorners(map_);
    }
    const uint32_t x1 = std::min(tile.x0() + tile.side(), out_.box.x1),
                   y1 = std::min(tile.y0() + tile.side(), out_.box.y1);
    for (uint32_t y = std::max(tile.y0(), out_.box.y0); y < y1; y++) {
      map_.poll();
      for (uint32_t x = std::max(tile.x0(), out_.box.x0); x < x1; x++) put(tile, x, y);
    }
  }

 private:
  void put(const AreaTile& tile, uint32_t x, uint32_t y) {
    const size_t at = static_cast<size_t>(y - out_.box.y0) * out_.stride + (x - out_.box.x0);
    float image = kNan, variance = kNan;
    int32_t mask = options_.noDataBits;
    double whole = 0;
    Sums sums;
    overlaps_.clear();
    if (tile.input().width()) {
      const Quad quad = tile.outputPixel(x, y);
      if (isConvex(quad)) {
        if (follow(tile, quad, x, y, sums)) {
          whole = doubleArea(quad) / 2;
        } else {
          whole = solidAngle(quad, tile.small());
          clip(tile, Clip(quad), tile.candidates(x, y), sums);
        }
      }
    }
    if (sums.angle > 0 && sums.angle >= options_.minWeight * whole) {
      const double scale = options_.flux ? whole / sums.angle : 1 / sums.angle;
      image = static_cast<float>(scale * sums.image);
      if (in_.variance) variance = static_cast<float>(scale * scale * sums.variance);
      if (in_.mask) mask = bits(sums.angle);
    }
    out_.image[at] = image;
    if (out_.variance) out_.variance[at] = variance;
    if (out_.mask) out_.mask[at] = mask;
  }

  // All overlaps at once, by following the pixel's outline; false when it cannot be followed.
  bool follow(const AreaTile& tile, const Quad& quad, uint32_t x, uint32_t y, Sums& to) {
    std::array<Mesh::Cell, 4> in;
    const Mesh& mesh = tile.mesh();
    if (!tile.turn() || !tile.cellsOf(x, y, in) || !coverage_.measure(mesh, tile.turn(), quad, in))
      return false;
    Sums sums;
    const Box& cells = coverage_.cells();
    size_t k = 0;
    for (uint32_t j = cells.y0; j < cells.y1; j++) {
      for (uint32_t i = cells.x0; i < cells.x1; i++)
        add(i, j, coverage_.area(k++), sums, [&] { return std::abs(doubleArea(mesh.cell(i, j))) / 2; });
    }
    to = sums;
    return true;
  }

  // All overlaps one by one.
  void clip(const AreaTile& tile, const Clip& clip, const Box& candidates, Sums& sums) {
    if (!candidates.width()) return;
    const size_t columns = candidates.width() + 1;
    if (const size_t all = columns * (candidates.height() + 1); corners_.size() < all) corners_.resize(all);
    ClipCorner* corner = corners_.data();
    for (uint32_t j = candidates.y0; j <= candidates.y1; j++) {
      for (uint32_t i = candidates.x0; i <= candidates.x1; i++)
        *corner++ = clip.measure(*tile.mesh().corner(i, j));
    }
    for (uint32_t j = candidates.y0; j < candidates.y1; j++) {
      const ClipCorner* at = &corners_[(j - candidates.y0) * columns];
      for (uint32_t i = candidates.x0; i < candidates.x1; i++, at++) {
        const ClipCorner &a = at[0], &b = at[1], &c = at[columns + 1], &d = at[columns];
        add(i, j, Clip::overlap(a, b, c, d, tile.small()), sums, [&] {
          return solidAngle({a.at, b.at, c.at, d.at}, tile.small());
        });
      }
    }
  }

  // Adds the overlap with an input pixel, if there is any and the pixel is not missing. `wholePixel()`: the
  // input pixel's solid angle.
  template <class WholePixel>
  void add(uint32_t x, uint32_t y, double angle, Sums& sums, const WholePixel& wholePixel) {
    const size_t at = static_cast<size_t>(y - in_.box.y0) * in_.pitch() + (x - in_.box.x0);
    if (!(angle > 0) || !std::isfinite(in_.image[at])) return;
    sums.angle += angle;
    const double share = options_.flux ? angle / wholePixel() : angle;
    sums.image += share * in_.image[at];
    if (in_.variance) sums.variance += share * share * in_.variance[at];
    if (in_.mask) overlaps_.push_back({at, angle});
  }

  int32_t bits(double left) const {
    int32_t mask = 0;
    if (options_.maskNearest) {  // of the pixel that shares most
      const auto most =
          std::max_element(overlaps_.begin(), overlaps_.end(),
                           [](const Overlap& a, const Overlap& b) { return a.angle < b.angle; });
      return in_.mask[most->at];
    }
    for (const Overlap& o : overlaps_) {
      if (o.angle > options_.maskWeight * left) mask |= in_.mask[o.at];
    }
    return mask;
  }

  PixelMap& map_;
  const InputPlanes& in_;
  const OutputPlanes& out_;
  const ResampleOptions& options_;
  Coverage coverage_;
  std::vector<ClipCorner> corners_;
  std::vector<Overlap> overlaps_;  // where masks need them
};

}  // namespace

Box exactInputBox(PixelMap& map, const Box& output) {
  Box all;
  eachTile(map, output, [&](const AreaTile& tile) {
    const Box& need = tile.input();
    if (!need.width()) return;
    if (!all.width()) all = need;
    all = {std::min(all.x0, need.x0), std::min(all.y0, need.y0), std::max(all.x1, need.x1),
           std::max(all.y1, need.y1)};
  });
  return all;
}

void resampleExact(PixelMap& map, const InputPlanes& in, const OutputPlanes& out,
                   const ResampleOptions& options) {
  ExactPixels pixels(map, in, out, options);
  eachTile(map, out.box, [&](AreaTile& tile) { pixels.fill(tile); });
}

}  // namespace vignet
