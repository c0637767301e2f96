// The edge of the stencil is followed through the image, as finely as it bends there.
#include "core/sky/stencil_box.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/constants.h"
#include "core/sky/image_sky.h"

namespace vignet {

namespace {

// Pixels that an edge may leave its chord; half a pixel would lose pixel centres.
constexpr double kLargestBend = 0.25;
constexpr int kMaxDepth = 40;             // halvings; a jump is what is left after them
constexpr int kMaxEvaluations = 100'000;  // of the map; the box is widened to the image beyond
constexpr double kCoarsest = 0.09;        // radians between the first points on an edge

class BoxFinder {
 public:
  BoxFinder(ImageSky& image, const Region& region) : image_(image), region_(region) {}

  std::optional<Box> find() {
    if (angle(image_.capCentre(), region_.capCentre()) > image_.capRadius() + region_.capRadius())
      return std::nullopt;
    for (const ImageSky::Sample& s : image_.samples()) {
      if (region_.contains(s.direction)) add(s.pixel);
    }
    for (const Vec3& p : {Vec3{0, 0, 1}, Vec3{0, 0, -1}, region_.inner()}) {
      Pixel pixel;
      if (region_.contains(p) && image_.toPixel(p, pixel)) add(pixel);
    }
    for (const ImageSky::Sample& s : image_.rim()) {
      if (widen_) break;
      widen_ = region_.clearance(s.direction) > -image_.spacing();
    }
    for (const Arc& arc : region_.edge()) {
      const int parts = std::max(1, static_cast<int>(std::ceil(arc.sweep() / (kPi / 4))));
      for (int k = 0; k < parts; k++)
        approach(arc, static_cast<double>(k) / parts, static_cast<double>(k + 1) / parts);
    }
    if (minX_ > maxX_) return std::nullopt;
    const auto w = static_cast<uint32_t>(image_.width()), h = static_cast<uint32_t>(image_.height());
    if (widen_) return Box{0, 0, w, h};
    return Box{lowest(minX_), lowest(minY_), highest(maxX_, w), highest(maxY_, h)};
  }

 private:
  struct Point {
    double t = 0;
    Pixel pixel;
    bool ok = false;
  };

  static uint32_t lowest(double x) { return static_cast<uint32_t>(std::max(0.0, std::ceil(x - 0.5))); }
  static uint32_t highest(double x, uint32_t size) {
    return std::min(size, static_cast<uint32_t>(std::max(0.0, std::floor(x + 0.5))) + 1);
  }

  // Skips the parts of an edge that cannot come near the image, without evaluating the map.
  void approach(const Arc& arc, double t0, double t1) {
    const double half = arc.length() * (t1 - t0) / 2, middle = (t0 + t1) / 2;
    if (angle(arc.at(middle), image_.capCentre()) > image_.capRadius() + half) return;
    if (half > std::min(kCoarsest, image_.capRadius() / 4) && arc.length() * (t1 - t0) > 1e-12) {
      approach(arc, t0, middle);
      approach(arc, middle, t1);
      return;
    }
    follow(arc, map(arc, t0), map(arc, t1), 0);
  }

  Point map(const Arc& arc, double t) {
    evaluations_++;
    Point p{t, {}, false};
    p.ok = image_.toPixel(arc.at(t), p.pixel);
    if (p.ok) {
      add(p.pixel);
    } else {
      widen_ = true;
    }
    return p;
  }

