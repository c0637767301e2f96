#include "core/wcs/frame.h"

#include <erfa.h>

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"

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

// Murray 1989 (A&A 218, 325), for stars at rest at B1950, as astropy has it.
constexpr Rotation kFk4ToFk5{0.9999256794956877, -0.0111814832204662, -0.0048590038153592,
                             0.0111814832391717, 0.9999374848933135,  -0.0000271625947142,
                             0.0048590037723143, -0.0000271702937440, 0.9999881946023742};
// For stars at rest at another epoch: the same, per Julian century from 1950.0.
constexpr Rotation kFk4ToFk5Rate{-0.0026455262e-6, -1.1539918689e-6, 2.1111346190e-6,
                                 1.1540628161e-6,  -0.0129042997e-6, 0.0236021478e-6,
                                 -2.1112979048e-6, -0.0056024448e-6, 0.0102587734e-6};
// E-terms of aberration at B1950 (Explanatory Supplement 1992, 3.531), as astropy has them.
constexpr Direction kETerms{-1.625574151689435e-06, -3.191905371563791e-07, -1.3842906719296592e-07};

struct JulianDate {
  double zero = 0, day = 0;
};

JulianDate besselian(double equinox) {
  JulianDate date;
  eraEpb2jd(equinox, &date.zero, &date.day);
  return date;
}

double centuriesFrom1950(const JulianDate& date) {
  const JulianDate b1950 = besselian(1950);
  return (date.zero - b1950.zero + (date.day - b1950.day)) / 36525;
}

// Explanatory Supplement 1992, 3.531: constant of aberration, eccentricity and perigee of the Earth's orbit.
Direction eTermsAt(double equinox) {
  const JulianDate date = besselian(equinox);
  const double t = centuriesFrom1950(date);
  const double aberration = 0.0056932 * kDegree;
  const double eccentricity = 0.01673011 + t * (-0.00004193 + t * -0.000000126);
  const double perigee = (1015489.951 + t * (6190.67 + t * (1.65 + t * 0.012))) / 3600 * kDegree;
  const double obliquity = eraObl80(date.zero, date.day);
  const double size = eccentricity * aberration;
  return {size * std::sin(perigee), -size * std::cos(perigee) * std::cos(obliquity),
          -size * std::cos(perigee) * std::sin(obliquity)};
}

// Newcomb's precession from an equinox to B1950 (Explanatory Supplement 1992, 3.214), Besselian years.
Rotation newcombToB1950(double equinox) {
  const double t = (equinox - 1850) / 1000, dt = (1950 - equinox) / 1000;
  const double zeta = dt * (23035.545 + t * (139.720 + t * 0.060) + dt * (30.240 - 0.27 * t + dt * 17.995));
  const double z = dt * (23035.545 + t * (139.720 + t * 0.060) + dt * (109.480 + 0.39 * t + dt * 18.325));
  const double theta = dt * (20051.12 - t * (85.29 + t * 0.37) + dt * (-42.65 - 0.37 * t + dt * -41.8));
  constexpr double kArcsecond = kDegree / 3600;
  return product(turned(2, -z * kArcsecond),
                 product(turned(1, theta * kArcsecond), turned(2, -zeta * kArcsecond)));
}

// FK4 without E-terms, of an equinox and its epoch, to FK5 J2000 (Murray 1989, eqn 28 and 29).
Rotation fk4ToFk5(double equinox) {
  JulianDate j1950;
  eraEpj2jd(1950, &j1950.zero, &j1950.day);
  const JulianDate date = besselian(equinox);
  const double centuries = (date.zero - j1950.zero + (date.day - j1950.day)) / 36525;
  Rotation b = kFk4ToFk5;
  for (size_t i = 0; i < b.size(); i++) b[i] += kFk4ToFk5Rate[i] * centuries;
  return product(b, newcombToB1950(equinox));
}

// FK5 J2000 to FK5 of an equinox in Julian years, by the precession of IAU 2006 without frame bias, as
// astropy.
Rotation precession(double equinox) {
  double zero, day, bias[3][3], precession[3][3], both[3][3];
  eraEpj2jd(equinox, &zero, &day);
  eraBp06(zero, day, bias, precession, both);
  Rotation r;
  std::copy(&precession[0][0], &precession[0][0] + 9, r.begin());
  return r;
}

// Mean ecliptic and equinox of a date in Julian years to ICRS, IAU 2006, as astropy's
// BarycentricMeanEcliptic.
Rotation eclipticToIcrs(double equinox) {
  double zero, day, rows[3][3];
  eraEpj2jd(equinox, &zero, &day);
  eraEcm06(zero, day, rows);
  Rotation r;
  std::copy(&rows[0][0], &rows[0][0] + 9, r.begin());
  return transposed(r);
}

double along(const Direction& a, const Direction& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Direction withoutETerms(const Direction& eTerms, const Direction& v) {
  const double part = along(eTerms, v);
  Direction w;
  for (size_t i = 0; i < 3; i++) w[i] = v[i] - eTerms[i] + part * v[i];
  return w;
}

// Each step is right to 1e-6 of the one before.
Direction withETerms(const Direction& eTerms, const Direction& v) {
  Direction w = v;
  for (int step = 0; step < 4; step++) {
    const double part = 1 + along(eTerms, w);
    for (size_t i = 0; i < 3; i++) w[i] = (v[i] + eTerms[i]) / part;
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

Rotation rotationToIcrs(SkyFrame frame, double equinox) {
  static const Rotation fk5 = transposed(icrsToFk5());
  static const Rotation galactic = transposed(product(fk5ToGalactic(), icrsToFk5()));
  static const Rotation fk4 = product(fk5, kFk4ToFk5);
  switch (frame) {
    case SkyFrame::icrs:
      break;
    case SkyFrame::fk5:
      return fk5;
    case SkyFrame::galactic:
      return galactic;
    case SkyFrame::fk4:
    case SkyFrame::fk4NoE:
      return fk4;
    case SkyFrame::fk5Dated:
      return product(fk5, transposed(precession(equinox)));
    case SkyFrame::fk4Dated:
    case SkyFrame::fk4NoEDated:
      return product(fk5, fk4ToFk5(equinox));
    case SkyFrame::ecliptic:
      return eclipticToIcrs(equinox);
  }
  return {1, 0, 0, 0, 1, 0, 0, 0, 1};
}

}  // namespace

FrameTurn::FrameTurn(SkyFrame frame, double equinox)
    : none_(frame == SkyFrame::icrs), hasETerms_(frame == SkyFrame::fk4 || frame == SkyFrame::fk4Dated) {
  if (isDated(frame) && !(equinox >= kFirstEquinox && equinox <= kLastEquinox))
    throw Error(Kind::data, "BAD_WCS", expectedFor("1800 to 2200", "EQUINOX", equinox));
  rotation_ = rotationToIcrs(frame, equinox);
  if (hasETerms_) eTerms_ = frame == SkyFrame::fk4 ? kETerms : eTermsAt(equinox);
}

Direction FrameTurn::toIcrs(const Direction& v) const {
  return turnedBy(rotation_, false, hasETerms_ ? withoutETerms(eTerms_, v) : v);
}

Direction FrameTurn::fromIcrs(const Direction& v) const {
  const Direction w = turnedBy(rotation_, true, v);
  return hasETerms_ ? withETerms(eTerms_, w) : w;
}

}  // namespace vignet
