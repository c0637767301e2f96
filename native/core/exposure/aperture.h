// The aperture of APFLUX, and the area that a disc and a pixel share.
#pragma once

namespace vignet {

// Pixels; APFLUX is the sum within this radius.
inline constexpr double kApertureRadius = 6;

// Area of the disc of radius `r` about the origin within x0 <= x <= x1, y0 <= y <= y1; exact up to rounding.
double discInRectangle(double r, double x0, double x1, double y0, double y1);

// The share, 0 to 1, of a square of side `side` that a disc of radius `r` covers; (dx, dy) from the disc's
// centre to the square's.
double shareInDisc(double r, double dx, double dy, double side = 1);

}  // namespace vignet
