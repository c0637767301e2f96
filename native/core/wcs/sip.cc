#include "core/wcs/sip.h"

#include <algorithm>
#include <cmath>

namespace vignet {

namespace {

constexpr int kMostSteps = 30;
constexpr double kStep = 1e-9;  // pixels; Newton's last step, so what is left is far smaller

}  // namespace

// "DP1.SIP.FWD.2_0" and its companions, as wcslib writes them.
bool Sip::take(const WcsDistortion& record) {
  std::string_view name = record.field;
  if (!std::isfinite(record.value) || name.size() < 4) return false;
  name.remove_prefix(4);
  if (name == "NAXES") return record.value == 2;
  if (name == "AXIS.1") return record.value == 1;
  if (name == "AXIS.2") return record.value == 2;
  constexpr std::string_view kOffset = "OFFSET.", kForward = "SIP.FWD.";
  if (name.starts_with(kOffset)) {
    const char axis = name.back();
    if (name.size() != kOffset.size() + 1 || (axis != '1' && axis != '2')) return false;
    // Both axes have the same origin.
    double& origin = origin_[static_cast<size_t>(axis - '1')];
    if (record.axis == 2 && origin != record.value) return false;
    origin = record.value;
    return true;
  }
  if (!name.starts_with(kForward) || name.size() != kForward.size() + 3 || name[name.size() - 2] != '_')
    return false;
  const int p = name[name.size() - 3] - '0', q = name.back() - '0';
  if (p < 0 || q < 0 || p + q > static_cast<int>(kMostOrder)) return false;
  order_ = std::max(order_, static_cast<size_t>(p + q));
  factors_[static_cast<size_t>(record.axis - 1)][static_cast<size_t>(p)][static_cast<size_t>(q)] =
      record.value;
  return true;
}

std::optional<Sip> Sip::of(const NumericWcs& numbers) {
  const auto& kind = numbers.distortionKind[0];
  if (kind[0] != "SIP" || kind[1] != "SIP") return std::nullopt;
  Sip sip;
  for (const WcsDistortion& record : numbers.distortion[0])
    if (record.axis < 1 || record.axis > 2 || !sip.take(record)) return std::nullopt;
  return sip;
}

Sip::Term Sip::at(size_t axis, double u, double v) const {
  Term sum;
  for (size_t p = order_ + 1; p-- > 0;) {
    const auto& row = factors_[axis][p];
    double value = 0, slope = 0;
    for (size_t q = order_ - p + 1; q-- > 0;) {
      slope = slope * v + value;
      value = value * v + row[q];
    }
    sum.du = sum.du * u + sum.value;
    sum.dv = sum.dv * u + slope;
    sum.value = sum.value * u + value;
  }
  return sum;
}

void Sip::distort(double& x, double& y) const {
  const double u = x - origin_[0], v = y - origin_[1];
  x += at(0, u, v).value;
  y += at(1, u, v).value;
}

bool Sip::restore(double& x, double& y) const {
  const double wantedU = x - origin_[0], wantedV = y - origin_[1];
  double u = wantedU, v = wantedV;
  for (int i = 0; i < kMostSteps; ++i) {
    const Term f = at(0, u, v), g = at(1, u, v);
    const double missU = u + f.value - wantedU, missV = v + g.value - wantedV;
    const double determinant = (1 + f.du) * (1 + g.dv) - f.dv * g.du;
    const double stepU = ((1 + g.dv) * missU - f.dv * missV) / determinant;
    const double stepV = ((1 + f.du) * missV - g.du * missU) / determinant;
    u -= stepU, v -= stepV;
    if (!std::isfinite(u) || !std::isfinite(v)) return false;
    if (std::abs(stepU) + std::abs(stepV) < kStep) {
      x = u + origin_[0], y = v + origin_[1];
      return true;
    }
  }
  return false;
}

}  // namespace vignet
