#include "core/pixels/seek_rows.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include "core/base/error.h"
#include "core/bytes/missing_bytes.h"
#include "core/pixels/gather.h"
#include "core/pixels/tiles.h"

namespace vignet {
namespace {

constexpr uint32_t kGroups = 32;  // in memory at a time

// A row whose pixels are to be decoded.
struct Row {
  uint32_t y = 0;
  TileCell cell;
  ByteRange range;  // of the cell, or the stretch of it that `entry` enters
  std::optional<TileEntry> entry;
};

class Rows {
 public:
  Rows(Reader& reader, const Layout& layout, const Plane& plane, const Box& box, std::span<std::byte> out,
       size_t stride, const Control& control)
      : reader_(reader),
        plane_(plane),
        box_(box),
        out_(out),
        control_(control),
        stride_(stride),
        tiles_(layout, plane),
        heap_(kGap, 2 * kPiece) {
    const size_t rows = std::min<size_t>(box.height(), size_t{kGroups} * kSeekGroupRows);
    rows_.reserve(rows), ranges_.reserve(rows), jobs_.reserve(rows);
  }

  // Collects the row, or fills it at once.
  void add(uint32_t y, std::span<const std::byte> tableRow, const SeekTable& seek, SeekForm form) {
    if (form == SeekForm::runs && seek.fill(y, box_.x0, box_.x1, target(y))) return;
    Row row{y, tiles_.cell(y, tableRow), {}, std::nullopt};
    row.range = row.cell.bytes;
    if (form == SeekForm::rice && row.cell.form == TileCell::Form::coded) {
      const auto stretch = seek.stretch(y, box_.x0, box_.x1, row.cell.bytes.length,
                                        static_cast<uint32_t>(plane_.tiles->bytePix));
      if (stretch) {
        row.range = {row.cell.bytes.offset + stretch->begin, stretch->end - stretch->begin};
        row.entry = TileEntry{stretch->point, stretch->pixel};
      }
    }
    if (!rows_.empty() && bytes_ + row.range.length > kBatchBytes) flush();
    bytes_ += row.range.length;
    ranges_.push_back(row.range);
    rows_.push_back(row);
  }

  // Throws NeedRanges when bytes of any row were missing.
  void finish() {
    flush();
    missing_.check();
  }

 private:
  void flush() {
    if (missing_.attempt([&] { heap_.read(reader_, ranges_, control_); })) decode();
    rows_.clear();
    ranges_.clear();
    bytes_ = 0;
  }

  void decode() {
    jobs_.clear();
    for (size_t i = 0; i < rows_.size(); ++i) jobs_.push_back(job(rows_[i], heap_.bytes(i)));
    try {
      tiles_.decode(jobs_, stride_, control_);
    } catch (const Error& error) {
      if (error.kind() != Kind::data) throw;
      // Either the points are false or a stream is damaged: decoding whole streams decides.
      for (Row& row : rows_) {
        row.entry.reset();
        whole_.resize(static_cast<size_t>(row.cell.bytes.length));
        reader_.read(row.cell.bytes.offset, whole_);
        const TileJob again = job(row, whole_);
        tiles_.decode({&again, 1}, stride_, control_);
      }
    }
  }

  std::byte* target(uint32_t y) const { return out_.data() + (y - box_.y0) * stride_; }
  TileJob job(const Row& row, std::span<const std::byte> bytes) const {
    return {row.y,         &row.cell,
            bytes,         {box_.x0, row.y, box_.x1, row.y + 1},
            target(row.y), row.entry ? &*row.entry : nullptr};
  }

  Reader& reader_;
  const Plane& plane_;
  const Box box_;
  const std::span<std::byte> out_;
  const Control& control_;
  const size_t stride_;
  Tiles tiles_;
  Gather heap_;
  uint64_t bytes_ = 0;
  std::vector<Row> rows_;
  std::vector<ByteRange> ranges_;
  std::vector<TileJob> jobs_;
  std::vector<std::byte> whole_;
  MissingBytes missing_;
};

}  // namespace

bool helps(const SeekPlane& points, const Box& box) {
  if (points.form == SeekForm::runs) return true;
  return box.x0 >= points.spacing || points.width - box.x1 >= points.spacing;
}

void readSeekRows(Reader& reader, const Layout& layout, const Plane& plane, const Box& box,
                  std::span<std::byte> out, size_t stride, const Control& control, SeekTable& seek,
                  const SeekPlane& points) {
  const uint64_t tableStart = layout.hdus.at(plane.hdu).dataOffset;
  const size_t rowBytes = plane.tiles->rowBytes;
  Rows rows(reader, layout, plane, box, out, stride, control);
  std::vector<std::byte> table;
  MissingBytes missing;
  for (uint32_t y = box.y0; y < box.y1;) {
    control.poll();
    const uint32_t first = y / kSeekGroupRows, begin = first * kSeekGroupRows;
    const uint32_t stop = std::min(box.y1, begin + kGroups * kSeekGroupRows);
    const uint32_t end = (stop + kSeekGroupRows - 1) / kSeekGroupRows;
    table.resize((std::min(plane.height, end * kSeekGroupRows) - begin) * rowBytes);
    if (!missing.attempt([&] { reader.read(tableStart + begin * rowBytes, table); })) {
      y = stop;
      continue;
    }
    seek.load(points, first, end, table, rowBytes);
    for (; y < stop; ++y)
      rows.add(y, std::span(table).subspan((y - begin) * rowBytes, rowBytes), seek, points.form);
  }
  missing.attempt([&] { rows.finish(); });
  missing.check();
}

}  // namespace vignet
