#include "core/sphere/region.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/constants.h"

namespace vignet {

namespace {

class Circle final : public Region {
 public:
  Circle(double lon, double lat, double radius) {
    inner_ = capCentre_ = toVector(lon, lat);
    capRadius_ = radius * kDegree;
    isCap_ = true;
    if (radius < 180)
      edge_.push_back(Arc::circle(capCentre_, capRadius_, toVector(lon, lat < 0 ? 90 : -90), 2 * kPi));
  }
  bool contains(const Vec3& p) const override { return edge_.empty() || angle(p, capCentre_) <= capRadius_; }
};

class Range final : public Region {
 public:
  Range(double lon1, double lon2, double lat1, double lat2)
      : lon1_(lon1), sweep_(lon2 >= lon1 ? lon2 - lon1 : lon2 - lon1 + 360), lat1_(lat1), lat2_(lat2) {
    const Vec3 north{0, 0, 1};
    for (const double lat : {lat1, lat2}) {
      if (std::abs(lat) < 90)
        edge_.push_back(Arc::circle(north, (90 - lat) * kDegree, toVector(lon1, 0), sweep_ * kDegree));
    }
    if (sweep_ < 360) {
      for (const double lon : {lon1, lon1 + sweep_}) {
        const Vec3 axis = toVector(lon - 90, 0);  // turns the equator's point at lon towards the north pole
        edge_.push_back(Arc::circle(axis, kPi / 2, toVector(lon, lat1), (lat2 - lat1) * kDegree));
      }
    }
    // The cap: about the middle when the range is narrow, else about the nearer pole or everything.
    inner_ = toVector(lon1 + sweep_ / 2, (lat1 + lat2) / 2);
    if (sweep_ <= 180) {
      capCentre_ = inner_;
      // No point is farther than along the middle meridian and then along its own parallel.
      capRadius_ =
          std::min(kPi, (sweep_ / 2 * std::cos(nearestToEquator()) + (lat2 - lat1) / 2) * kDegree) + 1e-12;
    } else {
      capCentre_ = lat1 + lat2 >= 0 ? north : Vec3{0, 0, -1};
      capRadius_ = (lat1 + lat2 >= 0 ? 90 - lat1 : 90 + lat2) * kDegree + 1e-12;
    }
  }
  bool contains(const Vec3& p) const override {
    double lon, lat;
    toLonLat(p, lon, lat);
    if (lat < lat1_ - kSlack || lat > lat2_ + kSlack) return false;
    if (std::hypot(p[0], p[1]) < kSlack) return true;  // a pole has every longitude
    double east = lon - lon1_;
    if (east < 0) east += 360;
    return east <= sweep_ + kSlack || east >= 360 - kSlack;
  }

 private:
  // Radians; the latitude in the range closest to the equator, where it is widest.
  double nearestToEquator() const {
    if (lat1_ <= 0 && lat2_ >= 0) return 0;
    return std::min(std::abs(lat1_), std::abs(lat2_)) * kDegree;
  }
  static constexpr double kSlack = 1e-12;  // degrees; the edge belongs to the range, whatever the rounding
  double lon1_, sweep_, lat1_, lat2_;
};

}  // namespace

double Region::clearance(const Vec3& p) const {
  if (edge_.empty()) return kPi;
  double nearest = 2 * kPi;
  for (const Arc& arc : edge_) nearest = std::min(nearest, arc.distance(p));
  return contains(p) ? nearest : -nearest;
}

std::unique_ptr<Region> circleRegion(double lon, double lat, double radius) {
  return std::make_unique<Circle>(lon, lat, radius);
}

std::unique_ptr<Region> rangeRegion(double lon1, double lon2, double lat1, double lat2) {
  return std::make_unique<Range>(lon1, lon2, lat1, lat2);
}

bool overlap(const Region& a, const Region& b) {
  if (angle(a.capCentre(), b.capCentre()) > a.capRadius() + b.capRadius()) return false;
  if (a.isCap()) return b.clearance(a.capCentre()) >= -a.capRadius();
  if (b.isCap()) return a.clearance(b.capCentre()) >= -b.capRadius();
  if (a.contains(b.inner()) || b.contains(a.inner())) return true;
  // Neither holds the other whole, so they meet only where their edges do.
  for (const Arc& mine : a.edge()) {
    for (const Arc& theirs : b.edge()) {
      if (mine.crosses(theirs)) return true;
    }
  }
  return false;
}

}  // namespace vignet
