// Seek points as bytes: where the compressed rows of a dataset can be entered.
//
// Little-endian. Offsets count from the first byte of the whole.
//
//   header   "VGSK", u32 version, u32 bytes of the header, u32 CRC-32 of the rest of the header
//            u32 files, u32 planes
//            per file    u64 size, i64 time: the layout's stamps
//            per plane   u32 plane (index in the layout), u32 form, u32 width, u32 rows, u32 spacing,
//                        u32 pixel bytes, u32 values, then `values` pixels (big-endian, as in an answer),
//                        then u64 offset of each group of kSeekGroupRows rows, and of the last one's end
//   groups   u32 CRC-32 of: u32 plane, u32 group, the group's rows of the tile table in the file, the rest of
//            the group
//     form rice   u8 w = bytes of a value, 1 .. 4; then per row, for the points before the pixels spacing,
//                 2 * spacing, … : i32 the least value; u16 per point, the bits from the point before it (the
//                 first: from the stream's beginning; 0: the row has no points); w bytes per point, the
//                 value of the pixel before it less the least one
//     form runs   per row u16 runs (0: the row is absent); then per run u16 end (column after it), u8
//     number
//                 of its pixel among `values`
//
// A group's checksum covers its rows of the file's tile table: points that belong to other streams do not
// pass.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "core/base/crc32.h"

namespace vignet {

inline constexpr uint32_t kSeekMagic = 0x4b534756;  // "VGSK"
inline constexpr uint32_t kSeekVersion = 1;
inline constexpr uint32_t kSeekGroupRows = 16;

enum class SeekForm : uint32_t { rice = 1, runs = 2 };

inline constexpr uint32_t kSeekHeadBytes = 24;
inline constexpr uint32_t kSeekFileBytes = 16;
inline constexpr uint32_t kSeekPlaneBytes = 28;
inline constexpr uint32_t kSeekMaxHeaderBytes = 4 << 20;
inline constexpr uint32_t kSeekMaxValues = 256;
inline constexpr uint32_t kSeekRunBytes = 3;
// Longer rows of a tile table do not occur and would make a group's checksum slow.
inline constexpr uint32_t kSeekMaxTableRow = 256;

static_assert(std::endian::native == std::endian::little, "big-endian machines need their own loads");

template <typename T>
T loadLittle(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <typename T>
void appendLittle(std::vector<std::byte>& to, T value) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&value);
  to.insert(to.end(), bytes, bytes + sizeof value);
}

// `tableRows`: the group's rows of the tile table; `rest`: the group without its checksum.
inline uint32_t seekChecksum(uint32_t plane, uint32_t group, std::span<const std::byte> tableRows,
                             std::span<const std::byte> rest) {
  const uint32_t names[2] = {plane, group};
  return crc32(rest, crc32(tableRows, crc32(std::as_bytes(std::span(names)))));
}

// A row with more runs is left out: three bytes a run against a byte for eight pixels.
constexpr uint32_t seekMaxRuns(uint32_t width) { return width / (8 * kSeekRunBytes) + 8; }

}  // namespace vignet