  void follow(const Arc& arc, const Point& a, const Point& b, int depth) {
    if (evaluations_ > kMaxEvaluations) {
      widen_ = true;
      return;
    }
    const Point m = map(arc, (a.t + b.t) / 2);
    if (!a.ok || !b.ok || !m.ok) {
      // Widened already; what is left to learn is whether the stencil meets the image at all.
      if (depth < 8) {
        follow(arc, a, m, depth + 1);
        follow(arc, m, b, depth + 1);
      }
      return;
    }
    const double off =
        std::hypot(m.pixel.x - (a.pixel.x + b.pixel.x) / 2, m.pixel.y - (a.pixel.y + b.pixel.y) / 2);
    const auto [lowX, highX] = std::minmax({a.pixel.x, m.pixel.x, b.pixel.x});
    const auto [lowY, highY] = std::minmax({a.pixel.y, m.pixel.y, b.pixel.y});
    const double margin = 2 * off + 1e-9;
    if (highX + margin < -0.5 || lowX - margin > image_.width() - 0.5 || highY + margin < -0.5 ||
        lowY - margin > image_.height() - 0.5)
      return;
    if (lowX - margin >= minX_ && highX + margin <= maxX_ && lowY - margin >= minY_ &&
        highY + margin <= maxY_)
      return;
    if (off < kLargestBend) {
      addChord(a.pixel, m.pixel);
      addChord(m.pixel, b.pixel);
      addTurn(a.pixel, m.pixel, b.pixel);
      return;
    }
    if (depth >= kMaxDepth) {  // the map jumps here
      for (const Point* p : {&a, &m, &b}) widen_ = widen_ || image_.holds(p->pixel, 1);
      return;
    }
    follow(arc, a, m, depth + 1);
    follow(arc, m, b, depth + 1);
  }

  void add(const Pixel& p) {
    if (!image_.holds(p)) return;
    minX_ = std::min(minX_, p.x);
    maxX_ = std::max(maxX_, p.x);
    minY_ = std::min(minY_, p.y);
    maxY_ = std::max(maxY_, p.y);
  }

  // The part of a chord inside the image (Liang and Barsky 1984).
  void addChord(const Pixel& a, const Pixel& b) {
    const double dx = b.x - a.x, dy = b.y - a.y;
    double from = 0, to = 1;
    for (const auto& [step, room] : {std::pair{-dx, a.x + 0.5},
                                     {dx, image_.width() - 0.5 - a.x},
                                     {-dy, a.y + 0.5},
                                     {dy, image_.height() - 0.5 - a.y}}) {
      if (step == 0) {
        if (room < 0) return;
      } else if (step < 0) {
        from = std::max(from, room / step);
      } else {
        to = std::min(to, room / step);
      }
    }
    if (from > to) return;
    for (const double t : {from, to}) {
      add({std::clamp(a.x + t * dx, -0.5, image_.width() - 0.5),
           std::clamp(a.y + t * dy, -0.5, image_.height() - 0.5)});
    }
  }

  // The extremes of the parabola through three points at s = 0, 1/2, 1.
  void addTurn(const Pixel& a, const Pixel& m, const Pixel& b) {
    const auto at = [](double p, double q, double r, double s) {
      return p + s * (4 * q - 3 * p - r) + 2 * s * s * (p - 2 * q + r);
    };
    const auto turn = [&](double p, double q, double r) {
      const double curve = p - 2 * q + r;
      const double s = curve == 0 ? 0 : (3 * p - 4 * q + r) / (4 * curve);
      if (s > 0 && s < 1) add({at(a.x, m.x, b.x, s), at(a.y, m.y, b.y, s)});
    };
    turn(a.x, m.x, b.x);
    turn(a.y, m.y, b.y);
  }

  ImageSky& image_;
  const Region& region_;
  double minX_ = std::numeric_limits<double>::infinity(), maxX_ = -minX_, minY_ = minX_, maxY_ = -minX_;
  bool widen_ = false;
  int evaluations_ = 0;
};

}  // namespace

std::optional<Box> boxOf(const Layout& layout, const Stencil& stencil) {
  ImageSky image(layout);
  return BoxFinder(image, *stencil.region).find();
}

std::optional<Box> boxOf(const NumericWcs& wcs, uint32_t width, uint32_t height, const Stencil& stencil) {
  ImageSky image(wcs, width, height);
  return BoxFinder(image, *stencil.region).find();
}

}  // namespace vignet
