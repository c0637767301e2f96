#include "core/sphere/footprint.h"

#include <cmath>

#include "core/base/error.h"

namespace vignet {

std::unique_ptr<Region> footprintRegion(std::span<const double> footprint) {
  const std::size_t n = footprint.size();
  const auto bad = [](const char* detail) { return Error(Kind::usage, "BAD_FOOTPRINT", detail); };
  if (n != 3 && (n < 6 || n % 2 != 0))
    throw bad("a footprint is `lon lat radius` or at least three vertices `lon lat …`");
  for (const double x : footprint) {
    if (!std::isfinite(x)) throw bad("a footprint has a number that is not finite");
  }
  if (n == 3) {
    if (!(std::abs(footprint[1]) <= 90 && footprint[2] >= 0 && footprint[2] <= 180))
      throw bad("a footprint's circle is impossible");
    return circleRegion(footprint[0], footprint[1], footprint[2]);
  }
  return polygonRegion(footprint, false);
}

bool overlaps(std::span<const double> footprint, const Stencil& stencil) {
  return !footprint.empty() && overlap(*footprintRegion(footprint), *stencil.region);
}

bool overlaps(std::span<const double> footprint, const Vec3& point) {
  return !footprint.empty() && footprintRegion(footprint)->contains(point);
}

}  // namespace vignet
