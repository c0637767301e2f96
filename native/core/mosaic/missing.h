// Pixels without a value or a variance.
#pragma once
#include <cstddef>

namespace vignet {

// Of `weights`, which are inverse variances, makes variances. What has no finite value or variance is NaN in
// both.
void dropWithout(float* noise, float* image, size_t pixels, bool weights);

}  // namespace vignet
