#include "core/codec/dequantise.h"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>

#include "core/base/simd.h"

#define VIGNET_LOOPS "core/codec/dequantise.inc"
#include "core/base/simd_each.inc"

namespace vignet {

std::span<const float, kDitherCount> ditherTable() {
  static const std::array<float, kDitherCount> table = [] {
    std::array<float, kDitherCount> made;
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
    : start_(static_cast<int32_t>((tile % kDitherCount + static_cast<uint64_t>(std::max(seed, 1) - 1)) %
                                  kDitherCount)) {
  next_ = static_cast<int32_t>(ditherTable()[start_] * 500);
}

void DitherWalk::jump() {
  if (++start_ == kDitherCount) start_ = 0;
  next_ = static_cast<int32_t>(ditherTable()[start_] * 500);
}

void DitherWalk::skip(uint64_t pixels) {
  while (pixels > 0) pixels -= take(static_cast<size_t>(pixels)).size();
}

std::span<const float> DitherWalk::take(size_t limit) {
  size_t count = std::min<size_t>(limit, static_cast<size_t>(kDitherCount - next_));
  auto numbers = ditherTable().subspan(static_cast<size_t>(next_), count);
  next_ += static_cast<int32_t>(count);
  if (next_ == kDitherCount) jump();
  return numbers;
}

template <typename F, typename I>
void dequantise(std::span<const I> in, std::span<std::byte> out, const Quantisation& how, DitherWalk* walk) {
  const auto pixels = VIGNET_CHOOSE(pixels<F, I>);
  const size_t count = out.size() / sizeof(F);
  if (!walk) return pixels(in.data(), nullptr, count, out.data(), how);
  for (size_t done = 0; done < count;) {
    const auto random = walk->take(count - done);
    pixels(in.data() + done, random.data(), random.size(), out.data() + done * sizeof(F), how);
    done += random.size();
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
