// The tile table of a compressed image (FITS 4.0 section 10.1).
#pragma once
#include "core/fits/hdus.h"
#include "core/fits/layout.h"

namespace vignet {

// Tiles of more pixels than this are refused.
constexpr uint64_t kMaxTilePixels = uint64_t{1} << 28;

// Reads the tile table's geometry from the header of a BINTABLE with ZIMAGE = T; `shape` is its imageShape.
// Nothing is read from the table itself: descriptors and heap offsets are the decoder's to check.
// Throws Error{data, BAD_TILE_TABLE | BAD_CARD | UNSUPPORTED_TILES} naming HDU and card.
TileTable readTileTable(const HduRecord& record, const ImageShape& shape);

// Tiles along an axis; the last may be cut off.
constexpr uint64_t tilesAlong(uint32_t length, uint32_t tile) { return (uint64_t{length} + tile - 1) / tile; }

// Rows a tile table of an image of this shape must have, of less than kMostPixelBytes.
uint64_t tileCount(const ImageShape& shape, const TileTable& tiles);
// Pixels of a whole tile; absent beyond kMaxTilePixels.
std::optional<uint64_t> tilePixels(const TileTable& tiles);

// Bytes that a cell of this column takes in a table row; 0 for types that have no place in a tile table.
uint32_t cellBytes(const TileColumn& column);

}  // namespace vignet
