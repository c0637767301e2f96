// How `readPixels` (cutout.h) brings the bytes of many small ranges together.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/control.h"
#include "core/fits/reader.h"

namespace vignet {

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
  // What a thread keeps for its next one, up to a MiB: a stamp has some 200 kB, and to give back so much costs malloc
  // more than to find it.
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
