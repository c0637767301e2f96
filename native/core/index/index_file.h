// The bytes of a dataset index file: header, row records in order of UUID, footprint numbers, what the rows
// change of a base (see below), pairs of file and row, one section of (cell, row) pairs per HEALPix order,
// each section sorted and 8-byte aligned, and at the end the CRC-32 of every block of the sections.
// Little-endian.
//
// A file is whole by itself, or a delta to a whole one, its base: the base's rows but those of `gone`, and
// its own rows, each of which stands in front of the base's row at its place.
#pragma once
#include <cstddef>
#include <cstdint>

namespace vignet::index_file {

inline constexpr char kMagic[8] = {'V', 'G', 'N', 'T', 'I', 'D', 'X', '\0'};
inline constexpr uint32_t kVersion = 4;    // 1 had no checksums of blocks, 2 no deltas, 3 no files
inline constexpr uint64_t kBlock = 65536;  // bytes that one checksum covers; the last block may be shorter
inline constexpr int kOrders = 14;  // 0..13; a cell of order 13 is 26 arc seconds wide and fits 32 bits

struct Section {
  uint64_t offset;  // from the start of the file
  uint64_t count;   // of items
};

struct Header {
  char magic[8];
  uint32_t version;
  uint32_t rowCount;
  uint64_t fileSize;
  uint64_t baseSize;  // of the base's file; 0: the file is whole
  uint32_t baseRows;
  uint32_t baseCrc;  // of the base's header
  Section rows, numbers;
  Section places;  // of a delta, for each row: how many rows of the base have a smaller UUID
  Section gone;    // of a delta: rows of the base that are no longer there, ascending
  Section files;   // pairs of the first 32 bits of a file's digest and row
  Section cells[kOrders];
  Section checksums;      // of blocks: from the end of the header to its own offset
  uint32_t checksumsCrc;  // CRC-32 of that section and what fills it up
  uint32_t crc;           // CRC-32 of all before it
};

struct Row {
  uint8_t uuid[16];
  uint64_t offset, length;
  double emMin, emMax, tMin, tMax;
  double cap[3], capRadius;  // a circle that holds the footprint; radians
  uint64_t firstNumber;
  uint32_t numberCount;  // 0: no footprint
  uint32_t pack;
  uint8_t file[16];  // digest of the file that it was ingested from
  uint64_t state;    // digest of how that was then
};
static_assert(sizeof(Row) == 136 && sizeof(Header) % 8 == 0);

// A pair of a section, ordered as one number; `first` is a cell, or the beginning of a digest.
inline uint64_t pairOf(uint64_t first, uint32_t row) { return first << 32 | row; }

inline uint64_t beginningOf(const uint8_t* file) {
  return uint64_t{file[0]} << 24 | uint64_t{file[1]} << 16 | uint64_t{file[2]} << 8 | file[3];
}

}  // namespace vignet::index_file
