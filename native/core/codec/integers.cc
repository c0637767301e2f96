#include "core/codec/integers.h"

#include <limits>

#include "core/base/simd.h"

#define VIGNET_LOOPS "core/codec/integers.inc"
#include "core/base/simd_each.inc"

namespace vignet {

template <typename O, typename I>
std::optional<int64_t> storeIntegers(std::span<const I> in, std::byte* out, int64_t offset, bool clip) {
  constexpr int64_t kLeast = std::numeric_limits<O>::min(), kMost = std::numeric_limits<O>::max();
  if constexpr (std::numeric_limits<I>::min() >= kLeast && std::numeric_limits<I>::max() <= kMost) {
    if (offset == 0) {
      VIGNET_CHOOSE(widened<O, I>)(in.data(), in.size(), out);
      return std::nullopt;
    }
  }
  for (size_t i = 0; i < in.size(); ++i) {
    int64_t value = int64_t{in[i]} + offset;
    if (value < kLeast || value > kMost) [[unlikely]] {
      if (!clip) return value;
      value = value < kLeast ? kLeast : kMost;
    }
    portable::storeBig(out + i * sizeof(O), static_cast<O>(value));
  }
  return std::nullopt;
}

#define VIGNET_INTEGERS(O)                                                                               \
  template std::optional<int64_t> storeIntegers<O>(std::span<const uint8_t>, std::byte*, int64_t, bool); \
  template std::optional<int64_t> storeIntegers<O>(std::span<const int16_t>, std::byte*, int64_t, bool); \
  template std::optional<int64_t> storeIntegers<O>(std::span<const int32_t>, std::byte*, int64_t, bool);
VIGNET_INTEGERS(uint8_t)
VIGNET_INTEGERS(int16_t)
VIGNET_INTEGERS(int32_t)
VIGNET_INTEGERS(int64_t)

}  // namespace vignet
