// The area that a disc and a pixel share.
#pragma once

namespace vignet {

// Area of the disc of radius `r` about the origin within x0 <= x <= x1, y0 <= y <= y1; exact up to rounding.
double discInRectangle(double r, double x0, double x1, double y0, double y1);

}  // namespace vignet
