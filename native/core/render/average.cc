#include "core/render/average.h"

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {

uint32_t averageFactor(uint32_t longest, uint32_t maxSide) {
  if (maxSide == 0 || maxSide > kLargestPictureSide) {
    throw Error(Kind::usage, "BAD_SIZE",
                expectedFor("1 to " + std::to_string(kLargestPictureSide) + " pixels",
                            "the longest side of a picture", maxSide));
  }
  return std::max(1u, dividedBy(longest, maxSide));
}

std::vector<float> averaged(const MemoryImage& image, const Box& box, uint32_t factor,
                            const Control& control) {
  const uint32_t width = dividedBy(box.width(), factor), height = dividedBy(box.height(), factor);
  std::vector<float> out(std::size_t{width} * height), row(image.width);
  if (factor == 1) {
    for (uint32_t v = 0; v < height; ++v) {
      control.poll();
      image.row(box.y0 + v, row);
      std::transform(row.begin() + box.x0, row.begin() + box.x1, out.begin() + std::ptrdiff_t{width} * v,
                     [](float pixel) { return std::isfinite(pixel) ? pixel : kNan; });
    }
    return out;
  }
  std::vector<double> sum(width);
  std::vector<uint32_t> count(width);
  for (uint32_t v = 0; v < height; ++v) {
    std::fill(sum.begin(), sum.end(), 0);
    std::fill(count.begin(), count.end(), 0);
    const uint64_t first = box.y0 + uint64_t{v} * factor, last = std::min<uint64_t>(first + factor, box.y1);
    for (uint64_t y = first; y < last; ++y) {
      control.poll();
      image.row(static_cast<uint32_t>(y), row);
      for (uint32_t x = box.x0; x < box.x1; ++x) {
        if (!std::isfinite(row[x])) continue;
        sum[(x - box.x0) / factor] += row[x];
        ++count[(x - box.x0) / factor];
      }
    }
    for (uint32_t u = 0; u < width; ++u) {
      out[std::size_t{v} * width + u] = count[u] ? static_cast<float>(sum[u] / count[u]) : kNan;
    }
  }
  return out;
}

}  // namespace vignet
