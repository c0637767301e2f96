// Any part of shuffled bytes: unshuffling gives the same by every set of instructions, and is what shuffling
// undoes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "core/base/simd.h"
#include "core/codec/gzip.h"

using namespace vignet;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 5) return 0;
  const size_t width = size_t{1} << data[0] % 4, total = (size - 5) / width;
  if (total == 0) return 0;
  const size_t first = (data[1] | data[2] << 8) % total,
               count = (data[3] | data[4] << 8) % (total - first + 1);
  const auto* bytes = reinterpret_cast<const std::byte*>(data) + 5;
  const std::vector<std::byte> in(bytes, bytes + total * width);
  for (const Simd set : simdOfMachine()) {
    useSimd(set);
    std::vector<std::byte> whole(in.size()), part(count * width), back(in.size());
    unshuffle(in, width, total, 0, whole);
    shuffle(whole, width, back);
    if (back != in) std::abort();
    unshuffle(in, width, total, first, part);
    if (!std::equal(part.begin(), part.end(), whole.begin() + static_cast<long>(first * width))) std::abort();
  }
  return 0;
}
