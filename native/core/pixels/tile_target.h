// Where decoded integers of a tile go.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/codec/dequantise.h"
#include "core/pixels/tiles.h"

namespace vignet {

// The part of a tile that is wanted, in the tile's own coordinates, and where it goes.
class TileTarget {
 public:
  TileTarget(const Plane& plane, const TileJob& job, const TilePart& place, size_t stride);

  // Of the tile.
  uint32_t width() const { return width_; }
  uint32_t height() const { return height_; }
  size_t pixels() const { return size_t{width_} * height_; }

  const Box& part() const { return part_; }
  // The first pixel wanted of row y, and one after the last of all, counted in the tile.
  size_t first(uint32_t y) const { return size_t{y} * width_ + part_.x0; }
  size_t begin() const { return first(part_.y0); }
  size_t end() const { return first(part_.y1 - 1) + part_.width(); }

  size_t pixelBytes() const { return pixelBytes_; }
  std::span<std::byte> row(uint32_t y) const {
    return {out_ + (y - part_.y0) * stride_, part_.width() * pixelBytes_};
  }

  // Makes pixels of what is wanted of `pixels`, which begin at pixel `at` of the tile. The integers of a tile
  // come in ascending pieces. Throws Error{data, BAD_TILE}.
  template <typename I>
  void put(std::span<const I> pixels, size_t at);

 private:
  template <typename I>
  void store(std::span<const I> in, std::span<std::byte> out);

  const Plane& plane_;
  uint32_t width_, height_;
  Box part_;
  std::byte* out_;
  size_t stride_, pixelBytes_;
  Quantisation how_;
  std::optional<DitherWalk> walk_;
  size_t walked_ = 0;  // pixels of the tile that the walk is past
};

}  // namespace vignet
