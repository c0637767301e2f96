// Directions in the frames that images use, and in ICRS.
#pragma once
#include <array>

#include "core/wcs/numeric.h"

namespace vignet {

// Unit vectors. FK4 and FK4-NO-E are of equinox and epoch B1950; those of FK4 contain the E-terms of
// aberration.
using Direction = std::array<double, 3>;
Direction toIcrs(SkyFrame frame, const Direction& v);
Direction fromIcrs(SkyFrame frame, const Direction& v);

}  // namespace vignet
