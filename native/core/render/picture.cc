#include "core/render/picture.h"

#include <algorithm>
#include <cmath>

#include "core/render/average.h"
#include "core/render/colormap.h"
#include "core/render/image.h"
#include "core/render/stretch.h"

namespace vignet {
Picture render(std::span<const std::byte> fits, const RenderOptions& options, const Control& control) {
  averageFactor(1, options.maxSide);  // refused before anything is read
  const MemoryImage image = firstImage(fits);
  const uint32_t factor = averageFactor(std::max(image.width, image.height), options.maxSide);
  const std::vector<float> pixels = averaged(image, {0, 0, image.width, image.height}, factor, control);
  return drawn(pixels, dividedBy(image.width, factor), options, control);
}

Picture drawn(std::span<const float> pixels, uint32_t width, const RenderOptions& options,
              const Control& control) {
  Picture out;
  out.width = width;
  out.height = static_cast<uint32_t>(pixels.size() / width);
  const Greys greys(limitsOf(pixels, options.limits), options.stretch);
  const ColourTable colours = colourTable(options.colormap);
  out.grey = options.colormap != Colormap::hot;
  out.rgba.resize(pixels.size() * 4);
  for (uint32_t y = 0; y < out.height; ++y) {
    control.poll();
    const float* from = pixels.data() + std::size_t{out.height - 1 - y} * out.width;
    uint8_t* to = out.rgba.data() + std::size_t{y} * out.width * 4;
    for (uint32_t x = 0; x < out.width; ++x, to += 4) {
      if (std::isnan(from[x])) {  // all zero: transparent
        out.opaque = false;
        continue;
      }
      std::copy_n(colours[greys(from[x])].begin(), 3, to);
      to[3] = 255;
    }
  }
  return out;
}

}  // namespace vignet
