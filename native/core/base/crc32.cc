#include "core/base/crc32.h"

#include <libdeflate.h>

namespace vignet {

uint32_t crc32(std::span<const std::byte> bytes, uint32_t before) {
  return libdeflate_crc32(before, bytes.data(), bytes.size());
}

}  // namespace vignet
