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
  const uint64_t row = uint64_t{box.width()} * static_cast<unsigned>(std::abs(plane.bitpix) / 8);
  if (stride < row || static_cast<unsigned __int128>(stride) * (box.height() - 1) + row != bytes)
    throw Error(Kind::fatal, "BAD_BUFFER", expectedFor("the size of the box", "the buffer of pixels", bytes));
}

void readPlain(Reader& reader, const Hdu& hdu, const Plane& plane, const Box& box, std::span<std::byte> out,
               size_t stride, const Control& control) {
  const uint64_t pixel = static_cast<uint64_t>(std::abs(plane.bitpix) / 8);
  const uint64_t line = plane.width * pixel, wanted = box.width() * pixel;
  const uint64_t start = hdu.dataOffset + box.y0 * line + box.x0 * pixel;
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

void readTiles(Reader& reader, const Layout& layout, const Plane& plane, const Box& box,
               std::span<std::byte> out, size_t stride, const Control& control) {
  const TileTable& table = *plane.tiles;
  const uint64_t tableStart = layout.hdus[plane.hdu].dataOffset;
  const size_t pixel = static_cast<size_t>(std::abs(plane.bitpix) / 8);
  Tiles tiles(layout, plane);
  const uint32_t tx0 = box.x0 / table.tileWidth, tx1 = (box.x1 - 1) / table.tileWidth;
  const uint32_t ty0 = box.y0 / table.tileHeight, ty1 = (box.y1 - 1) / table.tileHeight;
  const uint64_t columns = tx1 - tx0 + 1, count = columns * (ty1 - ty0 + 1);
  auto index = [&](uint64_t i) { return (ty0 + i / columns) * uint64_t{tiles.across()} + tx0 + i % columns; };

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
      for (size_t i = from; i < next; ++i) {
        const uint64_t tile = index(first + i);
        const Box part = overlap(tiles.box(tile), box);
        std::byte* to = out.data() + (part.y0 - box.y0) * stride + (part.x0 - box.x0) * pixel;
        jobs.push_back({tile, &cells[i], heap.bytes(i - from), part, to});
      }
      tiles.decode(jobs, stride, control);
    }
  }
  missing.check();
}

}  // namespace

void readPixels(Reader& reader, const Layout& layout, const Plane& plane, const Box& box,
                std::span<std::byte> out, const Control& control, SeekTable* seek, size_t stride) {
  if (stride == 0) stride = box.width() * static_cast<size_t>(std::abs(plane.bitpix) / 8);
  checkBox(plane, box, out.size(), stride);
  const SeekPlane* points = seek ? seek->find(plane) : nullptr;
  if (points && helps(*points, box))
    readSeekRows(reader, layout, plane, box, out, stride, control, *seek, *points);
  else if (plane.tiles)
    readTiles(reader, layout, plane, box, out, stride, control);
  else
    readPlain(reader, layout.hdus.at(plane.hdu), plane, box, out, stride, control);
}

}  // namespace vignet
