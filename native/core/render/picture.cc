#include "core/render/picture.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/render/image.h"
#include "core/render/stretch.h"

namespace vignet {
namespace {

constexpr uint32_t kLargestSide = 16384;

// Averages the defined pixels of whole boxes of `factor` x `factor` (smaller at the far edges); rows as in
// the image.
std::vector<float> averaged(const MemoryImage& image, uint32_t factor, uint32_t width, uint32_t height,
                            const Control& control) {
  std::vector<float> out(std::size_t{width} * height), row(image.width);
  std::vector<double> sum(width);
  std::vector<uint32_t> count(width);
  for (uint32_t v = 0; v < height; ++v) {
    std::fill(sum.begin(), sum.end(), 0);
    std::fill(count.begin(), count.end(), 0);
    const uint64_t last = std::min<uint64_t>((uint64_t{v} + 1) * factor, image.height);
    for (uint64_t y = uint64_t{v} * factor; y < last; ++y) {
      control.poll();
      image.row(static_cast<uint32_t>(y), row);
      for (uint32_t x = 0; x < image.width; ++x) {
        if (!std::isfinite(row[x])) continue;
        sum[x / factor] += row[x];
        ++count[x / factor];
      }
    }
    for (uint32_t u = 0; u < width; ++u) {
      out[std::size_t{v} * width + u] =
          count[u] ? static_cast<float>(sum[u] / count[u]) : std::numeric_limits<float>::quiet_NaN();
    }
  }
  return out;
}

}  // namespace

Picture render(std::span<const std::byte> fits, const RenderOptions& options, const Control& control) {
  if (options.maxSide == 0 || options.maxSide > kLargestSide) {
    throw Error(
        Kind::usage, "BAD_SIZE",
        "the largest side of a picture must be from 1 to " + std::to_string(kLargestSide) + " pixels");
  }
  const MemoryImage image = firstImage(fits);
  const uint32_t longest = std::max(image.width, image.height);
  const uint32_t factor = longest / options.maxSide + (longest % options.maxSide ? 1 : 0);
  Picture out;
  out.width = image.width / factor + (image.width % factor ? 1 : 0);
  out.height = image.height / factor + (image.height % factor ? 1 : 0);
  const std::vector<float> pixels = averaged(image, factor, out.width, out.height, control);
  const Limits limits = robustLimits(pixels);
  out.rgba.resize(pixels.size() * 4);
  for (uint32_t y = 0; y < out.height; ++y) {
    control.poll();
    const float* from = pixels.data() + std::size_t{out.height - 1 - y} * out.width;
    uint8_t* to = out.rgba.data() + std::size_t{y} * out.width * 4;
    for (uint32_t x = 0; x < out.width; ++x, to += 4) {
      if (std::isnan(from[x])) continue;  // all zero: transparent
      to[0] = to[1] = to[2] = grey(from[x], limits, options.stretch);
      to[3] = 255;
    }
  }
  return out;
}

}  // namespace vignet
