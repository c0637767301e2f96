#include "core/pixels/tiling.h"

#include <algorithm>

namespace vignet {
namespace {

// Length of [from, to) widened to whole tiles of a side of `length` pixels.
uint64_t widened(uint32_t from, uint32_t to, uint32_t tile, uint32_t length) {
  const uint64_t begin = uint64_t{from} / tile * tile;
  const uint64_t end = std::min<uint64_t>((uint64_t{to} + tile - 1) / tile * tile, length);
  return end - begin;
}

uint32_t tileWidth(const Plane& plane) { return plane.tiles ? std::max(plane.tiles->tileWidth, 1u) : 1; }
uint32_t tileHeight(const Plane& plane) { return plane.tiles ? std::max(plane.tiles->tileHeight, 1u) : 1; }
uint64_t tileSlices(const Plane& plane) { return plane.tiles ? plane.tiles->slices() : 1; }

}  // namespace

Tiling tilingOf(const Plane& plane, const Box& box) {
  Tiling out;
  out.rowBytes = uint64_t{box.width()} * plane.pixelBytes();
  out.height = std::min(tileHeight(plane), std::max(plane.height, 1u));
  out.decoded = widened(box.x0, box.x1, tileWidth(plane), plane.width) * out.height * tileSlices(plane);
  return out;
}

uint32_t groupEnd(const Tiling& tiling, uint32_t y, uint32_t last, uint64_t pixels) {
  const uint64_t tileRows = std::max<uint64_t>(pixels / std::max<uint64_t>(tiling.decoded, 1), 1);
  const uint64_t end = (y / tiling.height + tileRows) * tiling.height;
  return static_cast<uint32_t>(std::min<uint64_t>(end, last));
}

uint64_t decodedPixels(const Plane& plane, const Box& box, uint64_t slices) {
  uint64_t pixels = widened(box.x0, box.x1, tileWidth(plane), plane.width);
  for (const uint64_t factor :
       {widened(box.y0, box.y1, tileHeight(plane), plane.height), slices, tileSlices(plane)})
    if (__builtin_mul_overflow(pixels, factor, &pixels)) return UINT64_MAX;
  return pixels;
}

}  // namespace vignet
