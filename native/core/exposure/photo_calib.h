// Photometric calibration as afw persists it: from pixel values to nJy.
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

// nJy = value * scale, or where there are `fields` value * their product.
struct PhotoCalib {
  double scale = 0;
  double error = 0;  // one sigma, of the mean; 0: not stated
  std::vector<ChebyshevField> fields;
};

// Throws Error{data, BAD_EXPOSURE_TABLE} for an object that is damaged, of a kind or version that is not
// known here, or not a calibration.
PhotoCalib readPhotoCalib(Archive& archive, int64_t id);

}  // namespace vignet
