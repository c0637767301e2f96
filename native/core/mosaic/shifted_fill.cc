#include <algorithm>
#include <cmath>

#include "core/mosaic/input_fill.h"

namespace vignet {

void ShiftedFill::copy(size_t p, const Plane* plane, std::span<const OwnedRun> runs) {
  const auto [ox, oy] = shift_;
  const Box bounds = boundsOf(runs);
  const GridBox wanted{bounds.x0 - ox, bounds.y0 - oy, bounds.x1 - ox, bounds.y1 - oy};
  const GridBox mine = plane ? overlap(wanted, {0, 0, plane->width, plane->height}) : GridBox();
  const bool readable = !mine.empty() && reader_.open();
  if (!readable || !(mine == wanted)) clear(p, runs);
  if (readable)
    copyBox(p, *plane,
            {static_cast<uint32_t>(mine.x0), static_cast<uint32_t>(mine.y0), static_cast<uint32_t>(mine.x1),
             static_cast<uint32_t>(mine.y1)},
            runs);
}

void ShiftedFill::copyBox(size_t p, const Plane& plane, const Box& box, std::span<const OwnedRun> runs) {
  const auto [ox, oy] = shift_;
  const size_t pixel = plane.pixelBytes();
  const auto all = [&, ox = ox](const OwnedRun& run) {
    return run.x0 - ox == box.x0 && run.x1 - ox == box.x1;
  };
  if (pixel == rows_.pixelBytes(p) && runs.size() == box.height() &&
      std::all_of(runs.begin(), runs.end(), all))
    return copyRows(p, plane, box, runs);
  const PixelConverter& convert = converterOf(p, plane);
  auto run = runs.begin();
  reader_.rows(plane, box, [&, ox = ox, oy = oy](uint32_t row, const std::byte* pixels) {
    const int64_t y = row + oy;
    while (run != runs.end() && run->y < y) ++run;
    for (; run != runs.end() && run->y == y; ++run) {
      if (!pixels) rows_.clear(p, *run);
      const int64_t x0 = std::max<int64_t>(run->x0 - ox, box.x0),
                    x1 = std::min<int64_t>(run->x1 - ox, box.x1);
      if (!pixels || x0 >= x1) continue;
      convert(pixels + static_cast<size_t>(x0 - box.x0) * pixel, static_cast<size_t>(x1 - x0),
              rows_.at(p, static_cast<uint32_t>(x0 + ox), run->y));
    }
  });
}

// Tiles are decoded at their place in the answer.
void ShiftedFill::copyRows(size_t p, const Plane& plane, const Box& box, std::span<const OwnedRun> runs) {
  const PixelConverter& convert = converterOf(p, plane);
  const std::vector<uint32_t> lost = reader_.into(plane, box, rows_.at(p, runs[0].x0, runs[0].y),
                                                  rows_.strip().frame.width * rows_.pixelBytes(p));
  auto gone = lost.begin();
  for (const OwnedRun& run : runs) {
    std::byte* const row = rows_.at(p, run.x0, run.y);
    if (gone != lost.end() && *gone == run.y - runs[0].y + box.y0) {
      rows_.clear(p, run);
      ++gone;
    } else if (!convert.isIdentity()) {
      convert(row, run.x1 - run.x0, row);
    }
  }
}

}  // namespace vignet
