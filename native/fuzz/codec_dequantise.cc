// Integers and scalings of any bits: dequantisation gives the same by every set of instructions, any NaN
// being equal to any other.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "core/base/simd.h"
#include "core/codec/dequantise.h"
#include "core/codec/integers.h"

using namespace vignet;

namespace {

template <typename F>
bool same(const std::vector<std::byte>& a, const std::vector<std::byte>& b) {
  for (size_t i = 0; i < a.size(); i += sizeof(F)) {
    if (std::memcmp(&a[i], &b[i], sizeof(F)) == 0) continue;
    F x, y;
    std::byte turned[sizeof(F)];
    std::reverse_copy(&a[i], &a[i] + sizeof(F), turned), std::memcpy(&x, turned, sizeof(F));
    std::reverse_copy(&b[i], &b[i] + sizeof(F), turned), std::memcpy(&y, turned, sizeof(F));
    if (!std::isnan(x) || !std::isnan(y)) return false;
  }
  return true;
}

template <typename F, typename I>
void pixels(const std::vector<I>& in, const Quantisation& how, uint64_t tile, int32_t seed, bool dither) {
  std::vector<std::byte> first;
  for (const Simd set : simdOfMachine()) {
    useSimd(set);
    DitherWalk walk(tile, seed);
    walk.skip(tile % 20000);
    std::vector<std::byte> out(in.size() * sizeof(F));
    dequantise<F, I>(in, out, how, dither ? &walk : nullptr);
    if (set == Simd::portable)
      first = out;
    else if (!same<F>(first, out))
      std::abort();
  }
}

template <typename O, typename I>
void integers(const std::vector<I>& in, int64_t offset, bool clip) {
  std::vector<std::byte> first(in.size() * sizeof(O)), out = first;
  useSimd(Simd::portable);
  const auto beyond = storeIntegers<O, I>(in, first.data(), offset, clip);
  for (const Simd set : simdOfMachine()) {
    useSimd(set);
    if (storeIntegers<O, I>(in, out.data(), offset, clip) != beyond || (!beyond && out != first))
      std::abort();
  }
}

template <typename I>
void all(std::span<const uint8_t> data, const Quantisation& how, uint8_t flags, uint64_t tile) {
  std::vector<I> in(data.size() / sizeof(I));
  if (!in.empty()) std::memcpy(in.data(), data.data(), in.size() * sizeof(I));
  const int32_t seed = 1 + static_cast<int32_t>(tile % 10000);
  pixels<float, I>(in, how, tile, seed, flags & 1);
  pixels<double, I>(in, how, tile, seed, flags & 1);
  const int64_t offset = flags & 8 ? -32768 : 0;
  integers<uint8_t, I>(in, offset, flags & 16), integers<int16_t, I>(in, offset, flags & 16);
  integers<int32_t, I>(in, offset, flags & 16), integers<int64_t, I>(in, offset, flags & 16);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 31) return 0;
  const uint8_t flags = data[0], width = data[1];
  Quantisation how;
  std::memcpy(&how.scale, data + 2, 8);
  std::memcpy(&how.zero, data + 10, 8);
  how.keepsZero = flags & 2;
  if (flags & 4) how.blank = 0, std::memcpy(&*how.blank, data + 18, 8);
  uint32_t tile = 0;
  std::memcpy(&tile, data + 26, 4);
  const std::span<const uint8_t> rest(data + 30, size - 30);
  if (width % 3 == 0) all<uint8_t>(rest, how, flags, tile);
  if (width % 3 == 1) all<int16_t>(rest, how, flags, tile);
  if (width % 3 == 2) all<int32_t>(rest, how, flags, tile);
  return 0;
}
