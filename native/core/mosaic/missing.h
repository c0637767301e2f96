// Pixels without a value or a variance.
#pragma once
#include <cstddef>

namespace vignet {

// Inverts the noise where it is `weights` (inverse variances). Pixels without a finite value or variance
// become NaN in both.
void dropUndefined(float* noise, float* image, size_t pixels, bool weights);

}  // namespace vignet
