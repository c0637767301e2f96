#include "core/base/words.h"

#include <algorithm>

#include "core/base/simd.h"

#define VIGNET_LOOPS "core/base/words.inc"
#include "core/base/simd_each.inc"

namespace vignet {

void swapWords(const void* from, size_t words, void* to) {
  if (from == to) return VIGNET_CHOOSE(swapHere(static_cast<std::byte*>(to), words));
  VIGNET_CHOOSE(swap(static_cast<const std::byte*>(from), words, static_cast<std::byte*>(to)));
}

void moveBits(const void* from, size_t words, void* to, std::span<const BitsMoved> moves) {
  VIGNET_CHOOSE(move(static_cast<const std::byte*>(from), words, static_cast<std::byte*>(to), moves));
}

uint64_t sumOfWords(const void* from, size_t words) {
  return VIGNET_CHOOSE(sum(static_cast<const std::byte*>(from), words));
}

}  // namespace vignet
