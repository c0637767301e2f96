// From rows of a tile table to decoded pixels of single tiles.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/control.h"
#include "core/codec/dequantise.h"
#include "core/codec/rice.h"
#include "core/cutout/cutout.h"
#include "core/fits/layout.h"

namespace vignet {

// Where a tile's bytes are and what they are.
struct TileCell {
  enum class Form {
    coded,     // by the table's codec
    fallback,  // pixels of the plane's own type, gzipped: floats that were not worth quantising
    plain,     // pixels as they are, of column type `type`
  };
  Form form = Form::coded;
  char type = 'B';
  ByteRange bytes;  // in the file
  Quantisation how;
};

// Where the decoding of a Rice tile may begin other than at its first pixel; the bytes given are then only those
// that hold what is wanted.
struct TileEntry {
  RicePoint point;     // in the bytes given
  uint32_t pixel = 0;  // of the tile, the first that is decoded: not after any that is wanted
};

// The tiles of a plane: geometry, rows, decoding. One object serves one thread and keeps its scratch memory.
class Tiles {
 public:
  // `plane` must have tiles; layout and plane must outlive this.
  Tiles(const Layout& layout, const Plane& plane);

  uint32_t across() const { return across_; }

  // The pixels of tile `index` (table order, from 0).
  Box box(uint64_t index) const;

  // What the row of `index` says, checked: every array lies in the heap and is no longer than its tile can
  // need. Throws Error{data, BAD_TILE} naming HDU and tile.
  TileCell cell(uint64_t index, std::span<const std::byte> row) const;

  // Decodes the pixels of `part` (which lies in the tile) from the cell's bytes and writes them, big-endian
  // and of the plane's BITPIX, row by row at `out`, rows `stride` bytes apart. Throws Error{data, BAD_TILE}
  // naming HDU and tile. `entry`: of a Rice tile of one row.
  void decode(uint64_t index, const TileCell& cell, std::span<const std::byte> bytes, const Box& part,
              std::byte* out, size_t stride, const Control& control, const TileEntry* entry = nullptr);

 private:
  struct Target;
  void decodeCoded(uint64_t index, const TileCell& cell, std::span<const std::byte> bytes,
                   const Target& target, const Control& control, const TileEntry* entry);
  void decodePlain(const TileCell& cell, std::span<const std::byte> bytes, const Target& target) const;
  void decodeGzip(uint64_t index, const TileCell& cell, std::span<const std::byte> bytes, bool shuffled,
                  bool fallback, const Target& target);
  template <typename I>
  void finish(std::span<const I> pixels, uint64_t index, const TileCell& cell, const Target& target) const;
  TileCell locate(uint64_t index, std::span<const std::byte> row) const;

  const Layout& layout_;
  const Plane& plane_;
  const TileTable& table_;
  const Hdu& hdu_;
  uint32_t across_;
  std::vector<std::byte> bytes_, plain_;
  std::vector<uint8_t> ints8_;
  std::vector<int16_t> ints16_;
  std::vector<int32_t> ints32_;
  std::vector<int64_t> work_;
};

// "HDU 1 (IMAGE)": how errors name the HDU of a plane, counted within its file.
std::string hduName(const Layout& layout, const Plane& plane);

}  // namespace vignet
