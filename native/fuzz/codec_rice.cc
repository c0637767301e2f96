// Rice streams of any bytes, every width and block size: in one piece, in several, passed over, entered at
// points, and side by side with other streams by every set of instructions, the result is the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include "core/base/error.h"
#include "core/base/simd.h"
#include "core/codec/rice.h"

using namespace vignet;

namespace {

template <typename T>
using Pixels = std::optional<std::vector<T>>;

template <typename T, typename Work>
Pixels<T> tried(size_t pixels, Work work) {
  std::vector<T> out(pixels);
  try {
    work(std::span<T>(out));
  } catch (const Error&) {
    return std::nullopt;
  }
  return out;
}

template <typename T>
void same(const Pixels<T>& a, const Pixels<T>& b) {
  if (a != b) std::abort();
}

// Streams of the same pixels: the input whole, cut shorter, and from later on.
template <typename T>
void sideBySide(std::span<const std::byte> in, size_t pixels, uint32_t block, size_t streams) {
  std::vector<std::vector<std::byte>> parts;
  for (size_t i = 0; i < streams; ++i) {
    const size_t cut = i % 2 ? in.size() * i / (2 * streams) : 0;
    const auto part = i % 4 == 3 ? in.subspan(cut) : in.first(in.size() - cut);
    parts.emplace_back(part.begin(), part.end());
  }
  std::vector<std::vector<T>> expected(streams, std::vector<T>(pixels)), out = expected;
  bool good = true;
  for (size_t i = 0; i < streams; ++i) {
    const auto one = tried<T>(pixels, [&](std::span<T> to) { riceDecode<T>(parts[i], to, block); });
    good = good && one;
    if (one) expected[i] = *one;
  }
  const bool came = tried<T>(1, [&](std::span<T>) {
                      std::vector<RiceDecoder<T>> decoders;
                      std::vector<T*> to;
                      for (size_t i = 0; i < streams; ++i) {
                        decoders.emplace_back(parts[i], block);
                        to.push_back(out[i].data());
                      }
                      const size_t first = pixels / 2 / block * block;
                      RiceLanes<T>::decode(decoders, to, first);
                      for (T*& row : to) row += first;
                      RiceLanes<T>::decode(decoders, to, pixels - first);
                    }).has_value();
  if (came != good || (good && out != expected)) std::abort();
}

template <typename T>
void decode(std::span<const std::byte> in, size_t pixels, uint32_t block, size_t streams) {
  std::optional<Pixels<T>> before;
  for (const Simd set : simdOfMachine()) {
    useSimd(set);
    const auto whole = tried<T>(pixels, [&](std::span<T> out) { riceDecode<T>(in, out, block); });
    if (before) same<T>(*before, whole);
    before = whole;
    same<T>(whole, tried<T>(pixels, [&](std::span<T> out) {
              RiceDecoder<T> decoder(in, block);
              for (size_t i = 0; i < pixels; i += block) {
                const size_t n = std::min<size_t>(block, pixels - i);
                RiceDecoder<T> other = i > 0 ? RiceDecoder<T>(in, block, decoder.point()) : decoder;
                other.decode(out.subspan(i, n));
                decoder.skip(n);
                if (n == block && other.point() != decoder.point()) std::abort();
              }
            }));
    sideBySide<T>(in, pixels, block, streams);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 5) return 0;
  const size_t pixels = 1 + (data[0] | (data[1] & 1) << 8), streams = 1 + data[4] % 18;
  const uint32_t block = 1 + data[2] % 80;
  // A copy of its own size, so that the sanitizer sees a byte read too many.
  const std::vector<std::byte> in(reinterpret_cast<const std::byte*>(data) + 5,
                                  reinterpret_cast<const std::byte*>(data) + size);
  if (data[3] % 3 == 0) decode<uint8_t>(in, pixels, block, streams);
  if (data[3] % 3 == 1) decode<int16_t>(in, pixels, block, streams);
  if (data[3] % 3 == 2) decode<int32_t>(in, pixels, block, streams);
  return 0;
}
