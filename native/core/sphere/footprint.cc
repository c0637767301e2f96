#include "core/sphere/footprint.h"

#include <cmath>

#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {

std::unique_ptr<Region> footprintRegion(std::span<const double> footprint) {
  const std::size_t n = footprint.size();
  const auto bad = [](std::string_view expected, const auto& received) {
    return Error(Kind::usage, "BAD_FOOTPRINT", expectedFor(expected, "a footprint", received));
  };
  if (n != 3 && (n < 6 || n % 2 != 0))
    throw bad("lon lat radius or at least three vertices lon lat …", std::to_string(n) + " numbers");
  for (const double x : footprint) {
    if (!std::isfinite(x)) throw bad("finite numbers", x);
  }
  if (n == 3) {
    if (!(std::abs(footprint[1]) <= 90 && footprint[2] >= 0 && footprint[2] <= 180))
      throw bad("a latitude of -90 to 90 and a radius of 0 to 180 degrees",
                decimal(footprint[1]) + " and " + decimal(footprint[2]));
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
