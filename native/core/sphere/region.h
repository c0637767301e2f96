// A closed region of the sphere: circle, polygon or range, prepared once and asked many times.
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/sphere/arc.h"
#include "core/sphere/vector.h"

namespace vignet {

class Region {
 public:
  virtual ~Region() = default;
  virtual bool contains(const Vec3& p) const = 0;
  // Signed distance in radians from p to the edge: positive inside, negative outside.
  double clearance(const Vec3& p) const;
  // The arcs of the edge; empty for the whole sphere.
  const std::vector<Arc>& edge() const { return edge_; }
  // Some point of the region.
  const Vec3& inner() const { return inner_; }
  // A circle that holds the region: its centre, and its radius in radians.
  const Vec3& capCentre() const { return capCentre_; }
  double capRadius() const { return capRadius_; }
  bool isCap() const { return isCap_; }  // the region is that circle

 protected:
  std::vector<Arc> edge_;
  Vec3 inner_{1, 0, 0}, capCentre_{1, 0, 0};
  double capRadius_ = 3.2;
  bool isCap_ = false;
};

// Degrees. They throw Error{usage, BAD_STENCIL} for what Stencil::make refuses.
std::unique_ptr<Region> circleRegion(double lon, double lat, double radius);
// lon in [0, 360]; lon1 > lon2 crosses 0h; 0 to 360 is the full circle.
std::unique_ptr<Region> rangeRegion(double lon1, double lon2, double lat1, double lat2);
// Vertices `lon lat …`. The polygon must lie within a hemisphere (some 88 degrees about a point); so its
// inside is its smaller side, and a gnomonic plane holds it with straight sides. `checked` refuses crossing
// and empty polygons.
std::unique_ptr<Region> polygonRegion(std::span<const double> lonLat, bool checked);

// Whether two regions have a point in common.
bool overlap(const Region& a, const Region& b);

}  // namespace vignet
