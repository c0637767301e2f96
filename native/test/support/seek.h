// Seek points in tests: made, opened, and read with, by readers that count.
#pragma once
#include <memory>
#include <vector>

#include "cfitsio_plane.h"
#include "core/pixels/build_seek.h"
#include "core/seek/seek_table.h"

namespace vignet::plane {

// Counts what is read.
class Counting : public Reader {
 public:
  explicit Counting(std::span<const std::byte> bytes) : bytes_(bytes) {}
  FileStamp stamp() const override { return bytes_.stamp(); }
  void read(uint64_t offset, std::span<std::byte> out) override {
    bytes_.read(offset, out);
    read_ += out.size();
  }
  uint64_t taken() { return std::exchange(read_, 0); }

 private:
  Bytes bytes_;
  uint64_t read_ = 0;
};

// The seek points of a dataset somewhere in a larger file, as in a pack.
class Points {
 public:
  Points(const Layout& layout, const std::vector<std::byte>& points, size_t before = 100)
      : bytes_(before + points.size() + 50), reader_(bytes_) {
    std::copy(points.begin(), points.end(), bytes_.begin() + static_cast<long>(before));
    table = std::make_unique<SeekTable>(reader_, before, points.size(), layout);
  }
  Points(const Points&) = delete;

 private:
  std::vector<std::byte> bytes_;
  Bytes reader_;

 public:
  std::unique_ptr<SeekTable> table;
};

inline std::vector<std::byte> pointsOf(Reader& reader, const Layout& layout,
                                       uint32_t spacing = kSeekSpacing) {
  const std::vector<Reader*> readers(layout.files.size(), &reader);
  return buildSeek(layout, readers, Control(), spacing);
}

inline std::vector<std::byte> ours(Reader& reader, const Layout& layout, const Plane& plane, const Box& box,
                                   SeekTable& seek) {
  std::vector<std::byte> out(size_t{box.width()} * box.height() * plane.pixelBytes());
  readPixels(reader, layout, plane, box, out, Control(), &seek);
  return out;
}

// A mask as pipelines make them: few values, in blobs.
inline std::vector<double> flags(long width, long height, std::mt19937& random) {
  std::vector<double> values(static_cast<size_t>(width * height));
  for (int i = 0; i < width * height / 300; ++i) {
    const long x = static_cast<long>(random()) % width, y = static_cast<long>(random()) % height;
    const double value = static_cast<double>(1 << random() % 7);
    for (long dy = 0; dy < 4 && y + dy < height; ++dy)
      for (long dx = 0; dx < 9 && x + dx < width; ++dx)
        values[static_cast<size_t>((y + dy) * width + x + dx)] = value;
  }
  return values;
}

}  // namespace vignet::plane
