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
  // Replaces what was read before. `bytes(i)` is then the content of ranges[i].
  void read(Reader& reader, std::span<const ByteRange> ranges, const Control& control);
  std::span<const std::byte> bytes(size_t i) const {
    return {buffer_.get() + place_[i].at, place_[i].length};
  }

 private:
  struct Place {
    size_t at, length;
  };
  uint64_t gap_, most_;
  std::unique_ptr<std::byte[]> buffer_;
  size_t size_ = 0;
  std::vector<Place> place_;
  std::vector<size_t> order_;
};

}  // namespace vignet
