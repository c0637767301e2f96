// Times at the barycentre of the solar system, by ERFA, the IAU's SOFA routines under a free licence.
#pragma once
#include <optional>

namespace vignet {

// A telescope on the WGS84 ellipsoid.
struct Site {
  double longitude = 0;  // degrees east
  double latitude = 0;   // degrees north
  double height = 0;     // metres
};

// The Julian date, TDB, at which light from (`ra`, `dec`; ICRS degrees), a plane wave, passed the barycentre
// that is at the telescope at `tai` (MJD). Without a site the Earth's centre is used, which may be wrong by
// 21 ms. Absent outside 1900 to 2100, where the ephemeris (epv00) does not hold. A double of such a size
// resolves 0.04 ms, and the rest of the computation is better than that: Earth, TDB - TT and the axes of date
// are computed every fourth day, with UT1 taken as UTC (right to 2 us of light time).
std::optional<double> bjdTdb(double tai, double ra, double dec, const std::optional<Site>& site);

}  // namespace vignet
