// The bits of a Rice stream, for both decoders of rice.h.
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/codec/rice.h"

namespace vignet::rice {

// How a block's bit width is coded: 0 means that all differences are 0, `direct` + 1 that they are not coded.
template <typename T>
struct Width {
  static constexpr int kCodeBits = sizeof(T) == 1 ? 3 : sizeof(T) == 2 ? 4 : 5;
  static constexpr int kDirect = sizeof(T) == 1 ? 6 : sizeof(T) == 2 ? 14 : 25;
};

[[noreturn, gnu::cold, gnu::noinline]] inline void badWidth(int code) {
  throw Error(Kind::data, "BAD_RICE",
              expectedFor("a bit width that RICE_1 defines", "a block of the Rice stream", code));
}
[[noreturn, gnu::cold]] inline void ended() {
  throw Error(Kind::data, "BAD_RICE",
              "expected more bytes in the Rice stream, received its end before the last pixel");
}

// The stream's next bits from the top, and how many of them there are: at least 57, but at its end.
struct Window {
  uint64_t bits;
  int count;
};

inline Window window(std::span<const std::byte> in, uint64_t bit) {
  const size_t byte = bit / 8;
  const int passed = static_cast<int>(bit % 8);
  uint64_t bits = 0;
  if (byte < in.size() && in.size() - byte >= 8) [[likely]] {
    std::memcpy(&bits, in.data() + byte, 8);
    return {__builtin_bswap64(bits) << passed, 64 - passed};
  }
  if (byte >= in.size()) return {0, 0};
  const size_t rest = in.size() - byte;
  for (size_t i = 0; i < rest; ++i) bits |= std::to_integer<uint64_t>(in[byte + i]) << (56 - 8 * i);
  return {bits << passed, static_cast<int>(8 * rest) - passed};
}

// Even codes are differences >= 0, odd ones < 0.
inline uint32_t unfold(uint32_t code) { return (code >> 1) ^ (0u - (code & 1)); }

// `count` is 0..32.
inline uint32_t take(std::span<const std::byte> in, uint64_t& bit, int count) {
  const Window next = window(in, bit);
  if (next.count < count) ended();
  bit += static_cast<uint64_t>(count);
  return static_cast<uint32_t>(next.bits >> 1 >> (63 - count));
}

// One code, however long: zeros up to a one, then `split` bits.
inline uint32_t code(std::span<const std::byte> in, uint64_t& bit, int split) {
  uint64_t zeros = 0;
  for (;;) {
    const Window next = window(in, bit);
    const int run = std::countl_zero(next.bits);
    if (run < next.count) {
      zeros += static_cast<uint64_t>(run);
      bit += static_cast<uint64_t>(run) + 1;
      return static_cast<uint32_t>(zeros << split) | take(in, bit, split);
    }
    if (next.count == 0) ended();
    zeros += static_cast<uint64_t>(next.count);
    bit += static_cast<uint64_t>(next.count);
  }
}

}  // namespace vignet::rice
