#include "core/wcs/frame.h"

#include <cmath>

#include "core/base/constants.h"

namespace vignet {

namespace {

constexpr double milliArcsecond = kDegree / 3.6e6;

// The matrix that turns the frame about one axis (0 x, 1 y, 2 z), as in rotating coordinates.
Rotation turned(size_t axis, double angle) {
  Rotation r{1, 0, 0, 0, 1, 0, 0, 0, 1};
  const size_t i = (axis + 1) % 3, j = (axis + 2) % 3;
  r[4 * i] = r[4 * j] = std::cos(angle);
  r[3 * i + j] = std::sin(angle);
  r[3 * j + i] = -std::sin(angle);
  return r;
}

Rotation product(const Rotation& a, const Rotation& b) {
  Rotation r{};
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) {
      for (int k = 0; k < 3; k++) r[3 * i + j] += a[3 * i + k] * b[3 * k + j];
    }
  }
  return r;
}

Rotation transposed(const Rotation& a) { return {a[0], a[3], a[6], a[1], a[4], a[7], a[2], a[5], a[8]}; }

// FK5 at J2000: IERS Conventions 2003, frame bias of the FK5 pole and origin, as astropy and Hilton &
// Hohenkerk 2004 use it.
Rotation icrsToFk5() {
  return product(turned(0, 19.9 * milliArcsecond),
                 product(turned(1, 9.1 * milliArcsecond), turned(2, -22.9 * milliArcsecond)));
}

// The IAU 1958 pole and origin precessed to FK5 J2000 (Reid & Brunthaler 2004), as astropy has them.
Rotation fk5ToGalactic() {
  constexpr double kPoleRa = 192.8594812065348, kPoleDec = 27.12825118085622, kLon0 = 122.9319185680026;
  return product(turned(2, (180 - kLon0) * kDegree),
                 product(turned(1, (90 - kPoleDec) * kDegree), turned(2, kPoleRa * kDegree)));
}

}  // namespace

const Rotation& toIcrs(SkyFrame frame) {
  static const Rotation none{1, 0, 0, 0, 1, 0, 0, 0, 1};
  static const Rotation fk5 = transposed(icrsToFk5());
  static const Rotation galactic = transposed(product(fk5ToGalactic(), icrsToFk5()));
  return frame == SkyFrame::icrs ? none : frame == SkyFrame::fk5 ? fk5 : galactic;
}

}  // namespace vignet
