// Stamps on a common grid: north up and the same for every image, so that a source is on the same pixels in
// all of them.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "core/fits/layout.h"
#include "core/resample/resample.h"
#include "core/stack/locate.h"
#include "core/stack/stamp.h"

namespace vignet {

struct CommonGrid {
  double pixelScale = 0;  // arc seconds
  Resampling resampling;
};

// The grid of a stamp: TAN in ICRS with north up and east to the left, `lon`, `lat` (degrees) at the centre
// of the pixel with index floor(size / 2) on both axes. Throws Error{usage, BAD_STAMP} for a scale that is
// not in (0, 3600] or a position that is not on the sky.
NumericWcs commonGridWcs(const CommonGrid& grid, double lon, double lat, uint32_t size);

// Resamples one image onto such a grid.
class GridStamp {
 public:
  // Throws as commonGridWcs does; Error{data, NO_WCS} for an image without; what PixelMap throws.
  GridStamp(const Layout& layout, const CommonGrid& grid, double lon, double lat, uint32_t size,
            const Control& control = {});

  // The square of image pixels that the stamp is resampled from, or none. It may leave the image. Throws
  // Error{data, TOO_COARSE} when its side is above kMaxStampSize.
  std::optional<StampFrame> sourceFrame();

  // `in`: the planes of that square; `in.image` must be there. Fills `out` as StampReader does, on the grid:
  // NaN in image and variance where the image has nothing. Pixels whose variance is undefined count for the
  // image and not for the variance. A mask has the bits of all pixels with a share of more than 1 %.
  void resample(const StampPlanes& in, StampPlanes& out);

 private:
  void cropFloats(const std::vector<float>& from, std::vector<float>& to) const;
  void run(const float* variance, const std::vector<uint64_t>* mask, int shift, float* image,
           float* outVariance, std::vector<uint64_t>& outMask);
  bool leavesImage();

  uint32_t size_;
  Resampling how_;
  PixelMap map_;
  Box in_;
  StampFrame frame_;
  std::vector<float> image_, variance_, unused_;
  std::vector<int32_t> half_, outHalf_;
};

}  // namespace vignet
