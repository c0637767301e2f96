// Some neighbouring output pixels of one row while they are interpolated.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/resample/resample.h"
#include "core/resample/taps.h"

namespace vignet {

struct Chunk {
  static constexpr size_t kCapacity = 256;        // pixels
  alignas(64) double x[kCapacity], y[kCapacity];  // positions in the input image, NaN: none
  // Set by splitPositions: the pixel at or before the position (the nearest one for Kernel::nearest), counted
  // from the input box, and (not for Kernel::nearest) the distance from there to the position, in phases
  // of a TapTable: the nearest phase and the rest.
  alignas(64) int32_t column[kCapacity], row[kCapacity];
  alignas(64) int32_t phaseX[kCapacity], phaseY[kCapacity];
  alignas(64) float restX[kCapacity], restY[kCapacity];
  // Whether all that the fast loops load lies in the input box.
  alignas(64) int32_t inside[kCapacity];
  // Set by interpolateRow: pixels that are left to edgePixel.
  uint16_t left[kCapacity];
  size_t leftSize = 0, size = 0;
  uint32_t inputWidth = 0, inputHeight = 0;  // of the whole input image

  // The pixel nearest to the position, counted from the input box.
  int32_t nearestColumn(size_t i) const { return column[i] + beyondHalf(phaseX[i], restX[i]); }
  int32_t nearestRow(size_t i) const { return row[i] + beyondHalf(phaseY[i], restY[i]); }

 private:
  static int32_t beyondHalf(int32_t phase, float rest) {
    constexpr auto kHalf = static_cast<int32_t>(TapTable::kPhases / 2);
    return phase > kHalf || (phase == kHalf && rest >= 0) ? 1 : 0;
  }
};

// Pixels of the chunk. `variance` and `mask` are null where there is no such plane.
struct OutputRow {
  float* image;
  float* variance;
  int32_t* mask;
};

// The inner loops, for the widest vectors that this machine has; every width gives the same bits.
void splitPositions(Chunk& chunk, Kernel kernel, const Box& box);
void interpolateRow(Chunk& chunk, Kernel kernel, const InputPlanes& in, const ResampleOptions& options,
                    const OutputRow& out);

// One output pixel anywhere, also at edges and near missing pixels: missing pixels and those beyond the box
// have no weight.
struct EdgePixel {
  float image, variance;
  int32_t mask;
};
EdgePixel edgePixel(const Chunk& chunk, size_t i, Kernel kernel, const InputPlanes& in,
                    const ResampleOptions& options);

}  // namespace vignet
