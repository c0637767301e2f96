#include "core/exposure/light.h"

#include <cmath>

#include "core/exposure/aperture.h"

namespace vignet {
namespace {

constexpr double kReachSigmas = 3;
constexpr double kNarrowest = 0.9;  // sigma along the minor axis, pixels
constexpr double kWidest = 30;      // sigma of a Gaussian, pixels

double minorSquare(const Moments& m) { return (m.xx + m.yy) / 2 - std::hypot((m.xx - m.yy) / 2, m.xy); }

}  // namespace

PsfWeight::PsfWeight(const Moments& m)
    : reachX_(kReachSigmas * std::sqrt(m.xx)), reachY_(kReachSigmas * std::sqrt(m.yy)) {
  const double det = m.xx * m.yy - m.xy * m.xy;
  inverse_ = {m.yy / det, m.xx / det, -m.xy / det};
}

double PsfWeight::operator()(double dx, double dy) const {
  const double square = inverse_.xx * dx * dx + inverse_.yy * dy * dy + 2 * inverse_.xy * dx * dy;
  return square <= kReachSigmas * kReachSigmas ? std::exp(-0.5 * square) : 0;
}

std::optional<PsfLight> lightOf(const PsfStamp& stamp, const Moments& moments, double step) {
  if (!(minorSquare(moments) >= kNarrowest * kNarrowest)) return std::nullopt;
  const PsfWeight weight(moments);
  double all = 0, weighted = 0, enclosed = 0;
  size_t k = 0;
  for (int j = 0; j < stamp.height; ++j) {
    for (int i = 0; i < stamp.width; ++i, ++k) {
      const double dx = (i - stamp.x) * step, dy = (j - stamp.y) * step;
      all += stamp.pixels[k];
      weighted += stamp.pixels[k] * weight(dx, dy);
      enclosed += stamp.pixels[k] * shareInDisc(kApertureRadius, dx, dy, step);
    }
  }
  if (!(all > 0 && weighted > 0 && enclosed > 0) || !std::isfinite(all)) return std::nullopt;
  return PsfLight{weighted / all, enclosed / all};
}

std::optional<PsfLight> lightOfGaussian(double sigma) {
  if (!(sigma >= kNarrowest && sigma <= kWidest)) return std::nullopt;
  const int half = static_cast<int>(std::ceil(5 * sigma));
  PsfStamp stamp = PsfStamp::centred(2 * half + 1, 2 * half + 1);
  for (int j = -half; j <= half; ++j)
    for (int i = -half; i <= half; ++i)
      stamp.pixels.push_back(std::exp(-0.5 * (i * i + j * j) / (sigma * sigma)));
  return lightOf(stamp, {sigma * sigma, sigma * sigma, 0});
}

}  // namespace vignet
