#include "core/base/constants.h"
#include "core/base/simd.h"
#include "core/resample/chunk.h"

// Vectors of 32 bytes stay within the functions of the loops.
#pragma GCC diagnostic ignored "-Wpsabi"

#define VIGNET_LOOPS "core/resample/rows.inc"
#include "core/base/simd_each.inc"

namespace vignet {

void splitPositions(Chunk& chunk, Kernel kernel, const Box& box) { VIGNET_CHOOSE(split(chunk, kernel, box)); }

void interpolateRow(Chunk& chunk, Kernel kernel, const InputPlanes& in, const ResampleOptions& options,
                    const OutputRow& out) {
  VIGNET_CHOOSE(interpolate(chunk, kernel, in, options, out));
}

}  // namespace vignet
