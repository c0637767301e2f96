#include "core/render/preview.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "core/base/box.h"
#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/fits/tile_table.h"
#include "core/pixels/read_pixels.h"
#include "core/render/average.h"
#include "core/render/image.h"

namespace vignet {
namespace {

constexpr uint64_t kLargestTile = 128 << 20;  // bytes

uint32_t roundedUp(uint64_t pixels, uint32_t step, uint32_t most) {
  return static_cast<uint32_t>(std::min<uint64_t>((pixels + step - 1) / step * step, most));
}

// Width and height of the blocks that are read: whole tiles, so that none is decoded twice.
struct BlockShape {
  uint32_t width = 0, height = 0;
};

BlockShape blockShape(const Plane& plane, uint64_t blockBytes) {
  const uint64_t bytes = plane.pixelBytes();
  const uint32_t tileWidth = std::max(plane.tiles ? plane.tiles->tileWidth : plane.width, 1u);
  const uint32_t tileHeight = std::max(plane.tiles ? plane.tiles->tileHeight : 1, 1u);
  const uint64_t tileBytes = bytes * std::min(tileWidth, plane.width) * std::min(tileHeight, plane.height);
  // Of a cube a tile may hold many slices; all of them are decoded.
  const uint64_t slices = plane.tiles ? plane.tiles->slices() : 1;
  if (tileBytes > kLargestTile / std::max<uint64_t>(slices, 1))
    throw Error(Kind::usage, "TOO_LARGE",
                "a tile of the image is too large for a preview, which is made of tiles of at most " +
                    std::to_string(kLargestTile >> 20) + " MiB; ask for a cutout as a picture instead");
  const uint64_t tiles = std::max<uint64_t>(blockBytes / std::max<uint64_t>(tileBytes, 1), 1);
  const uint64_t across = std::max<uint64_t>(tilesAlong(plane.width, tileWidth), 1);
  if (tiles < across)
    return {roundedUp(tiles * tileWidth, tileWidth, plane.width), std::min(tileHeight, plane.height)};
  return {plane.width, roundedUp(tiles / across * tileHeight, tileHeight, plane.height)};
}

// Means of whole squares of pixels that come in any order.
class Squares {
 public:
  Squares(const Plane& plane, uint32_t factor)
      : factor_(factor),
        width_(dividedBy(plane.width, factor)),
        sum_(std::size_t{width_} * dividedBy(plane.height, factor)),
        count_(sum_.size()) {}

  uint32_t width() const { return width_; }

  void add(uint32_t x0, uint32_t y, std::span<const float> row) {
    const std::size_t first = std::size_t{y / factor_} * width_;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!std::isfinite(row[i])) continue;
      const std::size_t at = first + (x0 + i) / factor_;
      sum_[at] += row[i];
      ++count_[at];
    }
  }

  std::vector<float> means() const {
    std::vector<float> out(sum_.size());
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = count_[i] ? static_cast<float>(sum_[i] / count_[i]) : kNan;
    return out;
  }

 private:
  uint32_t factor_, width_;
  std::vector<double> sum_;
  std::vector<uint32_t> count_;
};

}  // namespace

Picture preview(Reader& reader, const Layout& layout, const RenderOptions& options, const Control& control,
                SeekTable* seek, uint64_t blockBytes) {
  const Plane& plane = layout.planes.at(0);
  Squares squares(plane, averageFactor(std::max(plane.width, plane.height), options.maxSide));
  const BlockShape shape = blockShape(plane, blockBytes);
  std::vector<std::byte> bytes(std::size_t{shape.width} * shape.height * plane.pixelBytes());
  std::vector<float> row(shape.width);
  MemoryImage block;
  block.bitpix = int{plane.bitpix};
  block.bscale = plane.bscale;
  block.bzero = plane.bzero;
  if (plane.bitpix > 0) block.blank = plane.blank;
  for (uint32_t y = 0; y < plane.height; y += block.height) {
    block.height = std::min(shape.height, plane.height - y);
    for (uint32_t x = 0; x < plane.width; x += block.width) {
      block.width = std::min(shape.width, plane.width - x);
      const auto pixels =
          std::span(bytes).first(std::size_t{block.width} * block.height * plane.pixelBytes());
      readPixels(reader, layout, plane, {x, y, x + block.width, y + block.height}, pixels, control, seek);
      block.pixels = pixels;
      for (uint32_t v = 0; v < block.height; ++v) {
        control.poll();
        const std::span values = std::span(row).first(block.width);
        block.row(v, values);
        squares.add(x, y + v, values);
      }
    }
  }
  return drawn(squares.means(), squares.width(), options, control);
}

}  // namespace vignet
