// Resampling: pixels of an input image onto the grid of an output image.
#pragma once
#include <cstdint>
#include <string_view>

#include "core/base/box.h"
#include "core/resample/pixel_map.h"

namespace vignet {

// docs/resampling.md compares them. `exact` weighs every input pixel with the solid angle in
// which it and the output pixel overlap, both taken as polygons of great circles; the others interpolate at
// the output pixel's centre.
enum class Kernel : uint8_t { nearest, bilinear, lanczos3, lanczos4, exact };

// How an image comes onto another grid.
struct Resampling {
  Kernel kernel = Kernel::lanczos3;
  bool flux = false;  // ResampleOptions::flux
  double positionError = kPositionError;
};

// `nearest`, `bilinear`, `lanczos3`, `lanczos4` or `exact`; Error{usage, BAD_KERNEL} for anything else.
Kernel kernelNamed(std::string_view name);
// How many pixels to either side of a position a kernel takes (PixelMap::inputBox), not defined for
// Kernel::exact.
uint32_t reachOf(Kernel kernel);
// The input pixels that `resample` needs for all of `output`; a box without pixels when none.
Box inputBoxOf(PixelMap& map, Kernel kernel, const Box& output);

// Pixels of an input image in `box`, `stride` apart from row to row, or without gaps where that is 0. A pixel
// whose image value is not finite is missing: it has no weight in anything.
struct InputPlanes {
  Box box;
  const float* image = nullptr;
  const float* variance = nullptr;  // finite wherever the image is; null: none
  const int32_t* mask = nullptr;    // null: none
  size_t stride = 0;

  size_t pitch() const { return stride ? stride : box.width(); }
};

// Sets bad pixels to missing (NaN in image and variance): not finite, without a usable variance, or with a
// bit of `badBits` in the mask. Call it before resampling. `variance` and `mask` may be null.
void dropBadPixels(float* image, float* variance, const int32_t* mask, size_t pixels, int32_t badBits);

// Buffers for the pixels of a box of the output image, rows `stride` pixels apart. All pixels are written:
// NaN (image, variance) and `noDataBits` (mask) where there is no data. Planes not wanted are null; without
// an input plane the variance is all NaN and the mask has `noDataBits` only.
struct OutputPlanes {
  Box box;
  size_t stride = 0;
  float* image = nullptr;
  float* variance = nullptr;
  int32_t* mask = nullptr;
};

struct ResampleOptions {
  // Surface brightness is kept; with `flux` sums over objects are, by the ratio of the pixels' areas.
  bool flux = false;
  // The weight (of 1 in all) that must be left without the missing pixels for the output pixel to have data;
  // what is left is scaled to 1. In (0, 1].
  float minWeight = 0.5F;
  // An output pixel has the mask bits of the input pixels whose share of it is larger than this, in [0, 1).
  float maskWeight = 0.01F;
  // Mask bits of the nearest pixel only (Kernel::exact: of the one with the largest share).
  bool maskNearest = false;
  int32_t noDataBits = 0;
};

// Fills out.box. `in.box` must hold inputBoxOf(map, kernel, out.box); what is more changes nothing, and
// no bit depends on how the output is divided into boxes, nor on the machine's vectors. Throws Error{usage,
// BAD_RESAMPLE} for inconsistent boxes or options.
void resample(PixelMap& map, Kernel kernel, const InputPlanes& in, const OutputPlanes& out,
              const ResampleOptions& options = {});

}  // namespace vignet
