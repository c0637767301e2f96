// CRC-32 as in gzip and PNG (reflected polynomial 0xEDB88320).
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace vignet {

uint32_t crc32(std::span<const std::byte> bytes);

}  // namespace vignet
