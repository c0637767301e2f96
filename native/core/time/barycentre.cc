#include "core/time/barycentre.h"

#include <erfa.h>
#include <erfam.h>

#include <array>
#include <cmath>
#include <numbers>
#include <unordered_map>

namespace vignet {
namespace {

using Vector = std::array<double, 3>;

constexpr double kRadians = std::numbers::pi / 180;
constexpr double kAuSeconds = ERFA_AULT;
constexpr double kDaySeconds = ERFA_DAYSEC;
constexpr double kTtMinusTai = ERFA_TTMTAI;
constexpr double kLight = ERFA_CMPS;
// Days between nodes: a cubic through places and velocities of the Earth is wrong by 0.03 ms of light time,
// because of the Moon; epv00 takes 40 us.
constexpr int kStep = 4;
constexpr size_t kMostNodes = 4096;
constexpr double kFirst = 15'020, kLast = 88'069;  // 1900 to 2100, MJD

struct Node {
  Vector place{}, velocity{};  // barycentric, ICRS axes, au and au a day
  double tdbMinusTt = 0;       // s, at the Earth's centre
  double toDate[3][3]{};       // ICRS to the axes of date
};

// `number`: of steps since MJD 0, TT, which stands for TDB (2 ms, 60 m of the Earth's way).
const Node& nodeAt(int number) {
  thread_local std::unordered_map<int, Node> nodes;
  if (const auto known = nodes.find(number); known != nodes.end()) return known->second;
  if (nodes.size() >= kMostNodes) nodes.clear();
  Node& node = nodes[number];
  const double mjd = double{kStep} * number;
  double heliocentric[2][3], barycentric[2][3];
  eraEpv00(ERFA_DJM0, mjd, heliocentric, barycentric);
  for (size_t i = 0; i < 3; ++i) {
    node.place[i] = barycentric[0][i];
    node.velocity[i] = barycentric[1][i];
  }
  node.tdbMinusTt = eraDtdb(ERFA_DJM0, mjd, 0, 0, 0, 0);
  eraC2i00b(ERFA_DJM0, mjd, node.toDate);
  return node;
}

// From the Earth's centre to the site, ICRS axes, light seconds.
Vector offsetOf(const Site& site, double tai, const Node& node) {
  double utc1 = 0, utc2 = 0;
  eraTaiutc(ERFA_DJM0, tai, &utc1, &utc2);
  double atDate[2][3], place[3];
  eraPvtob(site.longitude * kRadians, site.latitude * kRadians, site.height, 0, 0, 0, eraEra00(utc1, utc2),
           atDate);
  double toDate[3][3];
  eraCr(const_cast<double(*)[3]>(node.toDate), toDate);
  eraTrxp(toDate, atDate[0], place);
  return {place[0] / kLight, place[1] / kLight, place[2] / kLight};
}

}  // namespace

std::optional<double> bjdTdb(double tai, double ra, double dec, const std::optional<Site>& site) {
  if (!(tai > kFirst && tai < kLast)) return std::nullopt;
  const double tt = tai + kTtMinusTai / kDaySeconds;
  const int number = static_cast<int>(std::floor(tt / kStep));
  const Node& before = nodeAt(number);
  const Node first = before;  // the next one may clear the map
  const Node& second = nodeAt(number + 1);
  const double t = tt / kStep - number, u = 1 - t;
  // Cubic Hermite polynomials.
  const double p0 = (1 + 2 * t) * u * u, v0 = kStep * t * u * u;
  const double p1 = (1 + 2 * u) * t * t, v1 = -kStep * u * t * t;
  const Vector here = site ? offsetOf(*site, tai, t < 0.5 ? first : second) : Vector{};
  const double a = ra * kRadians, d = dec * kRadians;
  const Vector towards{std::cos(d) * std::cos(a), std::cos(d) * std::sin(a), std::sin(d)};
  double light = 0;
  for (size_t i = 0; i < 3; ++i) {
    const double earth =
        p0 * first.place[i] + v0 * first.velocity[i] + p1 * second.place[i] + v1 * second.velocity[i];
    light += towards[i] * (kAuSeconds * earth + here[i]);
  }
  const double tdbMinusTt = u * first.tdbMinusTt + t * second.tdbMinusTt;
  // The large days apart from the small ones, so that no digits are lost.
  const double day = std::floor(tai);
  return day + ERFA_DJM0 + (tai - day + (kTtMinusTai + tdbMinusTt + light) / kDaySeconds);
}

}  // namespace vignet
