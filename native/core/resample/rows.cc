#include <limits>

#include "core/base/simd.h"
#include "core/resample/chunk.h"

// Vectors of 32 bytes stay within the functions below.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace vignet {

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

namespace portable {
#include "core/resample/rows.inc"
}  // namespace portable

#if VIGNET_X86
VIGNET_BEGIN_AVX2
namespace avx2 {
#include "core/resample/rows.inc"
}  // namespace avx2
VIGNET_END

VIGNET_BEGIN_AVX512
namespace avx512 {
#include "core/resample/rows.inc"
}  // namespace avx512
VIGNET_END
#endif

Footing footingOf(Kernel kernel) {
  if (kernel == Kernel::nearest) return {0, 0, 0};
  const int reach = int(reachOf(kernel));
  // Lanczos rows are loaded eight pixels at a time.
  return {reach - 1, kernel == Kernel::bilinear ? 1 : int(TapTable::lanes) - reach, reach};
}

}  // namespace

void splitPositions(Chunk& chunk, Kernel kernel, const Box& box) {
  const double shift = kernel == Kernel::nearest ? 0.5 : 0;
  const Footing footing = footingOf(kernel);
#if VIGNET_X86
  if (simd() == Simd::avx512) return avx512::split(chunk, shift, footing, box);
  if (simd() == Simd::avx2) return avx2::split(chunk, shift, footing, box);
#endif
  portable::split(chunk, shift, footing, box);
}

void interpolateRow(const Chunk& chunk, Kernel kernel, const InputPlanes& in, float* image, float* variance) {
#if VIGNET_X86
  if (simd() == Simd::avx512) return avx512::interpolate(chunk, kernel, in, image, variance);
  if (simd() == Simd::avx2) return avx2::interpolate(chunk, kernel, in, image, variance);
#endif
  portable::interpolate(chunk, kernel, in, image, variance);
}

}  // namespace vignet
