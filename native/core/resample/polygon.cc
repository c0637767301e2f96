#include "core/resample/polygon.h"

#include <cmath>

namespace vignet {

namespace {

// Every side of the clipping polygon adds at most one corner for each time the polygon leaves it.
constexpr size_t kMaxCorners = 16;
struct Polygon {
  ClipCorner corner[kMaxCorners];
  size_t size = 0;
};

// What a side leaves of a polygon (Sutherland & Hodgman 1974).
void cut(const Polygon& from, size_t side, Polygon& to) {
  to.size = 0;
  const ClipCorner* before = &from.corner[from.size - 1];
  for (size_t k = 0; k < from.size; k++) {
    const ClipCorner* here = &from.corner[k];
    const double last = before->inside[side], now = here->inside[side];
    if ((now > 0) != (last > 0) && to.size < kMaxCorners) {
      const double t = last / (last - now);
      ClipCorner& between = to.corner[to.size++];
      between.at.x = before->at.x + t * (here->at.x - before->at.x);
      between.at.y = before->at.y + t * (here->at.y - before->at.y);
      for (size_t e = 0; e < 4; e++)
        between.inside[e] = before->inside[e] + t * (here->inside[e] - before->inside[e]);
    }
    if (now > 0 && to.size < kMaxCorners) to.corner[to.size++] = *here;
    before = here;
  }
}

// Exactly what a triangle of great circles covers (Van Oosterom & Strackee 1983): its corners are (x, y, 1),
// whose triple product is twice the plane's area, without cancellation however small it is.
double triangle(const Pixel& a, const Pixel& b, const Pixel& c) {
  const auto inner = [](const Pixel& p, const Pixel& q) { return 1 + p.x * q.x + p.y * q.y; };
  const double la = std::sqrt(inner(a, a)), lb = std::sqrt(inner(b, b)), lc = std::sqrt(inner(c, c));
  return 2 * std::atan2(doubleArea(a, b, c),
                        la * lb * lc + inner(a, b) * lc + inner(b, c) * la + inner(c, a) * lb);
}

// `at(k)`: the corners in order.
template <class At>
double solidAngleOf(size_t size, bool small, const At& at) {
  double sum = 0;
  const Pixel& first = at(0);
  if (!small) {
    for (size_t k = 2; k < size; k++) sum += triangle(first, at(k - 1), at(k));
    return std::abs(sum);
  }
  // The plane's area times (1 + r^2)^(-3/2) in the middle of the corners: wrong by 1e-7 of itself at most.
  Pixel middle{first.x + at(1).x, first.y + at(1).y};
  for (size_t k = 2; k < size; k++) {
    middle.x += at(k).x;
    middle.y += at(k).y;
    sum += doubleArea(first, at(k - 1), at(k));
  }
  const auto n = static_cast<double>(size);
  return std::abs(0.5 * sum * (1 - 1.5 * (middle.x * middle.x + middle.y * middle.y) / (n * n)));
}

}  // namespace

double solidAngle(const Quad& quad, bool small) {
  return solidAngleOf(4, small, [&](size_t k) -> const Pixel& { return quad[k]; });
}

Clip::Clip(const Quad& by) : by_(by) {
  for (size_t e = 0; e < 4; e++) {
    const Pixel& next = by[(e + 1) % 4];
    alongX_[e] = next.x - by[e].x;
    alongY_[e] = next.y - by[e].y;
  }
}

double Clip::overlap(const ClipCorner& a, const ClipCorner& b, const ClipCorner& c, const ClipCorner& d,
                     bool small) {
  bool cuts[4], any = false;
  for (size_t e = 0; e < 4; e++) {
    const int in = (a.inside[e] > 0) + (b.inside[e] > 0) + (c.inside[e] > 0) + (d.inside[e] > 0);
    if (in == 0) return 0;
    cuts[e] = in < 4;
    any |= cuts[e];
  }
  if (!any) return solidAngle({a.at, b.at, c.at, d.at}, small);
  Polygon polygons[2];
  polygons[0].corner[0] = a;
  polygons[0].corner[1] = b;
  polygons[0].corner[2] = c;
  polygons[0].corner[3] = d;
  polygons[0].size = 4;
  int now = 0;
  for (size_t e = 0; e < 4; e++) {
    if (!cuts[e]) continue;
    cut(polygons[now], e, polygons[1 - now]);
    now = 1 - now;
    if (polygons[now].size < 3) return 0;
  }
  const Polygon& left = polygons[now];
  return solidAngleOf(left.size, small, [&](size_t k) -> const Pixel& { return left.corner[k].at; });
}

}  // namespace vignet
