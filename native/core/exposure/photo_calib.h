// Photometric calibration as afw persists it: from pixel values to nJy.
#pragma once
#include <cstdint>
#include <vector>

#include "core/exposure/bounded_field.h"

namespace vignet {

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
