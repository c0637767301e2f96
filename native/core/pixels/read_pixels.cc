#include "core/pixels/read_pixels.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/bytes/missing_bytes.h"
#include "core/fits/planes.h"
#include "core/pixels/gather.h"
#include "core/pixels/seek_rows.h"
#include "core/pixels/tiles.h"

namespace vignet {
namespace {

constexpr uint64_t kShortPiece = 2 << 10;
// Tiles in memory at a time: bounded in number and, beyond the first, by kBatchBytes.
constexpr size_t kBatchTiles = 512;

void checkBox(const Plane& plane, const Box& box, size_t bytes, size_t stride) {
  if (box.x0 >= box.x1 || box.y0 >= box.y1 || box.x1 > plane.width || box.y1 > plane.height)
    throw Error(
        Kind::usage, "BAD_BOX",
        expectedFor("a box with pixels inside the image (" + sizeText(plane.width, plane.height) + ")",
                    "the pixel box",
                    "x " + std::to_string(box.x0) + " to " + std::to_string(box.x1) + ", y " +
                        std::to_string(box.y0) + " to " + std::to_string(box.y1) + " (half-open)"));
  const uint64_t row = uint64_t{box.width()} * plane.pixelBytes();
  if (stride < row || static_cast<unsigned __int128>(stride) * (box.height() - 1) + row != bytes)
    throw Error(Kind::fatal, "BAD_BUFFER", expectedFor("the size of the box", "the buffer of pixels", bytes));
}

void checkSlice(const Plane& plane, const Slice& slice) {
  if (slice.z < plane.depth[0] && slice.t < plane.depth[1]) return;
  throw Error(Kind::usage, "BAD_BOX",
              expectedFor("a slice of the cube (" + sizeText(shapeOf(plane)) + ")", "the slice",
                          std::to_string(slice.z) + ", " + std::to_string(slice.t)));
}

void readPlain(Reader& reader, const Hdu& hdu, const Plane& plane, const Slice& slice, const Box& box,
               std::span<std::byte> out, size_t stride, const Control& control) {
  const uint64_t pixel = plane.pixelBytes();
  const uint64_t line = plane.width * pixel, wanted = box.width() * pixel;
  const uint64_t before = (uint64_t{slice.t} * plane.depth[0] + slice.z) * plane.height;
  const uint64_t start = hdu.dataOffset + (before + box.y0) * line + box.x0 * pixel;
  MissingBytes missing;
  if (wanted == line && stride == line) {
    for (uint64_t at = 0; at < out.size(); at += kPiece) {
      control.poll();
      const auto piece = out.subspan(at, std::min<uint64_t>(kPiece, out.size() - at));
      missing.attempt([&] { reader.read(start + at, piece); });
    }
    return missing.check();
  }
  // Short pieces of lines are read together with the bytes between them.
  if (line > kGap || (wanted > kShortPiece && 2 * wanted < line)) {
    for (uint32_t y = 0; y < box.height(); ++y) {
      control.poll();
      missing.attempt([&] { reader.read(start + y * line, out.subspan(y * stride, wanted)); });
    }
    return missing.check();
  }
  const uint32_t some = static_cast<uint32_t>(std::max<uint64_t>(1, (kPiece / 4) / line));
  std::vector<std::byte> piece;
  for (uint32_t y = 0; y < box.height(); y += some) {
    control.poll();
    const uint32_t lines = std::min(some, box.height() - y);
    piece.resize((lines - 1) * line + wanted);
    if (!missing.attempt([&] { reader.read(start + y * line, piece); })) continue;
    for (uint32_t i = 0; i < lines; ++i)
      std::memcpy(out.data() + (y + i) * stride, piece.data() + i * line, wanted);
  }
  missing.check();
}

Box overlap(const Box& a, const Box& b) {
  return {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
}

// Reads the tiles that a box touches. `use` gets the jobs of some at a time: all but what is wanted of them.
template <class Use>
void eachTiles(Reader& reader, const Layout& layout, const Plane& plane, const Tiles& tiles, const Box& box,
               const Control& control, Use use) {
  const TileTable& table = *plane.tiles;
  const uint64_t tableStart = layout.hdus[plane.hdu].dataOffset;
  const uint32_t tx0 = box.x0 / table.tileWidth, tx1 = (box.x1 - 1) / table.tileWidth;
  const uint32_t ty0 = box.y0 / table.tileHeight, ty1 = (box.y1 - 1) / table.tileHeight;
  const uint64_t columns = tx1 - tx0 + 1, count = columns * (ty1 - ty0 + 1);
  auto index = [&](uint64_t i) {
    return tiles.first() + (ty0 + i / columns) * uint64_t{tiles.across()} + tx0 + i % columns;
  };

  Gather rows(kGap, kPiece), heap(kGap, 2 * kPiece);
  std::vector<ByteRange> ranges;
  std::vector<TileCell> cells;
  std::vector<TileJob> jobs;
  MissingBytes missing;
  for (uint64_t first = 0; first < count; first += kBatchTiles) {
    const size_t batch = static_cast<size_t>(std::min<uint64_t>(kBatchTiles, count - first));
    ranges.clear();
    for (size_t i = 0; i < batch; ++i)
      ranges.push_back({tableStart + index(first + i) * table.rowBytes, table.rowBytes});
    if (!missing.attempt([&] { rows.read(reader, ranges, control); })) continue;
    cells.clear();
    for (size_t i = 0; i < batch; ++i) cells.push_back(tiles.cell(index(first + i), rows.bytes(i)));

    for (size_t next = 0; next < batch;) {
      ranges.clear();
      uint64_t bytes = 0;
      const size_t from = next;
      while (next < batch && (ranges.empty() || bytes + cells[next].bytes.length <= kBatchBytes)) {
        bytes += cells[next].bytes.length;
        ranges.push_back(cells[next++].bytes);
      }
      missing.attempt([&] { heap.read(reader, ranges, control); });
      if (missing.any()) continue;
      jobs.clear();
      for (size_t i = from; i < next; ++i)
        jobs.push_back({index(first + i), &cells[i], heap.bytes(i - from), {}, nullptr});
      use(std::span(jobs));
    }
  }
  missing.check();
}

void readTiles(Reader& reader, const Layout& layout, const Plane& plane, const Slice& slice, const Box& box,
               std::span<std::byte> out, size_t stride, const Control& control) {
  const size_t pixel = plane.pixelBytes();
  Tiles tiles(layout, plane, slice);
  eachTiles(reader, layout, plane, tiles, box, control, [&](std::span<TileJob> jobs) {
    for (TileJob& job : jobs) {
      job.part = overlap(tiles.box(job.index), box);
      job.out = out.data() + (job.part.y0 - box.y0) * stride + (job.part.x0 - box.x0) * pixel;
    }
    tiles.decode(jobs, stride, control);
  });
}

}  // namespace

void readPixels(Reader& reader, const Layout& layout, const Plane& plane, const Box& box,
                std::span<std::byte> out, const Control& control, SeekTable* seek, size_t stride,
                const Slice& slice) {
  if (stride == 0) stride = box.width() * plane.pixelBytes();
  checkBox(plane, box, out.size(), stride);
  checkSlice(plane, slice);
  const SeekPlane* points = seek ? seek->find(plane) : nullptr;
  if (points && helps(*points, box))
    readSeekRows(reader, layout, plane, box, out, stride, control, *seek, *points);
  else if (plane.tiles)
    readTiles(reader, layout, plane, slice, box, out, stride, control);
  else
    readPlain(reader, layout.hdus.at(plane.hdu), plane, slice, box, out, stride, control);
}

bool hasDeepTiles(const Plane& plane) { return plane.tiles && plane.tiles->slices() > 1; }

void readSlices(Reader& reader, const Layout& layout, const Plane& plane, const Box& box,
                std::span<const Slice> slices, std::span<std::byte> out, const Control& control) {
  const size_t pixel = plane.pixelBytes(), line = box.width() * pixel;
  const size_t size = line * box.height();
  checkBox(plane, box, out.size() / slices.size(), line);
  for (const Slice& slice : slices) checkSlice(plane, slice);
  const Slice& first = slices.front();
  Tiles tiles(layout, plane, first);
  // The number of a slice among those of its tiles, from `first` on.
  const uint32_t z0 = first.z / plane.tiles->tileDepth[0] * plane.tiles->tileDepth[0];
  const uint32_t deep = std::min(plane.tiles->tileDepth[0], plane.depth[0] - z0);
  const auto number = [&](const Slice& s) { return (s.t - first.t) * deep + s.z - first.z; };
  std::vector<std::byte> decoded;
  eachTiles(reader, layout, plane, tiles, box, control, [&](std::span<TileJob> jobs) {
    for (TileJob& job : jobs) {
      const Box tile = tiles.box(job.index), part = overlap(tile, box);
      const size_t length = part.width() * pixel;
      job.part = {part.x0, tile.y0, part.x1, tile.y1};
      job.more = number(slices.back());
      decoded.resize(length * tile.height() * (job.more + size_t{1}));
      job.out = decoded.data();
      tiles.decode({&job, 1}, length, control);
      for (size_t i = 0; i < slices.size(); ++i) {
        const size_t row = size_t{number(slices[i])} * tile.height() + (part.y0 - tile.y0);
        std::byte* to = out.data() + i * size + (part.y0 - box.y0) * line + (part.x0 - box.x0) * pixel;
        for (uint32_t y = 0; y < part.height(); ++y)
          std::memcpy(to + y * line, decoded.data() + (row + y) * length, length);
      }
    }
  });
}

}  // namespace vignet
