#include "core/exposure/moments.h"

#include <algorithm>
#include <cmath>

namespace vignet {
namespace {

constexpr int kMaxSteps = 60;
constexpr double kTolerance = 1e-7;
constexpr double kReach = 4;  // sigmas of the weight beyond which nothing is summed

bool positive(const Moments& m) {
  return std::isfinite(m.xx) && std::isfinite(m.yy) && std::isfinite(m.xy) && m.xx > 0 && m.yy > 0 &&
         m.xx * m.yy > m.xy * m.xy;
}

Moments inverse(const Moments& m) {
  const double det = m.xx * m.yy - m.xy * m.xy;
  return {m.yy / det, m.xx / det, -m.xy / det};
}

// The moments of the stamp under a Gaussian weight of moments `w`.
std::optional<Moments> weighted(const PsfStamp& stamp, const Moments& w) {
  const Moments v = inverse(w);
  const auto range = [](double centre, double reach, int size) {
    const double low = std::max(0.0, std::floor(centre - reach)), high = std::ceil(centre + reach);
    return std::pair<int, int>(static_cast<int>(std::min<double>(low, size)),
                               static_cast<int>(std::clamp<double>(high + 1, 0, size)));
  };
  const auto [x0, x1] = range(stamp.x, kReach * std::sqrt(w.xx), stamp.width);
  const auto [y0, y1] = range(stamp.y, kReach * std::sqrt(w.yy), stamp.height);
  double sum = 0;
  Moments m;
  for (int j = y0; j < y1; ++j) {
    const double y = j - stamp.y;
    const double* row = stamp.pixels.data() + static_cast<size_t>(j) * static_cast<size_t>(stamp.width);
    for (int i = x0; i < x1; ++i) {
      const double x = i - stamp.x;
      const double value = row[i] * std::exp(-0.5 * (v.xx * x * x + v.yy * y * y) - v.xy * x * y);
      sum += value;
      m.xx += value * x * x;
      m.yy += value * y * y;
      m.xy += value * x * y;
    }
  }
  m = {m.xx / sum, m.yy / sum, m.xy / sum};
  if (!(sum > 0) || !positive(m)) return std::nullopt;
  return m;
}

}  // namespace

std::optional<Moments> adaptiveMoments(const PsfStamp& stamp, const Moments& guess) {
  Moments w = guess;
  const double widest =
      static_cast<double>(stamp.width) * stamp.width + static_cast<double>(stamp.height) * stamp.height;
  for (int step = 0; step < kMaxSteps; ++step) {
    const std::optional<Moments> m = weighted(stamp, w);
    if (!m) return std::nullopt;
    // Of a Gaussian of moments n under a weight w, m = (1/n + 1/w)^-1.
    const Moments a = inverse(*m), b = inverse(w), c{a.xx - b.xx, a.yy - b.yy, a.xy - b.xy};
    if (!positive(c)) return std::nullopt;
    const Moments next = inverse(c);
    if (!positive(next) || next.xx + next.yy > widest) return std::nullopt;
    const double change = std::abs(next.xx - w.xx) + std::abs(next.yy - w.yy) + std::abs(next.xy - w.xy);
    w = next;
    if (change < kTolerance * (w.xx + w.yy)) return w;
  }
  return std::nullopt;
}

}  // namespace vignet
