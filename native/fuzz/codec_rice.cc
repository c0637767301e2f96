// Rice streams of any bytes, every width and block size; in one piece and in several the result is the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "core/base/error.h"
#include "core/codec/rice.h"

using namespace vignet;

template <typename T>
static void decode(std::span<const std::byte> in, size_t pixels, uint32_t block) {
  std::vector<T> whole(pixels), pieces(pixels);
  bool failed = false;
  try {
    riceDecode<T>(in, whole, block);
  } catch (const Error&) {
    failed = true;
  }
  try {
    RiceDecoder<T> decoder(in, block);
    for (size_t i = 0; i < pixels; i += block)
      decoder.decode(std::span(pieces).subspan(i, std::min<size_t>(block, pixels - i)));
    if (failed || whole != pieces) std::abort();
  } catch (const Error&) {
    if (!failed) std::abort();
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const size_t pixels = 1 + (data[0] | (data[1] & 7) << 8);
  const uint32_t block = 1 + data[2];
  std::span in(reinterpret_cast<const std::byte*>(data) + 4, size - 4);
  if (data[3] % 3 == 0) decode<uint8_t>(in, pixels, block);
  if (data[3] % 3 == 1) decode<int16_t>(in, pixels, block);
  if (data[3] % 3 == 2) decode<int32_t>(in, pixels, block);
  return 0;
}
