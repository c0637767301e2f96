#include "core/resample/biquadratic.h"

#include <algorithm>
#include <cmath>

namespace vignet {

namespace {

constexpr std::array<double, 4> kChecks{0.1, 0.2734375, 0.7265625, 0.9};

// The values at 0, h, 2h into powers of the distance from 0.
void toPowers(double h, const double (&v)[3], double (&c)[3]) {
  c[0] = v[0];
  c[1] = (4 * v[1] - 3 * v[0] - v[2]) / (2 * h);
  c[2] = (v[0] - 2 * v[1] + v[2]) / (2 * h * h);
}

}  // namespace

std::array<Pixel, Biquadratic::kPoints> Biquadratic::pointsOf(double x0, double y0, double width,
                                                              double height) {
  std::array<Pixel, kPoints> all;
  size_t n = 0;
  for (int j = 0; j < 3; j++) {
    for (int i = 0; i < 3; i++) all[n++] = {x0 + i * (width / 2), y0 + j * (height / 2)};
  }
  for (const double v : kChecks) {
    for (const double u : kChecks) all[n++] = {x0 + u * width, y0 + v * height};
  }
  return all;
}

double Biquadratic::fit(double fromX, double fromY, double width, double height,
                        const std::array<Pixel, kPoints>& values) {
  x0 = fromX;
  y0 = fromY;
  for (int axis = 0; axis < 2; axis++) {
    double inX[3][3];
    for (size_t j = 0; j < 3; j++) {
      double v[3];
      for (size_t i = 0; i < 3; i++) v[i] = axis == 0 ? values[3 * j + i].x : values[3 * j + i].y;
      toPowers(width / 2, v, inX[j]);
    }
    for (int p = 0; p < 3; p++) {
      double powers[3];
      toPowers(height / 2, {inX[0][p], inX[1][p], inX[2][p]}, powers);
      for (int q = 0; q < 3; q++) c[axis][q][p] = powers[q];
    }
  }
  const auto where = pointsOf(fromX, fromY, width, height);
  double worst = 0;
  for (size_t k = kNodes; k < kPoints; k++) {
    const Pixel p = at(where[k].x, where[k].y);
    const double dx = p.x - values[k].x, dy = p.y - values[k].y;
    worst = std::max(worst, dx * dx + dy * dy);
  }
  return std::sqrt(worst);
}

}  // namespace vignet
