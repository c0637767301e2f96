#include "core/wcs/frame.h"

#include <cmath>

#include "core/base/constants.h"

namespace vignet {

namespace {

// Row-major; takes a direction in a frame to another. Its transpose goes back.
using Rotation = std::array<double, 9>;

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

// Murray 1989 (A&A 218, 325), for stars at rest at B1950, as astropy has it.
constexpr Rotation kFk4ToFk5{0.9999256794956877, -0.0111814832204662, -0.0048590038153592,
                             0.0111814832391717, 0.9999374848933135,  -0.0000271625947142,
                             0.0048590037723143, -0.0000271702937440, 0.9999881946023742};
// E-terms of aberration at B1950 (Explanatory Supplement 1992, 3.531), as astropy has them.
constexpr Direction kETerms{-1.625574151689435e-06, -3.191905371563791e-07, -1.3842906719296592e-07};

double along(const Direction& a, const Direction& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Direction withoutETerms(const Direction& v) {
  const double part = along(kETerms, v);
  Direction w;
  for (size_t i = 0; i < 3; i++) w[i] = v[i] - kETerms[i] + part * v[i];
  return w;
}

// Each step is right to 1e-6 of the one before.
Direction withETerms(const Direction& v) {
  Direction w = v;
  for (int step = 0; step < 4; step++) {
    const double part = 1 + along(kETerms, w);
    for (size_t i = 0; i < 3; i++) w[i] = (v[i] + kETerms[i]) / part;
  }
  return w;
}

Direction turnedBy(const Rotation& r, bool transpose, const Direction& v) {
  Direction w{};
  for (size_t i = 0; i < 3; i++) {
    for (size_t k = 0; k < 3; k++) w[i] += (transpose ? r[3 * k + i] : r[3 * i + k]) * v[k];
  }
  return w;
}

const Rotation& rotationToIcrs(SkyFrame frame) {
  static const Rotation none{1, 0, 0, 0, 1, 0, 0, 0, 1};
  static const Rotation fk5 = transposed(icrsToFk5());
  static const Rotation galactic = transposed(product(fk5ToGalactic(), icrsToFk5()));
  static const Rotation fk4 = product(transposed(icrsToFk5()), kFk4ToFk5);
  switch (frame) {
    case SkyFrame::icrs:
      return none;
    case SkyFrame::fk5:
      return fk5;
    case SkyFrame::galactic:
      return galactic;
    case SkyFrame::fk4:
    case SkyFrame::fk4NoE:
      break;
  }
  return fk4;
}

}  // namespace

Direction toIcrs(SkyFrame frame, const Direction& v) {
  return turnedBy(rotationToIcrs(frame), false, frame == SkyFrame::fk4 ? withoutETerms(v) : v);
}

Direction fromIcrs(SkyFrame frame, const Direction& v) {
  const Direction w = turnedBy(rotationToIcrs(frame), true, v);
  return frame == SkyFrame::fk4 ? withETerms(w) : w;
}

}  // namespace vignet
