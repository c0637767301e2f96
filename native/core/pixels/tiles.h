// From rows of a tile table to decoded pixels of single tiles.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/box.h"
#include "core/base/control.h"
#include "core/base/slices.h"
#include "core/codec/dequantise.h"
#include "core/codec/rice.h"
#include "core/fits/layout.h"

namespace vignet {

class TileTarget;

// Where the bytes of a tile are, and how they are coded.
struct TileCell {
  enum class Form {
    coded,     // by the table's codec
    fallback,  // gzipped pixels of the plane's own type: floats that were not quantised
    plain,     // pixels as they are, of column type `type`
  };
  Form form = Form::coded;
  char type = 'B';
  ByteRange bytes;  // in the file
  Quantisation how;
};

// Where the decoding of a Rice tile may begin other than at its first pixel; the bytes given are then only
// those that hold what is wanted.
struct TileEntry {
  RicePoint point;     // in the bytes given
  uint32_t pixel = 0;  // of the tile, the first that is decoded: not after any that is wanted
};

// A tile to be decoded.
struct TileJob {
  uint64_t index = 0;  // table order, from 0
  const TileCell* cell = nullptr;
  std::span<const std::byte> bytes;  // of the cell, or of a stretch of it with `entry`
  Box part;                          // what is wanted of it, in the plane's pixels; lies in the tile
  std::byte* out = nullptr;          // where the first pixel of `part` goes
  const TileEntry* entry = nullptr;  // of a Rice tile of one row
  uint32_t more = 0;  // slices of the tile wanted after the first; `part` then has all its rows
};

// A job in the coordinates of its tile: the rows of one slice lie under those of the slice before.
struct TilePart {
  uint32_t width = 0, height = 0;  // of the tile
  Box part;
};

// The tiles of a slice of a plane: geometry, rows, decoding. One object serves one thread and keeps its
// scratch memory.
class Tiles {
 public:
  // `plane` must have tiles; layout and plane must outlive this.
  Tiles(const Layout& layout, const Plane& plane, const Slice& slice = {});

  uint32_t across() const { return across_; }
  // The slice's first tile in table order.
  uint64_t first() const { return first_; }

  // The pixels that tile `index` (table order, from 0) has of the slice.
  Box box(uint64_t index) const;

  // What the row of `index` says, checked: every array lies in the heap and is no longer than its tile can
  // need. Throws Error{data, BAD_TILE} naming HDU and tile.
  TileCell cell(uint64_t index, std::span<const std::byte> row) const;

  // Decodes the wanted pixels of tiles and writes them, big-endian and of the plane's BITPIX, rows `stride`
  // bytes apart. Many tiles at once go faster: Rice streams are decoded side by side. Throws Error{data,
  // BAD_TILE} naming HDU and tile, the first of `jobs` that is bad.
  void decode(std::span<const TileJob> jobs, size_t stride, const Control& control);

 private:
  struct RiceJob;
  void decodeOne(const TileJob& job, size_t stride, const Control& control);
  void decodeCoded(const TileJob& job, TileTarget& target, const Control& control);
  void decodePlain(const TileJob& job, const TileTarget& target) const;
  void decodeGzip(const TileJob& job, bool shuffled, TileTarget& target);
  void decodeRice(std::span<const TileJob> jobs, size_t stride, const Control& control);
  template <typename I>
  void decodeRice(std::span<const TileJob> jobs, std::vector<I>& ints, size_t stride, const Control& control);
  template <typename I>
  void decodeTeam(std::span<const RiceJob> team, std::vector<I>& ints, size_t stride, const Control& control);
  TileCell locate(uint64_t index, std::span<const std::byte> row) const;
  TilePart partOf(const TileJob& job) const;

  const Layout& layout_;
  const Plane& plane_;
  const TileTable& table_;
  const Hdu& hdu_;
  uint32_t across_;
  uint64_t first_;
  uint32_t depth_, inTile_;  // slices of each tile; the number of this one there
  std::vector<std::byte> bytes_, plain_;
  std::vector<uint8_t> ints8_;
  std::vector<int16_t> ints16_;
  std::vector<int32_t> ints32_;
  std::vector<int64_t> work_;
};

// "HDU 1 (IMAGE)": how errors name the HDU of a plane, counted within its file.
std::string hduName(const Layout& layout, const Plane& plane);

}  // namespace vignet
