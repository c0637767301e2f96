#include "core/pixels/gather.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/bytes/missing_bytes.h"

namespace vignet {
namespace {

constexpr size_t kMostSpare = 1 << 20;

}  // namespace

Gather::Block& Gather::spare() {
  thread_local Block mine;
  return mine;
}

Gather::~Gather() {
  if (block_.size > spare().size && block_.size <= kMostSpare) std::swap(block_, spare());
}

void Gather::read(Reader& reader, std::span<const ByteRange> ranges, const Control& control) {
  order_.resize(ranges.size());
  std::iota(order_.begin(), order_.end(), size_t{0});
  const auto before = [&](size_t a, size_t b) { return ranges[a].offset < ranges[b].offset; };
  if (!std::is_sorted(order_.begin(), order_.end(), before)) std::sort(order_.begin(), order_.end(), before);
  place_.resize(ranges.size());
  // The whole is laid out before it is read, because the buffer moves when it grows.
  struct Piece {
    uint64_t offset, length;
    size_t at;
  };
  std::vector<Piece> pieces;
  size_t total = 0;
  for (const size_t i : order_) {
    const ByteRange& range = ranges[i];
    const uint64_t end = range.offset + range.length;
    const bool joins = !pieces.empty() &&
                       range.offset <= pieces.back().offset + pieces.back().length + gap_ &&
                       end - pieces.back().offset <= most_;
    if (!joins) pieces.push_back({range.offset, 0, total});
    Piece& piece = pieces.back();
    piece.length = std::max(piece.length, end - piece.offset);
    total = piece.at + piece.length;
    place_[i] = {piece.at + static_cast<size_t>(range.offset - piece.offset),
                 static_cast<size_t>(range.length)};
  }
  if (block_.size < total) std::swap(block_, spare());
  if (block_.size < total) block_ = {std::make_unique_for_overwrite<std::byte[]>(total), total};
  MissingBytes missing;
  for (const Piece& piece : pieces) {
    for (uint64_t at = 0; at < piece.length; at += kPiece) {
      control.poll();
      const auto bytes = static_cast<size_t>(std::min<uint64_t>(kPiece, piece.length - at));
      missing.attempt([&] { reader.read(piece.offset + at, {block_.bytes.get() + piece.at + at, bytes}); });
    }
  }
  missing.check();
}

}  // namespace vignet
