#include "core/pixels/build_seek.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "core/base/error.h"
#include "core/bytes/missing_bytes.h"
#include "core/codec/rice.h"
#include "core/pixels/gather.h"
#include "core/pixels/tiles.h"
#include "core/seek/seek_table.h"
#include "core/seek/seek_writer.h"

namespace vignet {
namespace {

// Passes over the rows of a plane, one group and its streams at a time.
class Pass {
 public:
  Pass(const Layout& layout, uint32_t plane, Reader& reader, const Control& control)
      : layout_(layout),
        plane_(layout.planes[plane]),
        number_(plane),
        table_(*plane_.tiles),
        reader_(reader),
        control_(control),
        tiles_(layout, plane_),
        heap_(kGap, 2 * kPiece) {}

  // Absent when too few rows could be held to be of use.
  std::optional<SeekPlaneWriter> points(uint32_t spacing) {
    SeekPlaneWriter writer(layout_, number_, SeekForm::rice, spacing);
    std::vector<RicePoint> points;
    run(writer, [&](uint32_t, const TileCell* cell, std::span<const std::byte> stream) {
      points.clear();
      if (cell && cell->form == TileCell::Form::coded) {
        if (table_.bytePix == 1) pointsOf<uint8_t>(stream, spacing, points);
        if (table_.bytePix == 2) pointsOf<int16_t>(stream, spacing, points);
        if (table_.bytePix == 4) pointsOf<int32_t>(stream, spacing, points);
      }
      writer.addPoints(points);
    });
    return worthwhile(std::move(writer));
  }

  std::optional<SeekPlaneWriter> runs() {
    SeekPlaneWriter writer(layout_, number_, SeekForm::runs, 0);
    std::vector<std::byte> pixels(size_t{plane_.width} * plane_.pixelBytes());
    run(writer, [&](uint32_t row, const TileCell* cell, std::span<const std::byte> stream) {
      bool good = cell != nullptr;
      try {
        const TileJob job{row, cell, stream, tiles_.box(row), pixels.data()};
        if (good) tiles_.decode({&job, 1}, pixels.size(), control_);
      } catch (const Error& error) {
        if (error.kind() != Kind::data) throw;
        good = false;
      }
      writer.addPixels(good ? std::span<const std::byte>(pixels) : std::span<const std::byte>());
    });
    return worthwhile(std::move(writer));
  }

 private:
  template <typename T>
  void pointsOf(std::span<const std::byte> stream, uint32_t spacing, std::vector<RicePoint>& points) const {
    try {
      RiceDecoder<T> decoder(stream, static_cast<uint32_t>(table_.blockSize));
      for (uint32_t x = spacing; x < plane_.width; x += spacing) {
        decoder.skip(spacing);
        points.push_back(decoder.point());
        // The last pixel as a number of its own width.
        points.back().last = static_cast<uint32_t>(static_cast<int32_t>(static_cast<T>(points.back().last)));
      }
    } catch (const Error&) {
      points.clear();
    }
  }

  template <typename Each>
  void run(SeekPlaneWriter& writer, Each each) {
    const uint64_t start = layout_.hdus[plane_.hdu].dataOffset;
    std::vector<std::byte> rows;
    std::vector<std::optional<TileCell>> cells;
    std::vector<ByteRange> ranges;
    MissingBytes missing;
    for (uint32_t y = 0; y < plane_.height && !missing.enough(); y += kSeekGroupRows) {
      const uint32_t count = std::min(kSeekGroupRows, plane_.height - y);
      rows.resize(size_t{count} * table_.rowBytes);
      if (!missing.attempt([&] { reader_.read(start + uint64_t{y} * table_.rowBytes, rows); })) continue;
      cells.assign(count, std::nullopt);
      ranges.assign(count, {start, 0});
      for (uint32_t i = 0; i < count; ++i) {
        try {
          cells[i] =
              tiles_.cell(y + i, std::span(rows).subspan(size_t{i} * table_.rowBytes, table_.rowBytes));
          ranges[i] = cells[i]->bytes;
        } catch (const Error&) {
          // A damaged row has no points.
        }
      }
      missing.attempt([&] { heap_.read(reader_, ranges, control_); });
      if (missing.any()) continue;
      for (uint32_t i = 0; i < count; ++i) {
        control_.poll();
        each(y + i, cells[i] ? &*cells[i] : nullptr, heap_.bytes(i));
      }
      writer.endGroup(rows);
    }
    missing.check();
  }

  std::optional<SeekPlaneWriter> worthwhile(SeekPlaneWriter&& writer) const {
    if (writer.held() < plane_.height / 2 + 1) return std::nullopt;
    return std::move(writer);
  }

  const Layout& layout_;
  const Plane& plane_;
  uint32_t number_;
  const TileTable& table_;
  Reader& reader_;
  const Control& control_;
  Tiles tiles_;
  Gather heap_;
};

bool hasRuns(const Plane& plane) {
  const Codec codec = plane.tiles->codec;
  const bool flags = plane.kind == PlaneKind::mask || codec == Codec::gzip1 || codec == Codec::gzip2;
  return plane.bitpix > 0 && flags && plane.width <= UINT16_MAX;
}

}  // namespace

std::vector<std::byte> buildSeek(const Layout& layout, std::span<Reader* const> readers,
                                 const Control& control, uint32_t spacing) {
  std::vector<SeekPlaneWriter> planes;
  MissingBytes missing;
  const auto make = [&](uint32_t i) {
    const Plane& plane = layout.planes[i];
    Pass pass(layout, i, *readers[plane.file], control);
    std::optional<SeekPlaneWriter> made;
    if (hasRuns(plane)) made = pass.runs();
    if (!made && plane.tiles->codec == Codec::rice1) {
      const auto block = static_cast<uint32_t>(plane.tiles->blockSize);
      const uint64_t step = (uint64_t{std::max(spacing, block)} + block - 1) / block * block;
      if (step < plane.width) made = pass.points(static_cast<uint32_t>(step));
    }
    if (made) planes.push_back(std::move(*made));
  };
  for (uint32_t i = 0; i < layout.planes.size(); ++i) {
    if (isSeekable(layout.planes[i])) missing.attempt([&] { make(i); });
  }
  missing.check();
  return planes.empty() ? std::vector<std::byte>() : joinSeek(layout, planes);
}

}  // namespace vignet
