// Functions of a position as afw persists them (BoundedField).
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/exposure/archive.h"

namespace vignet {

// afw's ChebyshevBoundedField: a sum of c[j][i] T_i(x') T_j(y'), x' and y' from -1 to 1 between the outer
// edges of `box`.
struct ChebyshevField {
  std::array<int64_t, 4> box{};  // first and last pixel, inclusive: x0, y0, x1, y1, parent frame
  int nx = 1;                    // terms in x: c[j][i] is coefficients[j * nx + i]
  std::vector<double> coefficients;
};

// The factors of a ChebyshevBoundedField or ProductBoundedField. Throws Error{data, BAD_EXPOSURE_TABLE}.
std::vector<ChebyshevField> readBoundedField(Archive& archive, int64_t id);

// The product of the factors at a parent position; 1 without any.
double productAt(const std::vector<ChebyshevField>& factors, double x, double y);

}  // namespace vignet
