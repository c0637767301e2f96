#include "core/mosaic/missing.h"

#include "core/base/constants.h"
#include "core/base/simd.h"

#define VIGNET_LOOPS "core/mosaic/missing.inc"
#include "core/base/simd_each.inc"

namespace vignet {

void dropUndefined(float* noise, float* image, size_t pixels, bool weights) {
  VIGNET_CHOOSE(dropEach(noise, image, pixels, weights));
}

}  // namespace vignet
