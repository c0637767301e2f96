#include "core/resample/resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/resample/chunk.h"
#include "core/resample/exact.h"

namespace vignet {

namespace {

constexpr std::array<std::string_view, 5> kNames{"nearest", "bilinear", "lanczos3", "lanczos4", "exact"};
// Rows that are resampled together, a chunk's width at a time: where the input is turned against the output,
// its lines stay in the cache from row to row.
constexpr uint32_t kBandRows = 64;

template <typename Value>
Error refused(std::string_view expected, std::string_view name, const Value& received) {
  return Error(Kind::usage, "BAD_RESAMPLE", expectedFor(expected, name, received));
}

std::string boxText(const Box& box) {
  return "x " + std::to_string(box.x0) + " to " + std::to_string(box.x1) + ", y " + std::to_string(box.y0) +
         " to " + std::to_string(box.y1);
}

void check(const PixelMap& map, const InputPlanes& in, const OutputPlanes& out,
           const ResampleOptions& options) {
  if (out.box.x0 >= out.box.x1 || out.box.y0 >= out.box.y1 || out.box.x1 > map.outputWidth() ||
      out.box.y1 > map.outputHeight())
    throw refused("pixels inside the output image", "the output box", boxText(out.box));
  if (in.box.x0 > in.box.x1 || in.box.y0 > in.box.y1 || in.box.x1 > map.inputWidth() ||
      in.box.y1 > map.inputHeight())
    throw refused("pixels inside the input image", "the input box", boxText(in.box));
  if (in.stride != 0 && in.stride < in.box.width())
    throw refused("at least the width of its box", "the input's stride", in.stride);
  if (in.pitch() >= 1U << 31 || in.pitch() * in.box.height() >= 1U << 31)
    throw refused("fewer than 2^31 pixels", "the input box", boxText(in.box));
  if (out.stride < out.box.width())
    throw refused("at least the width of its box", "the output's stride", out.stride);
  if (!out.image) throw refused("a buffer", "the output image", "none");
  if (!in.image && in.box.x0 < in.box.x1 && in.box.y0 < in.box.y1)
    throw refused("pixels", "the input image", "none");
  if (!(options.minWeight > 0 && options.minWeight <= 1))
    throw refused("above 0 and at most 1", "minWeight", options.minWeight);
  if (!(options.maskWeight >= 0 && options.maskWeight < 1))
    throw refused("at least 0 and below 1", "maskWeight", options.maskWeight);
}

class RowResampler {
 public:
  RowResampler(PixelMap& map, Kernel kernel, const InputPlanes& in, const OutputPlanes& out,
               const ResampleOptions& options)
      : map_(map),
        kernel_(kernel),
        in_(in),
        out_(out),
        options_(options),
        withVariance_(in.variance && out.variance),
        withMask_(in.mask && out.mask) {
    chunk_.inputWidth = map.inputWidth();
    chunk_.inputHeight = map.inputHeight();
  }

  void row(uint32_t x0, uint32_t x1, uint32_t y) {
    const size_t at = static_cast<size_t>(y - out_.box.y0) * out_.stride + (x0 - out_.box.x0), n = x1 - x0;
    const OutputRow row{out_.image + at, withVariance_ ? out_.variance + at : nullptr,
                        withMask_ ? out_.mask + at : nullptr};
    interpolate(x0, x1, y, row);
    if (options_.flux) keepFlux(x0, x1, y, row);
    if (out_.variance && !withVariance_) std::fill_n(out_.variance + at, n, kNan);
    if (out_.mask && !withMask_) std::fill_n(out_.mask + at, n, options_.noDataBits);
  }

 private:
  void interpolate(uint32_t x0, uint32_t x1, uint32_t y, const OutputRow& row) {
    chunk_.size = x1 - x0;
    map_.positions(y, x0, x1, chunk_.x, chunk_.y);
    splitPositions(chunk_, kernel_, in_.box);
    interpolateRow(chunk_, kernel_, in_, options_, row);
    for (size_t k = 0; k < chunk_.leftSize; k++) {
      const size_t i = chunk_.left[k];
      const EdgePixel pixel = edgePixel(chunk_, i, kernel_, in_, options_);
      row.image[i] = pixel.image;
      if (row.variance) row.variance[i] = pixel.variance;
      if (row.mask) row.mask[i] = pixel.mask;
    }
  }

  void keepFlux(uint32_t x0, uint32_t x1, uint32_t y, const OutputRow& row) {
    map_.areas(y, x0, x1, areas_);
    for (size_t i = 0; i < chunk_.size; i++) {
      row.image[i] = static_cast<float>(row.image[i] * areas_[i]);
      if (row.variance) row.variance[i] = static_cast<float>(row.variance[i] * (areas_[i] * areas_[i]));
    }
  }

  PixelMap& map_;
  const Kernel kernel_;
  const InputPlanes& in_;
  const OutputPlanes& out_;
  const ResampleOptions& options_;
  const bool withVariance_, withMask_;
  Chunk chunk_;
  double areas_[Chunk::kCapacity];
};

void fillEmpty(const OutputPlanes& out, const ResampleOptions& options) {
  for (uint32_t y = 0; y < out.box.height(); y++) {
    const size_t at = y * out.stride, n = out.box.width();
    std::fill_n(out.image + at, n, kNan);
    if (out.variance) std::fill_n(out.variance + at, n, kNan);
    if (out.mask) std::fill_n(out.mask + at, n, options.noDataBits);
  }
}

}  // namespace

Kernel kernelNamed(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end())
    throw Error(Kind::usage, "BAD_KERNEL",
                expectedFor("nearest, bilinear, lanczos3, lanczos4 or exact", "RESAMPLE", printable(name)));
  return static_cast<Kernel>(found - kNames.begin());
}

uint32_t reachOf(Kernel kernel) {
  return kernel == Kernel::lanczos3 ? 3 : kernel == Kernel::lanczos4 ? 4 : 1;
}

Box inputBoxOf(PixelMap& map, Kernel kernel, const Box& output) {
  return kernel == Kernel::exact ? exactInputBox(map, output) : map.inputBox(output, reachOf(kernel));
}

void dropBadPixels(float* image, float* variance, const int32_t* mask, size_t pixels, int32_t badBits) {
  for (size_t i = 0; i < pixels; i++) {
    const bool bad = !std::isfinite(image[i]) || (variance && !std::isfinite(variance[i])) ||
                     (mask && (mask[i] & badBits) != 0);
    if (!bad) continue;
    image[i] = kNan;
    if (variance) variance[i] = kNan;
  }
}

void resample(PixelMap& map, Kernel kernel, const InputPlanes& in, const OutputPlanes& out,
              const ResampleOptions& options) {
  check(map, in, out, options);
  if (in.box.x0 >= in.box.x1 || in.box.y0 >= in.box.y1) return fillEmpty(out, options);
  if (kernel == Kernel::exact) return resampleExact(map, in, out, options);
  const auto work = std::make_unique<RowResampler>(map, kernel, in, out, options);
  for (uint32_t y0 = out.box.y0; y0 < out.box.y1;) {
    // Bands end where rows of the map's blocks do.
    const uint32_t y1 = std::min(out.box.y1, (y0 / kBandRows + 1) * kBandRows);
    for (uint32_t x0 = out.box.x0; x0 < out.box.x1;) {
      const uint32_t x1 = std::min(out.box.x1, x0 + static_cast<uint32_t>(Chunk::kCapacity));
      for (uint32_t y = y0; y < y1; y++) {
        map.poll();
        work->row(x0, x1, y);
      }
      x0 = x1;
    }
    y0 = y1;
  }
}

}  // namespace vignet
