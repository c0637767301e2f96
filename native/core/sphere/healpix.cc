#include "core/sphere/healpix.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/constants.h"

namespace vignet::healpix {

namespace {

// Distances to arcs between two polls: some ten microseconds.
constexpr std::size_t kArcsPerPoll = 128;

// A place on one of the twelve base faces: x runs north-east, y north-west, both from 0 at the south corner
// to 1.
struct Place {
  int face;
  double x, y;
};

uint64_t spread(uint64_t v) {  // bit k to bit 2k
  v &= 0x1fffffff;
  v = (v | v << 16) & 0x0000ffff0000ffff;
  v = (v | v << 8) & 0x00ff00ff00ff00ff;
  v = (v | v << 4) & 0x0f0f0f0f0f0f0f0f;
  v = (v | v << 2) & 0x3333333333333333;
  return (v | v << 1) & 0x5555555555555555;
}

uint64_t gather(uint64_t v) {
  v &= 0x5555555555555555;
  v = (v | v >> 1) & 0x3333333333333333;
  v = (v | v >> 2) & 0x0f0f0f0f0f0f0f0f;
  v = (v | v >> 4) & 0x00ff00ff00ff00ff;
  v = (v | v >> 8) & 0x0000ffff0000ffff;
  return (v | v >> 16) & 0x1fffffff;
}

// In the plane of the projection (section 5.3), with a = phi / (pi/4) and b = y_s / (pi/4), the faces are
// squares on a corner. Along s = (a+b)/2 and t = (b-a)/2 they are unit squares centred at whole numbers: (k,
// -k) for the equatorial faces, (k+1, -k) for the northern ones, (k, -k-1) for the southern ones.
Place placeOf(const Vec3& v) {
  const double z = v[2] / std::sqrt(dot(v, v));
  double quarter = std::atan2(v[1], v[0]) / (kPi / 2);
  if (quarter < 0) quarter += 4;
  if (quarter >= 4) quarter = 0;
  if (std::abs(z) <= 2.0 / 3) {
    const double a = 2 * quarter, b = 1.5 * z;
    const double s = (a + b) / 2 + 0.5, t = (b - a) / 2 + 0.5;
    const double wholeS = std::floor(s), wholeT = std::floor(t);
    const int row = static_cast<int>(wholeS + wholeT);  // 0 equatorial, 1 northern, -1 southern
    const int k = ((row == 1 ? -static_cast<int>(wholeT) : static_cast<int>(wholeS)) % 4 + 4) % 4;
    return {row == 0 ? 4 + k : row > 0 ? k : 8 + k, s - wholeS, t - wholeT};
  }
  const int k = std::min(static_cast<int>(quarter), 3);
  const double along = quarter - k;
  // sqrt(3 (1 - |z|)) without the cancellation near the pole
  const double size2 = dot(v, v);
  const double fromPole = std::sqrt(3 * (v[0] * v[0] + v[1] * v[1]) / size2 / (1 + std::abs(z)));
  if (z > 0) return {k, 1 - fromPole * (1 - along), 1 - fromPole * along};
  return {8 + k, fromPole * along, fromPole * (1 - along)};
}

Vec3 directionOf(const Place& p) {
  const int k = p.face % 4, row = p.face < 4 ? 1 : p.face < 8 ? 0 : -1;
  const double fromPole = row > 0 ? 2 - p.x - p.y : p.x + p.y;
  if (row != 0 && fromPole < 1) {
    const double along = fromPole > 0 ? (row > 0 ? 1 - p.y : p.x) / fromPole : 0.5;
    const double phi = (k + along) * (kPi / 2);
    const double up = 1 - fromPole * fromPole / 3;
    const double out = fromPole * std::sqrt((2 - fromPole * fromPole / 3) / 3);
    return {out * std::cos(phi), out * std::sin(phi), row * up};
  }
  const double s = k + (row > 0 ? 1 : 0) + p.x - 0.5, t = -k - (row < 0 ? 1 : 0) + p.y - 0.5;
  const double z = (s + t) * 2 / 3, phi = (s - t) * (kPi / 4);
  const double out = std::sqrt((1 - z) * (1 + z));
  return {out * std::cos(phi), out * std::sin(phi), z};
}

Place placeIn(uint64_t cell, int order, double dx, double dy) {
  const double side = static_cast<double>(static_cast<uint64_t>(1) << order);
  const uint64_t within = cell & ((static_cast<uint64_t>(1) << 2 * order) - 1);
  return {static_cast<int>(cell >> 2 * order), (static_cast<double>(gather(within)) + dx) / side,
          (static_cast<double>(gather(within >> 1)) + dy) / side};
}

// Directions whose cosine is less are farther apart than `radius`; rounding errs on the near side.
double leastCosine(double radius) { return radius >= kPi ? -2 : std::cos(radius) - 1e-15; }

}  // namespace

uint64_t cellOf(const Vec3& direction, int order) {
  const Place p = placeOf(direction);
  const uint64_t side = static_cast<uint64_t>(1) << order;
  const auto step = [&](double f) {
    return std::min<uint64_t>(side - 1, f <= 0 ? 0 : static_cast<uint64_t>(f * static_cast<double>(side)));
  };
  return (static_cast<uint64_t>(p.face) << 2 * order) | spread(step(p.x)) | spread(step(p.y)) << 1;
}

Vec3 centreOf(uint64_t cell, int order) { return directionOf(placeIn(cell, order, 0.5, 0.5)); }

std::array<Vec3, 4> cornersOf(uint64_t cell, int order) {
  return {directionOf(placeIn(cell, order, 1, 1)), directionOf(placeIn(cell, order, 0, 1)),
          directionOf(placeIn(cell, order, 0, 0)), directionOf(placeIn(cell, order, 1, 0))};
}

// The cell that reaches farthest from its centre touches a meridian between two polar faces, just poleward of
// z = 2/3.
double cellRadius(int order) {
  const double side = static_cast<double>(static_cast<uint64_t>(1) << order);
  const Vec3 centre = directionOf({0, 1 - 0.5 / side, 0.5 / side});
  const Vec3 corner = directionOf({0, 1, 0});
  const Vec3 next = directionOf({0, 1, 1 / side});
  return 1.01 * std::max(angle(centre, corner), angle(centre, next));
}

std::vector<CellRange> cover(const Region& region, int order, std::size_t budget, const Control& control) {
  // A cell that the edge may touch. Of the edge only the arcs near its parent are looked at: no other reaches
  // it.
  struct Open {
    uint64_t cell;
    std::size_t from, to;  // of `arcs`
  };
  // Arcs that are remembered, beyond which a cell has the whole edge again: 32 MiB.
  constexpr std::size_t kMostArcs = std::size_t{1} << 23;
  const std::vector<Arc>& edge = region.edge();
  std::vector<uint32_t> whole(edge.size());
  std::iota(whole.begin(), whole.end(), 0);
  std::vector<uint32_t> arcs = whole;
  std::vector<Open> open;
  for (uint64_t face = 0; face < 12; face++) open.push_back({face, 0, arcs.size()});
  std::vector<CellRange> ranges;
  const auto keep = [&](uint64_t cell, int at) {
    const int shift = 2 * (order - at);
    ranges.push_back({cell << shift, (cell + 1) << shift});
  };
  for (int at = 0; at <= order; at++) {
    const double reach = cellRadius(at), near = leastCosine(region.capRadius() + reach);
    // Centres of its four parts are in the cell, and reach as far as they do.
    const double reachOfParts = at < order ? 1.000001 * (reach + cellRadius(at + 1)) : 0;
    std::vector<Open> partial;
    std::vector<uint32_t> nearby = whole;
    for (const auto& [cell, from, to] : open) {
      const Vec3 centre = centreOf(cell, at);
      if (dot(centre, region.capCentre()) < near) continue;
      control.poll();
      const std::size_t begin = nearby.size();
      double nearest = 2 * kPi;
      for (std::size_t k = from; k < to; k++) {
        if ((k - from) % kArcsPerPoll == kArcsPerPoll - 1) control.poll();
        const double distance = edge[arcs[k]].distance(centre);
        nearest = std::min(nearest, distance);
        if (distance <= reachOfParts) nearby.push_back(arcs[k]);
      }
      const bool inside = nearest >= reach && region.contains(centre);
      const bool apart = nearest > reach && !inside;
      if (apart || inside || at == order) {
        nearby.resize(begin);
        if (!apart) keep(cell, at);
      } else if (nearby.size() > whole.size() + kMostArcs) {
        nearby.resize(begin);
        partial.push_back({cell, 0, whole.size()});
      } else {
        partial.push_back({cell, begin, nearby.size()});
      }
    }
    open.clear();
    if (partial.size() * 4 > budget) {
      for (const Open& one : partial) keep(one.cell, at);
      break;
    }
    for (const auto& [cell, from, to] : partial) {
      for (uint64_t child = 0; child < 4; child++) open.push_back({4 * cell + child, from, to});
    }
    arcs.swap(nearby);
  }
  std::sort(ranges.begin(), ranges.end(),
            [](const CellRange& a, const CellRange& b) { return a.begin < b.begin; });
  std::vector<CellRange> merged;
  for (const CellRange& range : ranges) {
    if (!merged.empty() && merged.back().end == range.begin) {
      merged.back().end = range.end;
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

std::vector<uint64_t> coverSmall(const Vec3& centre, double radius, int order) {
  std::vector<uint64_t> cells;
  const uint64_t side = static_cast<uint64_t>(1) << order, home = cellOf(centre, order);
  const uint64_t x = gather(home), y = gather(home >> 1), face = home >> 2 * order;
  const double near = leastCosine(radius + cellRadius(order));
  // Two cells on each side are farther than one nominal width everywhere, as cells are never narrower than
  // 0.7 of it.
  if (x >= 2 && y >= 2 && x + 2 < side && y + 2 < side) {
    for (uint64_t j = y - 2; j <= y + 2; j++) {
      for (uint64_t i = x - 2; i <= x + 2; i++) {
        const uint64_t cell = face << 2 * order | spread(i) | spread(j) << 1;
        if (dot(centreOf(cell, order), centre) >= near) cells.push_back(cell);
      }
    }
    return cells;
  }
  std::vector<uint64_t> open;
  for (uint64_t base = 0; base < 12; base++) open.push_back(base);
  for (int at = 0; at <= order; at++) {
    const double nearHere = leastCosine(radius + cellRadius(at));
    std::erase_if(open, [&](uint64_t cell) { return dot(centreOf(cell, at), centre) < nearHere; });
    if (at == order) break;
    std::vector<uint64_t> children;
    for (const uint64_t cell : open) {
      for (uint64_t child = 0; child < 4; child++) children.push_back(4 * cell + child);
    }
    open.swap(children);
  }
  return open;
}

}  // namespace vignet::healpix
