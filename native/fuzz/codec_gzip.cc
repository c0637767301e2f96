// Gzip and zlib streams of any bytes.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/error.h"
#include "core/codec/gzip.h"

using namespace vignet;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  std::vector<std::byte> out(8 * (1 + size_t{data[0]}));
  try {
    const size_t made = gzipDecode({reinterpret_cast<const std::byte*>(data) + 1, size - 1}, out);
    for (size_t width : {1, 2, 4, 8}) {
      std::vector<std::byte> back(made / width * width);
      unshuffle(std::span(out).first(back.size()), width, made / width, 0, back);
    }
  } catch (const Error&) {
  }
  return 0;
}
