// PLIO line lists of any words; the beginning of a tile is the same whether or not the rest is decoded.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "core/base/error.h"
#include "core/codec/plio.h"

using namespace vignet;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  std::span in(reinterpret_cast<const std::byte*>(data) + 2, size - 2);
  std::vector<int32_t> whole(1 + (data[0] | data[1] << 8)), part((whole.size() + 1) / 2);
  try {
    plioDecode(in, whole);
    plioDecode(in, part);
    for (size_t i = 0; i < part.size(); ++i)
      if (part[i] != whole[i]) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
