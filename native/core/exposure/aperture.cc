#include "core/exposure/aperture.h"

#include <algorithm>
#include <cmath>

namespace vignet {
namespace {

// Integral of sqrt(r^2 - x^2) from 0 to x.
double underArc(double r, double x) {
  return (x * std::sqrt(std::max(0.0, r * r - x * x)) + r * r * std::asin(std::clamp(x / r, -1.0, 1.0))) / 2;
}

// Area of the disc within x0 <= x <= x1 above y >= 0.
double above(double r, double x0, double x1, double y) {
  if (y >= r) return 0;
  const double reach = std::sqrt(r * r - y * y);
  const double a = std::max(x0, -reach), b = std::min(x1, reach);
  return a < b ? underArc(r, b) - underArc(r, a) - y * (b - a) : 0;
}

}  // namespace

double discInRectangle(double r, double x0, double x1, double y0, double y1) {
  if (y1 <= 0) return discInRectangle(r, x0, x1, -y1, -y0);
  if (y0 < 0) return above(r, x0, x1, 0) - above(r, x0, x1, y1) + above(r, x0, x1, 0) - above(r, x0, x1, -y0);
  return above(r, x0, x1, y0) - above(r, x0, x1, y1);
}

double shareInDisc(double r, double dx, double dy, double side) {
  const double half = side / 2, ax = std::abs(dx), ay = std::abs(dy);
  const double far = (ax + half) * (ax + half) + (ay + half) * (ay + half);
  if (far <= r * r) return 1;
  const double nearX = std::max(0.0, ax - half), nearY = std::max(0.0, ay - half);
  if (nearX * nearX + nearY * nearY >= r * r) return 0;
  return discInRectangle(r, ax - half, ax + half, ay - half, ay + half) / (side * side);
}

}  // namespace vignet
