// Reads the bytes of many small ranges with few calls, for `readPixels`.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/control.h"
#include "core/bytes/reader.h"

namespace vignet {

// Pieces this far apart are read together with the bytes between them: from a disk that costs about the same,
// from the page cache less (51 pieces, 3.5 to 5 kB apart: 15 to 38 us in one call, 37 to 50 us in 51).
inline constexpr uint64_t kGap = 16 << 10;
// Bytes read in one call, and compressed bytes in memory at a time, at most.
inline constexpr uint64_t kPiece = 1 << 20, kBatchBytes = 4 << 20;

// Reads ascending or unordered ranges into memory with few calls of the reader: neighbours closer than `gap`
// bytes are read in one piece together with what lies between, up to `most` bytes a piece.
class Gather {
 public:
  Gather(uint64_t gap, uint64_t most) : gap_(gap), most_(most) {}
  ~Gather();
  Gather(const Gather&) = delete;
  Gather& operator=(const Gather&) = delete;
  // Replaces what was read before. `bytes(i)` is then the content of ranges[i].
  void read(Reader& reader, std::span<const ByteRange> ranges, const Control& control);
  std::span<const std::byte> bytes(size_t i) const {
    return {block_.bytes.get() + place_[i].at, place_[i].length};
  }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    size_t size = 0;
  };
  // The thread's spare block, up to a MiB: a stamp has some 200 kB, and malloc takes longer to free so much
  // than to find it.
  static Block& spare();

  struct Place {
    size_t at, length;
  };
  uint64_t gap_, most_;
  Block block_;
  std::vector<Place> place_;
  std::vector<size_t> order_;
};

}  // namespace vignet
