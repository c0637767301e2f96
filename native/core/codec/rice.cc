#include "core/codec/rice.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>
#include <vector>

#include "core/base/error.h"

namespace vignet {
namespace {

template <typename T>
struct Width;
template <>
struct Width<uint8_t> {
  static constexpr int codeBits = 3, direct = 6;
};
template <>
struct Width<int16_t> {
  static constexpr int codeBits = 4, direct = 14;
};
template <>
struct Width<int32_t> {
  static constexpr int codeBits = 5, direct = 25;
};

[[noreturn]] void ended() {
  throw Error(Kind::data, "BAD_RICE", "the Rice stream ends before its last pixel");
}

uint64_t loadBig(const unsigned char* p) {
  uint64_t v;
  std::memcpy(&v, p, 8);
  return __builtin_bswap64(v);
}

// Even codes are differences >= 0, odd ones < 0.
uint32_t unfold(uint32_t code) { return (code >> 1) ^ (0u - (code & 1)); }

}  // namespace

template <typename T>
RiceDecoder<T>::RiceDecoder(std::span<const std::byte> in, uint32_t blockSize)
    : begin_(reinterpret_cast<const unsigned char*>(in.data())),
      next_(begin_),
      end_(begin_ + in.size()),
      blockSize_(blockSize) {
  if (blockSize == 0) throw Error(Kind::data, "BAD_RICE", "BLOCKSIZE of a Rice stream must be at least 1");
  if (in.size() < sizeof(T)) ended();
  for (size_t i = 0; i < sizeof(T); ++i) last_ = last_ << 8 | *next_++;
}

template <typename T>
RiceDecoder<T>::RiceDecoder(std::span<const std::byte> in, uint32_t blockSize, const RicePoint& point)
    : RiceDecoder(in, blockSize) {
  if (point.bit < 8 * sizeof(T) || point.bit / 8 >= in.size()) ended();
  next_ = begin_ + point.bit / 8;
  last_ = point.last;
  take(static_cast<int>(point.bit % 8));
}

template <typename T>
RicePoint RiceDecoder<T>::point() const {
  return {8 * static_cast<uint64_t>(next_ - begin_) - static_cast<uint64_t>(bits_), last_};
}

template <typename T>
void RiceDecoder<T>::skip(size_t pixels) {
  std::array<T, 1024> passed;
  const size_t some = std::max<size_t>(passed.size() / blockSize_, 1) * blockSize_;
  std::vector<T> longer(some > passed.size() ? some : 0);
  for (const std::span<T> room = longer.empty() ? std::span<T>(passed) : std::span<T>(longer); pixels > 0;) {
    const size_t n = std::min(pixels, some);
    decode(room.first(n));
    pixels -= n;
  }
}

// At least 57 bits afterwards, unless the stream has fewer left.
template <typename T>
inline void RiceDecoder<T>::refill() {
  if (end_ - next_ >= 8) [[likely]] {
    buffer_ |= loadBig(next_) >> bits_;
    next_ += (63 - bits_) >> 3;
    bits_ |= 56;
    return;
  }
  while (bits_ <= 56 && next_ < end_) {
    buffer_ |= uint64_t{*next_++} << (56 - bits_);
    bits_ += 8;
  }
}

// `count` is 0..32.
template <typename T>
inline uint32_t RiceDecoder<T>::take(int count) {
  if (bits_ < count) refill();
  if (bits_ < count) ended();
  uint32_t value = static_cast<uint32_t>(buffer_ >> 1 >> (63 - count));
  buffer_ <<= count;
  bits_ -= count;
  return value;
}

// Counts zero bits up to the next one bit and passes it: the long way, for runs that leave the buffer.
template <typename T>
uint32_t RiceDecoder<T>::zeros() {
  uint32_t count = 0;
  for (;;) {
    int run = std::countl_zero(buffer_);
    if (run < bits_) {
      buffer_ = buffer_ << run << 1;
      bits_ -= run + 1;
      return count + static_cast<uint32_t>(run);
    }
    count += static_cast<uint32_t>(bits_);
    buffer_ = 0;
    // The bits below bits_ were shown early; they come again with the refill, which starts at next_.
    bits_ = 0;
    refill();
    if (bits_ == 0) ended();
  }
}

template <typename T>
void RiceDecoder<T>::decode(std::span<T> out) {
  constexpr int codeBits = Width<T>::codeBits, direct = Width<T>::direct, pixelBits = 8 * sizeof(T);
  uint32_t last = last_;
  for (size_t i = 0; i < out.size();) {
    size_t stop = std::min<size_t>(out.size(), i + blockSize_);
    int split = static_cast<int>(take(codeBits)) - 1;
    if (split < 0) {
      std::fill(out.begin() + i, out.begin() + stop, static_cast<T>(last));
      i = stop;
    } else if (split == direct) {
      for (; i < stop; ++i) {
        last += unfold(take(pixelBits));
        out[i] = static_cast<T>(last);
      }
    } else if (split > direct) {
      throw Error(Kind::data, "BAD_RICE", "the Rice stream holds a block code that does not exist");
    } else {
      for (; i < stop; ++i) {
        refill();
        int run = std::countl_zero(buffer_), length = run + 1 + split;
        uint32_t code;
        if (length <= bits_) [[likely]] {
          uint64_t rest = buffer_ << run << 1;
          code = static_cast<uint32_t>(run) << split | static_cast<uint32_t>(rest >> 1 >> (63 - split));
          buffer_ = rest << split;
          bits_ -= length;
        } else {
          uint64_t high = zeros();
          code = static_cast<uint32_t>(high << split) | take(split);
        }
        last += unfold(code);
        out[i] = static_cast<T>(last);
      }
    }
  }
  last_ = last;
}

template class RiceDecoder<uint8_t>;
template class RiceDecoder<int16_t>;
template class RiceDecoder<int32_t>;

}  // namespace vignet
