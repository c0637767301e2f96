#include "core/base/crc32.h"

#include <libdeflate.h>

namespace vignet {

uint32_t crc32(std::span<const std::byte> bytes) { return libdeflate_crc32(0, bytes.data(), bytes.size()); }

}  // namespace vignet
