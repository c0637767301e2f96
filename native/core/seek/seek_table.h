// Uses seek points: where a row's stream can be entered for some columns, or the row's pixels themselves.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/codec/rice.h"
#include "core/fits/layout.h"
#include "core/seek/format.h"

namespace vignet {

// Whether a plane's tiles are rows: only these have seek points.
bool isSeekable(const Plane& plane);

// A piece of a row's Rice stream that holds the pixels asked for.
struct SeekStretch {
  uint64_t begin = 0, end = 0;  // the bytes of the stream that the decoder needs
  RicePoint point;              // from `begin` on
  uint32_t pixel = 0;           // the first that is decoded there
};

// One plane of the header.
struct SeekPlane {
  uint32_t plane = 0;
  SeekForm form = SeekForm::rice;
  uint32_t width = 0, rows = 0, spacing = 0, pixelBytes = 0;
  std::span<const std::byte> values;   // of runs: pixels one after the other
  std::span<const std::byte> offsets;  // u64 per group, and the end

  uint32_t groups() const { return (rows + kSeekGroupRows - 1) / kSeekGroupRows; }
  uint32_t points() const { return (width - 1) / spacing; }
};

// The seek points of one dataset. Points that are damaged, of another version, of other files than `layout`
// or unreadable are dropped and are never an error, because all pixels can be read without them. One object
// serves one thread.
class SeekTable {
 public:
  // Bytes [offset, offset + length) of `reader`, which must outlive this, as `layout` does.
  SeekTable(Reader& reader, uint64_t offset, uint64_t length, const Layout& layout);

  // The points of a plane of the layout; null without any.
  const SeekPlane* find(const Plane& plane) const;

  // Loads groups [first, end) of a plane in place of those before. `tableRows` are their rows of the
  // tile table, `rowBytes` each. Groups that do not pass are left out.
  void load(const SeekPlane& plane, uint32_t first, uint32_t end, std::span<const std::byte> tableRows,
            size_t rowBytes);

  // Of a loaded row: the stretch of its stream, `streamBytes` long, that holds columns [x0, x1) of a plane of
  // form `rice`; absent where the whole stream is to be read. `bytePix`: BYTEPIX.
  std::optional<SeekStretch> stretch(uint32_t row, uint32_t x0, uint32_t x1, uint64_t streamBytes,
                                     uint32_t bytePix) const;

  // Of a loaded row of a plane of form `runs`: writes columns [x0, x1), big-endian. False where the row is
  // absent; what was written then is undefined.
  bool fill(uint32_t row, uint32_t x0, uint32_t x1, std::byte* out) const;

 private:
  struct Group {
    std::span<const std::byte> bytes;             // without the checksum; empty: not to be used
    std::array<uint32_t, kSeekGroupRows> rows{};  // where each begins in `bytes`
  };
  bool open();
  bool parse();
  bool findRice(Group& group, uint32_t rows) const;
  bool findRuns(Group& group, uint32_t rows) const;
  const std::byte* rowOf(uint32_t row) const;

  Reader& reader_;
  uint64_t offset_, length_;
  const Layout& layout_;
  std::vector<std::byte> header_, bytes_;
  std::vector<SeekPlane> planes_;
  const SeekPlane* plane_ = nullptr;  // what is loaded
  uint32_t first_ = 0;
  std::vector<Group> groups_;
};

}  // namespace vignet
