// CRC-32 as in gzip and PNG (reflected polynomial 0xEDB88320).
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace vignet {

// `before` is the checksum of the bytes that come first, for a whole in pieces.
uint32_t crc32(std::span<const std::byte> bytes, uint32_t before = 0);

}  // namespace vignet
