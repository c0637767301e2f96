// Directions in the frames that images use, and in ICRS.
#pragma once
#include <array>

#include "core/wcs/numeric.h"

namespace vignet {

using Direction = std::array<double, 3>;
using Rotation = std::array<double, 9>;  // row-major

// Unit vectors of a frame to and from ICRS, as astropy has them. Positions of FK4 and FK4-NO-E are taken to
// be of the epoch of the equinox; those of FK4 contain the E-terms of aberration of the equinox.
class FrameTurn {
 public:
  // `equinox`: of the frames that have one (isDated), kFirstEquinox to kLastEquinox. Throws Error{data,
  // BAD_WCS} beyond.
  FrameTurn(SkyFrame frame, double equinox);

  bool isNone() const { return none_; }
  Direction toIcrs(const Direction& v) const;
  Direction fromIcrs(const Direction& v) const;

 private:
  bool none_ = false, hasETerms_ = false;
  Rotation rotation_;  // to ICRS; its transpose goes back
  Direction eTerms_{};
};

}  // namespace vignet
