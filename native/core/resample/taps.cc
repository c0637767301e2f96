#include "core/resample/taps.h"

#include <cmath>

#include "core/base/constants.h"

namespace vignet {

namespace {

double sinc(double x) {
  const double a = kPi * x;
  return x == 0 ? 1 : std::sin(a) / a;
}

// The weights at a fraction, which may lie a little outside [0, 1].
std::array<double, TapTable::kLanes> lanczosAt(double fraction, int a) {
  std::array<double, TapTable::kLanes> w{};
  double sum = 0;
  for (int k = 0; k < 2 * a; k++) {
    const double x = fraction + (a - 1) - k;
    w[static_cast<size_t>(k)] = sinc(x) * sinc(x / a);
    sum += w[static_cast<size_t>(k)];
  }
  for (double& weight : w) weight /= sum;
  return w;
}

TapTable makeLanczos(int a) {
  TapTable table;
  table.taps = 2 * a;
  constexpr double kStep = 1.0 / TapTable::kPhases;
  for (size_t q = 0; q <= TapTable::kPhases; q++) {
    const double at = static_cast<double>(q) * kStep;
    // The parabola through the ends of the phase and its middle.
    const auto low = lanczosAt(at - kStep / 2, a), middle = lanczosAt(at, a),
               high = lanczosAt(at + kStep / 2, a);
    for (size_t k = 0; k < TapTable::kLanes; k++) {
      table.phase[q][0][k] = static_cast<float>(middle[k]);
      table.phase[q][1][k] = static_cast<float>(high[k] - low[k]);
      table.phase[q][2][k] = static_cast<float>(2 * (high[k] + low[k] - 2 * middle[k]));
    }
  }
  return table;
}

}  // namespace

const TapTable& lanczosTaps(int a) {
  static const TapTable three = makeLanczos(3), four = makeLanczos(4);
  return a == 3 ? three : four;
}

}  // namespace vignet
