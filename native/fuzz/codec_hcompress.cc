// HCOMPRESS streams of any bytes behind a header that is true, so that the bit planes are reached.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/error.h"
#include "core/codec/hcompress.h"

using namespace vignet;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const uint32_t width = 2 + data[0] % 70, height = 2 + data[1] % 70;
  std::vector<std::byte> in(reinterpret_cast<const std::byte*>(data) + 3,
                            reinterpret_cast<const std::byte*>(data) + size);
  if (in.size() >= 25 && !(data[2] & 2)) {
    const uint8_t head[10] = {
        0xDD, 0x99, 0, 0, 0, static_cast<uint8_t>(height), 0, 0, 0, static_cast<uint8_t>(width)};
    for (size_t i = 0; i < 10; ++i) in[i] = std::byte{head[i]};
  }
  static std::vector<int64_t> work;
  std::vector<int32_t> out(size_t{width} * height);
  try {
    hcompressDecode(in, width, height, data[2] & 1, work, out, Control());
  } catch (const Error&) {
  }
  return 0;
}
