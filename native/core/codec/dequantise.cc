#include "core/codec/dequantise.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

namespace vignet {
namespace {

// Any float arithmetic here is compiled without contraction (-ffp-contract=off): a fused multiply-add would
// change the last bit.
template <typename F>
inline void store(std::byte* out, F value) {
  if constexpr (sizeof(F) == 4) {
    uint32_t bits = __builtin_bswap32(std::bit_cast<uint32_t>(value));
    std::memcpy(out, &bits, 4);
  } else {
    uint64_t bits = __builtin_bswap64(std::bit_cast<uint64_t>(value));
    std::memcpy(out, &bits, 8);
  }
}

template <bool checkBlank, bool checkZero, typename F, typename I>
void dithered(const I* in, const float* random, size_t count, std::byte* out, double scale, double zero,
              I blank) {
  for (size_t i = 0; i < count; ++i) {
    F value = static_cast<F>((static_cast<double>(in[i]) - random[i] + 0.5) * scale + zero);
    if constexpr (checkZero) value = in[i] == ditherZero ? F{0} : value;
    if constexpr (checkBlank) value = in[i] == blank ? std::numeric_limits<F>::quiet_NaN() : value;
    store(out + i * sizeof(F), value);
  }
}

template <bool checkBlank, typename F, typename I>
void plain(const I* in, size_t count, std::byte* out, double scale, double zero, I blank) {
  for (size_t i = 0; i < count; ++i) {
    F value = static_cast<F>(static_cast<double>(in[i]) * scale + zero);
    if constexpr (checkBlank) value = in[i] == blank ? std::numeric_limits<F>::quiet_NaN() : value;
    store(out + i * sizeof(F), value);
  }
}

}  // namespace

std::span<const float, ditherCount> ditherTable() {
  static const std::array<float, ditherCount> table = [] {
    std::array<float, ditherCount> made;
    uint64_t seed = 1;
    for (float& value : made) {
      seed = seed * 16807 % 2147483647;
      value = static_cast<float>(static_cast<double>(seed) / 2147483647.0);
    }
    return made;
  }();
  return table;
}

DitherWalk::DitherWalk(uint64_t tile, int32_t seed)
    : start_(static_cast<int32_t>((tile % ditherCount + static_cast<uint64_t>(std::max(seed, 1) - 1)) %
                                  ditherCount)) {
  next_ = static_cast<int32_t>(ditherTable()[start_] * 500);
}

void DitherWalk::jump() {
  if (++start_ == ditherCount) start_ = 0;
  next_ = static_cast<int32_t>(ditherTable()[start_] * 500);
}

void DitherWalk::skip(uint64_t pixels) {
  while (pixels > 0) pixels -= take(static_cast<size_t>(pixels)).size();
}

std::span<const float> DitherWalk::take(size_t limit) {
  size_t count = std::min<size_t>(limit, static_cast<size_t>(ditherCount - next_));
  auto numbers = ditherTable().subspan(static_cast<size_t>(next_), count);
  next_ += static_cast<int32_t>(count);
  if (next_ == ditherCount) jump();
  return numbers;
}

template <typename F, typename I>
void dequantise(std::span<const I> in, std::span<std::byte> out, const Quantisation& how, DitherWalk* walk) {
  const I blank = static_cast<I>(how.blank.value_or(0));
  const I* from = in.data();
  std::byte* to = out.data();
  size_t left = out.size() / sizeof(F);
  if (!walk) {
    if (how.blank)
      plain<true, F>(from, left, to, how.scale, how.zero, blank);
    else
      plain<false, F>(from, left, to, how.scale, how.zero, blank);
    return;
  }
  const bool keepsZero = std::is_same_v<I, int32_t> && how.keepsZero;
  while (left > 0) {
    auto random = walk->take(left);
    const size_t n = random.size();
    if (how.blank && keepsZero)
      dithered<true, std::is_same_v<I, int32_t>, F>(from, random.data(), n, to, how.scale, how.zero, blank);
    else if (how.blank)
      dithered<true, false, F>(from, random.data(), n, to, how.scale, how.zero, blank);
    else if (keepsZero)
      dithered<false, std::is_same_v<I, int32_t>, F>(from, random.data(), n, to, how.scale, how.zero, blank);
    else
      dithered<false, false, F>(from, random.data(), n, to, how.scale, how.zero, blank);
    from += n;
    to += n * sizeof(F);
    left -= n;
  }
}

template void dequantise<float, uint8_t>(std::span<const uint8_t>, std::span<std::byte>, const Quantisation&,
                                         DitherWalk*);
template void dequantise<float, int16_t>(std::span<const int16_t>, std::span<std::byte>, const Quantisation&,
                                         DitherWalk*);
template void dequantise<float, int32_t>(std::span<const int32_t>, std::span<std::byte>, const Quantisation&,
                                         DitherWalk*);
template void dequantise<double, uint8_t>(std::span<const uint8_t>, std::span<std::byte>, const Quantisation&,
                                          DitherWalk*);
template void dequantise<double, int16_t>(std::span<const int16_t>, std::span<std::byte>, const Quantisation&,
                                          DitherWalk*);
template void dequantise<double, int32_t>(std::span<const int32_t>, std::span<std::byte>, const Quantisation&,
                                          DitherWalk*);

}  // namespace vignet
