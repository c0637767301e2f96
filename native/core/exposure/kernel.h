// afw's kernels and spatial functions as they are persisted.
#pragma once
#include <cstdint>
#include <functional>

#include "core/exposure/archive.h"
#include "core/exposure/moments.h"

namespace vignet {

// A function of a parent position.
using SpatialFunction = std::function<double(double x, double y)>;

// PolynomialFunction2 or Chebyshev1Function2, whose terms go (x, y): 00, 10, 01, 20, 11, 02, …
// Throws Error{data, BAD_EXPOSURE_TABLE}.
SpatialFunction readSpatialFunction(Archive& archive, int64_t id);

struct PsfKernel {
  bool varies = false;
  std::function<PsfStamp(double x, double y)> at;  // its image, not normalised, at a parent position
};

// FixedKernel, AnalyticKernel of a GaussianFunction2 or DoubleGaussianFunction2, LinearCombinationKernel of
// those. Throws Error{data, BAD_EXPOSURE_TABLE} for damaged kernels and those of other kinds.
PsfKernel readKernel(Archive& archive, int64_t id);

// Larger images of a PSF are refused.
constexpr int64_t kMaxKernelSide = 301;
constexpr size_t kMaxKernelPixels = size_t{1} << 22;  // of all the basis images together

}  // namespace vignet
