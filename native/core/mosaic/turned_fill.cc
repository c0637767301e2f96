#include <cstring>

#include "core/mosaic/camera.h"
#include "core/mosaic/input_fill.h"

namespace vignet {

void TurnedFill::copy(size_t p, const Plane* plane, std::span<const OwnedRun> runs) {
  clear(p, runs);
  if (!plane || !reader_.open()) return;
  const Box bounds = boundsOf(runs), &place = input_.box;
  const Box box =
      turnedBack(input_.quarterTurns, plane->width, plane->height,
                 {bounds.x0 - place.x0, bounds.y0 - place.y0, bounds.x1 - place.x0, bounds.y1 - place.y0});
  const PixelConverter& convert = converterOf(p, *plane);
  const size_t bytes = rows_.pixelBytes(p);
  std::vector<std::byte> line(box.width() * bytes);
  reader_.rows(*plane, box, [&](uint32_t y, const std::byte* pixels) {
    if (!pixels) return;
    convert(pixels, box.width(), line.data());
    for (uint32_t x = 0; x < box.width(); ++x) {
      const auto [u, v] = turned(input_.quarterTurns, plane->width, plane->height, box.x0 + x, y);
      std::memcpy(rows_.at(p, place.x0 + static_cast<uint32_t>(u), place.y0 + static_cast<uint32_t>(v)),
                  line.data() + x * bytes, bytes);
    }
  });
}

}  // namespace vignet
