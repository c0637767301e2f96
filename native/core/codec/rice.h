// RICE_1: integers held as the differences of neighbours, each block of them coded with its own bit width.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace vignet {

// Where a Rice stream can be entered: at the beginning of a block of pixels.
struct RicePoint {
  uint64_t bit = 0;   // from the stream's first bit, where the value before the first pixel stands, to the block
  uint32_t last = 0;  // the pixel before the block (of the first block: that value), of which T's bits count
  bool operator==(const RicePoint&) const = default;
};

// Decodes one Rice stream (FITS 4.0, section 10.4.1) piece by piece, so that a caller can stop between pieces
// and take only the beginning of a tile. `T` is uint8_t, int16_t or int32_t and stands for BYTEPIX 1, 2, 4.
// Arithmetic wraps at the width of T, as cfitsio's does.
// Throws Error{data, BAD_RICE} when the stream ends too early or holds a code that no encoder writes; nothing
// is read outside `in`, nothing written outside `out`.
template <typename T>
class RiceDecoder {
 public:
  // `blockSize` is the BLOCKSIZE parameter in pixels, at least 1. `in` must outlive the decoder.
  RiceDecoder(std::span<const std::byte> in, uint32_t blockSize);

  // Starts in the middle. A point that no decoder gave for this stream yields wrong pixels or Error{data,
  // BAD_RICE}, never a read outside `in`.
  RiceDecoder(std::span<const std::byte> in, uint32_t blockSize, const RicePoint& point);

  // Where the next pixel's block begins; valid before the first piece and after every piece but an incomplete
  // last one.
  RicePoint point() const;

  // Decodes the next out.size() pixels. Every piece but the last must be a multiple of the block size.
  void decode(std::span<T> out);

  // Passes over the next pixels; for `pixels` the same holds as for a piece.
  void skip(size_t pixels);

 private:
  void refill();
  uint32_t take(int count);
  uint32_t zeros();

  const unsigned char* begin_;
  const unsigned char* next_;
  const unsigned char* end_;
  uint64_t buffer_ =
      0;          // unread bits, from the top; below the lowest `bits_` the stream's own bits may follow
  int bits_ = 0;  // how many bits of buffer_ count as read from the stream
  uint32_t blockSize_;
  uint32_t last_ = 0;
};

extern template class RiceDecoder<uint8_t>;
extern template class RiceDecoder<int16_t>;
extern template class RiceDecoder<int32_t>;

// A whole stream at once.
template <typename T>
void riceDecode(std::span<const std::byte> in, std::span<T> out, uint32_t blockSize) {
  RiceDecoder<T>(in, blockSize).decode(out);
}

}  // namespace vignet
