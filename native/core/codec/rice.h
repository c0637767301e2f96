// RICE_1: integers held as the differences of neighbours, each block of them coded with its own bit width.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace vignet {

// Where decoding of a Rice stream can begin: at the start of a block of pixels.
struct RicePoint {
  // From the stream's first bit, where the value before the first pixel stands, to the block.
  uint64_t bit = 0;
  uint32_t last = 0;  // the pixel before the block (of the first block: that value), of which T's bits count
  bool operator==(const RicePoint&) const = default;
};

// Decodes one Rice stream (FITS 4.0, section 10.4.1) piece by piece, so that a caller can stop between pieces
// and take only the beginning of a tile. `T` is uint8_t, int16_t or int32_t and stands for BYTEPIX 1, 2, 4.
// Arithmetic wraps at the width of T, as cfitsio's does.
// Throws Error{data, BAD_RICE} when the stream ends too early or holds a code that no encoder writes; nothing
// is read outside `in`, nothing written outside `out`. After an error the decoder must not be used again.
template <typename T>
class RiceDecoder {
 public:
  // `blockSize` is the BLOCKSIZE parameter in pixels, at least 1. `in` must outlive the decoder.
  RiceDecoder(std::span<const std::byte> in, uint32_t blockSize);

  // Starts at a point. One that no decoder gave for this stream yields wrong pixels or Error{data, BAD_RICE},
  // never a read outside `in`.
  RiceDecoder(std::span<const std::byte> in, uint32_t blockSize, const RicePoint& point);

  // Where the next pixel's block begins; valid before the first piece and after every piece but an incomplete
  // last one.
  RicePoint point() const { return at_; }

  // Decodes the next out.size() pixels. Every piece but the last must be a multiple of the block size.
  void decode(std::span<T> out);

  // Skips the next pixels; `pixels` has the limits of a piece.
  void skip(size_t pixels);

 private:
  template <typename U>
  friend class RiceLanes;

  std::span<const std::byte> in_;
  uint32_t blockSize_;
  RicePoint at_;
};

extern template class RiceDecoder<uint8_t>;
extern template class RiceDecoder<int16_t>;
extern template class RiceDecoder<int32_t>;

// Several streams of one block size, decoded in parallel in the lanes of a vector: three times as fast as one
// after the other. Pixels and errors are the same, except which stream's error comes first.
template <typename T>
class RiceLanes {
 public:
  // How many streams fill the lanes of this machine's vectors; 1 where it has none to fill.
  static size_t count();

  // Every decoder's next `pixels` pixels to where out[i] says, or past them where `out` is empty.
  // `pixels` has the limits of a piece. Any number of decoders, as many as there are places in `out`.
  static void decode(std::span<RiceDecoder<T>> decoders, std::span<T* const> out, size_t pixels);
};

extern template class RiceLanes<uint8_t>;
extern template class RiceLanes<int16_t>;
extern template class RiceLanes<int32_t>;

// A whole stream at once.
template <typename T>
void riceDecode(std::span<const std::byte> in, std::span<T> out, uint32_t blockSize) {
  RiceDecoder<T>(in, blockSize).decode(out);
}

}  // namespace vignet
