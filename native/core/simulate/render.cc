#include "core/simulate/render.h"

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"

namespace vignet::simulate {
namespace {

// exp(-r) as Gaussians (fractions of the flux, sigmas in scale lengths): a least-squares fit over 0 < r < 9,
// whose flux within any radius is accurate to 0.6 %.
constexpr double kDiscFraction[] = {0.00909321, 0.10399037, 0.44350736, 0.44340906};
constexpr double kDiscSigma[] = {0.21041962, 0.56968468, 1.19242675, 2.23054772};

struct Canvas {
  std::span<float> pixels;
  int width, height;
};

// Adds `peak` * exp(-Q/2), Q the quadratic form of the inverse of the covariance, where it exceeds `floor`.
void addGaussian(const Canvas& canvas, double x0, double y0, double peak, double sxx, double sxy, double syy,
                 double floor) {
  const double size = std::abs(peak);
  if (!(size > floor)) return;
  const double det = sxx * syy - sxy * sxy;
  const double a = syy / det, b = -sxy / det, c = sxx / det;
  const double limit = 2 * std::log(size / floor);

  const double reach = std::sqrt(limit * syy);
  const int top = static_cast<int>(std::max(0.0, std::ceil(y0 - reach)));
  const int end = static_cast<int>(std::min(canvas.height - 1.0, std::floor(y0 + reach)));
  const double shrink = std::exp(-a);
  for (int y = top; y <= end; ++y) {
    const double dy = y - y0;
    const double middle = x0 - b / a * dy;
    const double left = limit - (c - b * b / a) * dy * dy;
    if (left <= 0) continue;
    const double half = std::sqrt(left / a);
    const double first = std::max(0.0, std::ceil(middle - half));
    const double last = std::min(canvas.width - 1.0, std::floor(middle + half));
    if (first > last) continue;
    // Outwards from the middle, each pixel follows from its neighbour by two multiplications.
    const int lo = static_cast<int>(first), hi = static_cast<int>(last);
    const int start = std::clamp(static_cast<int>(std::lround(std::clamp(middle, first, last))), lo, hi);
    const double dx = start - x0;
    const double value = peak * std::exp(-0.5 * (a * dx * dx + 2 * b * dx * dy + c * dy * dy));
    float* row = canvas.pixels.data() + static_cast<size_t>(y) * canvas.width;
    double ratio = std::exp(-0.5 * a * (2 * dx + 1) - b * dy);
    double v = value;
    for (int x = start; x <= hi; ++x) {
      row[x] += static_cast<float>(v);
      v *= ratio;
      ratio *= shrink;
    }
    ratio = std::exp(0.5 * a * (2 * dx - 1) + b * dy);
    v = value * ratio;
    for (int x = start - 1; x >= lo; --x) {
      row[x] += static_cast<float>(v);
      ratio *= shrink;
      v *= ratio;
    }
  }
}

}  // namespace

void addSources(std::span<float> image, int width, int height, std::span<const Source> sources,
                const Psf& psf, double floor) {
  const Canvas canvas{image, width, height};
  for (const Source& s : sources) {
    const bool disc = s.sxx > 0;
    const size_t parts = disc ? std::size(kDiscFraction) : 1;
    for (size_t i = 0; i < parts; ++i) {
      const double stretch = disc ? kDiscSigma[i] * kDiscSigma[i] : 0;
      const double flux = disc ? s.flux * kDiscFraction[i] : s.flux;
      for (size_t k = 0; k < psf.weights.size(); ++k) {
        const double spread = psf.sigmas[k] * psf.sigmas[k];
        const double xx = stretch * s.sxx + spread, xy = stretch * s.sxy, yy = stretch * s.syy + spread;
        const double peak = flux * psf.weights[k] / (2 * kPi * std::sqrt(xx * yy - xy * xy));
        addGaussian(canvas, s.x, s.y, peak, xx, xy, yy, floor);
      }
    }
  }
}

}  // namespace vignet::simulate
