// Constant rotations between ICRS and the other frames that images use.
#pragma once
#include <array>

#include "core/wcs/numeric.h"

namespace vignet {

// Row-major; takes a direction in `frame` to ICRS. Its transpose goes back.
using Rotation = std::array<double, 9>;
const Rotation& toIcrs(SkyFrame frame);

}  // namespace vignet
