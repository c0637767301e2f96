#include "core/pixels/tiles.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/codec/gzip.h"
#include "core/fits/column_type.h"
#include "core/fits/tile_table.h"

namespace vignet {
namespace {

uint64_t big(std::span<const std::byte> in, size_t at, size_t width) {
  uint64_t value = 0;
  for (size_t i = 0; i < width; ++i) value = value << 8 | std::to_integer<uint64_t>(in[at + i]);
  return value;
}

int64_t bigSigned(std::span<const std::byte> in, size_t at, size_t width) {
  const int shift = 64 - 8 * static_cast<int>(width);
  return static_cast<int64_t>(big(in, at, width) << shift) >> shift;
}

double number(const TileColumn& column, std::span<const std::byte> row) {
  if (column.type == 'E') return std::bit_cast<float>(static_cast<uint32_t>(big(row, column.offset, 4)));
  return std::bit_cast<double>(big(row, column.offset, 8));
}

int64_t integer(const TileColumn& column, std::span<const std::byte> row) {
  if (column.type == 'B') return static_cast<int64_t>(big(row, column.offset, 1));
  return bigSigned(row, column.offset, elementBytes(column.type));
}

struct Extent {
  uint64_t count, offset;
};

Extent descriptor(const TileColumn& column, std::span<const std::byte> row) {
  const size_t half = column.descriptor == 'Q' ? 8 : 4;
  return {big(row, column.offset, half), big(row, column.offset + half, half)};
}

// No stream that an encoder writes takes more bytes for a pixel than HCOMPRESS with all its planes.
constexpr uint64_t kMaxBytesPerPixel = 32, kSpareBytes = 4096;

}  // namespace

std::string hduName(const Layout& layout, const Plane& plane) {
  const auto first = std::find_if(layout.hdus.begin(), layout.hdus.end(),
                                  [&](const Hdu& hdu) { return hdu.file == plane.file; });
  const Hdu& hdu = layout.hdus[plane.hdu];
  std::string name = "HDU " + std::to_string(plane.hdu - (first - layout.hdus.begin()));
  if (!hdu.name.empty()) name += " (" + hdu.name + ")";
  return name;
}

Tiles::Tiles(const Layout& layout, const Plane& plane, const Slice& slice)
    : layout_(layout), plane_(plane), table_(*plane.tiles), hdu_(layout.hdus.at(plane.hdu)) {
  across_ = static_cast<uint32_t>(tilesAlong(plane.width, table_.tileWidth));
  const auto [z, t] = slice;
  const auto [dz, dt] = table_.tileDepth;
  first_ = (t / dt * tilesAlong(plane.depth[0], dz) + z / dz) * across_ *
           tilesAlong(plane.height, table_.tileHeight);
  // The last tiles of an axis may be cut off.
  const uint32_t deepZ = std::min(dz, plane.depth[0] - z / dz * dz);
  depth_ = deepZ * std::min(dt, plane.depth[1] - t / dt * dt);
  inTile_ = t % dt * deepZ + z % dz;
}

TilePart Tiles::partOf(const TileJob& job) const {
  const Box tile = box(job.index);
  const uint32_t begin = inTile_ * tile.height(), end = (inTile_ + job.more) * tile.height();
  return {tile.width(),
          tile.height() * depth_,
          {job.part.x0 - tile.x0, begin + (job.part.y0 - tile.y0), job.part.x1 - tile.x0,
           end + (job.part.y1 - tile.y0)}};
}

Box Tiles::box(uint64_t index) const {
  const uint64_t here = index - first_;
  const uint64_t x0 = here % across_ * table_.tileWidth, y0 = here / across_ * table_.tileHeight;
  return {static_cast<uint32_t>(x0), static_cast<uint32_t>(y0),
          static_cast<uint32_t>(std::min<uint64_t>(plane_.width, x0 + table_.tileWidth)),
          static_cast<uint32_t>(std::min<uint64_t>(plane_.height, y0 + table_.tileHeight))};
}

TileCell Tiles::locate(uint64_t index, std::span<const std::byte> row) const {
  TileCell cell;
  const TileColumn* column = nullptr;
  Extent extent{0, 0};
  // cfitsio's order: the codec's own column, then pixels as they are, then gzipped ones.
  const std::pair<const std::optional<TileColumn>*, TileCell::Form> places[] = {
      {&table_.compressed, TileCell::Form::coded},
      {&table_.uncompressed, TileCell::Form::plain},
      {&table_.gzipFallback, TileCell::Form::fallback}};
  for (const auto& [place, form] : places) {
    if (!*place) continue;
    extent = descriptor(**place, row);
    if (extent.count == 0) continue;
    column = &**place;
    cell.form = form;
    break;
  }
  if (!column) throw Error(Kind::data, "BAD_TILE", "expected bytes, received none");
  cell.type = column->type;
  if (cell.form == TileCell::Form::coded && table_.codec == Codec::plio1 && column->type == 'B')
    throw Error(Kind::data, "BAD_TILE",
                "expected a column of 16-bit words (PI) for PLIO_1, received one of bytes");

  const Box tile = box(index);
  const uint64_t pixels = uint64_t{tile.width()} * tile.height() * depth_, width = elementBytes(column->type);
  if (extent.count > (pixels * kMaxBytesPerPixel + kSpareBytes) / width)
    throw Error(Kind::data, "BAD_TILE",
                expectedFor("at most " + std::to_string((pixels * kMaxBytesPerPixel + kSpareBytes) / width) +
                                " elements",
                            "its array", extent.count));
  const uint64_t bytes = extent.count * width;
  if (extent.offset > table_.heapBytes || bytes > table_.heapBytes - extent.offset)
    throw Error(Kind::data, "BAD_TILE", "expected bytes inside the heap, received ones that leave it");
  cell.bytes = {hdu_.dataOffset + table_.heapOffset + extent.offset, bytes};

  if (table_.quantized) {
    cell.how.scale = table_.zscale ? number(*table_.zscale, row) : table_.scale;
    cell.how.zero = table_.zzero ? number(*table_.zzero, row) : table_.zero;
    cell.how.blank = table_.zblank ? std::optional(integer(*table_.zblank, row)) : table_.blank;
    cell.how.keepsZero = table_.dither == Dither::subtractive2;
  }
  return cell;
}

TileCell Tiles::cell(uint64_t index, std::span<const std::byte> row) const {
  try {
    return locate(index, row);
  } catch (const Error& error) {
    if (error.kind() != Kind::data) throw;
    throw Error(Kind::data, "BAD_TILE",
                hduName(layout_, plane_) + ", tile " + std::to_string(index + 1) + ": " + error.what());
  }
}

}  // namespace vignet
