#include "core/fits/layout_check.h"

#include <cmath>
#include <cstdlib>

#include "core/base/error.h"
#include "core/fits/hdus.h"
#include "core/fits/planes.h"
#include "core/fits/tile_table.h"

namespace vignet {
namespace {

void require(bool truth, const char* what) {
  if (!truth) throw Error(Kind::data, "BAD_LAYOUT", std::string("the stored layout is damaged: ") + what);
}

void checkHdus(const Layout& layout) {
  uint64_t end = 0;
  uint16_t file = 0;
  for (const Hdu& hdu : layout.hdus) {
    require(hdu.file < layout.files.size() && hdu.file >= file, "an HDU belongs to no file");
    if (hdu.file != file) end = 0;
    file = hdu.file;
    const uint64_t size = layout.files[file].size;
    require(hdu.headerOffset == end && hdu.headerOffset % kFitsBlock == 0,
            "its HDUs do not follow one another");
    require(hdu.dataOffset > hdu.headerOffset && hdu.dataOffset % kFitsBlock == 0 && hdu.dataOffset <= size &&
                hdu.dataBytes <= size - hdu.dataOffset,
            "an HDU is not inside its file");
    const uint64_t padding = (kFitsBlock - hdu.dataBytes % kFitsBlock) % kFitsBlock;
    const uint64_t left = size - hdu.dataOffset - hdu.dataBytes;
    require(hdu.end == hdu.dataOffset + hdu.dataBytes + (padding < left ? padding : left),
            "an HDU ends at the wrong place");
    end = hdu.end;
  }
}

void checkColumn(const std::optional<TileColumn>& column, bool array, uint32_t rowBytes) {
  if (!column) return;
  const uint32_t bytes = cellBytes(*column);
  require((column->descriptor != 0) == array && bytes != 0, "a column of a tile table has no known format");
  require(std::string_view("BIJKED").find(column->type) != std::string_view::npos,
          "a column has an unknown type");
  require(column->offset <= rowBytes && bytes <= rowBytes - column->offset,
          "a column is not inside its table row");
}

void checkTiles(const Plane& plane, const TileTable& tiles, const Hdu& hdu) {
  require(tiles.tileWidth >= 1 && tiles.tileWidth <= plane.width && tiles.tileHeight >= 1 &&
              tiles.tileHeight <= plane.height,
          "its tiles have an impossible size");
  for (size_t i = 0; i < 2; ++i)
    require(tiles.tileDepth[i] >= 1 && tiles.tileDepth[i] <= plane.depth[i],
            "its tiles have an impossible depth");
  require(tilePixels(tiles).has_value(), "its tiles have too many pixels");
  require(tiles.codec != Codec::hcompress1 || tiles.tileDepth == std::array<uint32_t, 2>{1, 1},
          "HCOMPRESS tiles are of several slices");
  require(tiles.rows == tileCount(shapeOf(plane), tiles), "a tile table has the wrong number of rows");
  uint64_t table = 0;
  require(!__builtin_mul_overflow(tiles.rows, uint64_t{tiles.rowBytes}, &table) &&
              table <= tiles.heapOffset && tiles.heapOffset <= hdu.dataBytes &&
              tiles.heapBytes == hdu.dataBytes - tiles.heapOffset,
          "a tile table or its heap is not inside its HDU");
  require(
      tiles.codec != Codec::none && tiles.codec <= Codec::nocompress && tiles.dither <= Dither::subtractive2,
      "unknown compression");
  require(tiles.ditherSeed >= 1 && tiles.ditherSeed <= 10'000, "the dither seed is not in 1..10000");
  require(tiles.dither == Dither::none || tiles.quantized, "pixels that were not quantised are dithered");
  require(!tiles.quantized || plane.bitpix < 0, "integer pixels are said to be quantised");
  require(tiles.blockSize >= 1 && tiles.blockSize <= 1024 &&
              (tiles.bytePix == 1 || tiles.bytePix == 2 || tiles.bytePix == 4) && tiles.hcompScale >= 0 &&
              tiles.hcompSmooth >= 0,
          "impossible compression parameters");
  require(tiles.compressed.has_value(), "a tile table has no compressed data");
  checkColumn(tiles.compressed, true, tiles.rowBytes);
  checkColumn(tiles.gzipFallback, true, tiles.rowBytes);
  checkColumn(tiles.uncompressed, true, tiles.rowBytes);
  checkColumn(tiles.zscale, false, tiles.rowBytes);
  checkColumn(tiles.zzero, false, tiles.rowBytes);
  checkColumn(tiles.zblank, false, tiles.rowBytes);
}

void checkPlane(const Layout& layout, const Plane& plane) {
  require(plane.file < layout.files.size() && plane.hdu < layout.hdus.size(), "a plane is in no HDU");
  const Hdu& hdu = layout.hdus[plane.hdu];
  require(hdu.file == plane.file, "a plane is in an HDU of another file");
  const int8_t b = plane.bitpix;
  require(b == 8 || b == 16 || b == 32 || b == 64 || b == -32 || b == -64, "a plane has an unknown BITPIX");
  require(plane.kind != PlaneKind::mask || b > 0, "a mask is made of floats");
  require(plane.kind == PlaneKind::mask || !plane.codes, "a plane other than a mask holds codes");
  require(std::isfinite(plane.softening) && plane.softening >= 0 && std::isfinite(plane.softOffset),
          "a plane has an impossible softening");
  require(plane.naxis >= 2 && plane.naxis <= 99, "a plane has an impossible number of axes");
  const Plane& image = layout.planes.front();
  auto bytes = static_cast<unsigned __int128>(std::abs(b) / 8);
  for (const uint32_t side : {plane.width, plane.height, plane.depth[0], plane.depth[1]}) {
    require(side >= 1 && side <= INT32_MAX, "a plane has an impossible size");
    bytes *= side;
  }
  require(bytes < kMostPixelBytes && liesOn(shapeOf(plane), shapeOf(image)),
          "a plane has an impossible size");
  require(!plane.wcs || *plane.wcs < layout.wcs.size(), "a plane has an unknown WCS");
  constexpr int64_t kFar = int64_t{1} << 31;
  for (const int64_t origin : plane.xy0)
    require(origin >= -kFar && origin <= kFar, "a parent frame is too far away");
  if (plane.tiles) {
    checkTiles(plane, *plane.tiles, hdu);
  } else {
    require(bytes <= hdu.dataBytes, "a plane is larger than its HDU");
  }
}

bool liesIn(const TreeText& part, uint64_t bytes) {
  return part.offset <= bytes && part.bytes <= bytes - part.offset;
}

void checkTree(const Layout& layout, const ImageTree& tree) {
  require(tree.hdu < layout.hdus.size() && layout.hdus[tree.hdu].file == layout.planes.front().file,
          "its tree is in no HDU");
  require(!tree.rows.empty(), "its tree has no text");
  uint64_t all = 0;
  for (const TreeText& row : tree.rows) {
    require(liesIn(row, layout.hdus[tree.hdu].dataBytes), "its tree is not inside its HDU");
    all += row.bytes;
  }
  require(tree.rows[0].bytes <= ImageTree::kMostText && all <= INT32_MAX, "its tree is too large");
  uint64_t end = 0;
  for (const TreeNumber& number : tree.numbers) {
    require(liesIn(number.place, tree.rows[0].bytes) && number.place.offset >= end &&
                number.value > -(int64_t{1} << 41) && number.value < int64_t{1} << 41,
            "a number of its tree is misplaced");
    end = number.place.offset + number.place.bytes;
  }
  for (const auto& part : {tree.image, tree.mask, tree.variance, tree.projection, tree.metadata, tree.butler})
    require(!part || (part->bytes >= 2 && liesIn(*part, tree.rows[0].bytes)),
            "a part of its tree is misplaced");
  require(tree.image.has_value(), "its tree has no image");
}

}  // namespace

void checkLayout(const Layout& layout) {
  require(!layout.files.empty() && layout.files.size() <= 16, "it has no file");
  require(!layout.planes.empty() && layout.planes.front().kind == PlaneKind::image, "it has no image");
  for (const FileStamp& file : layout.files)
    require(file.size <= INT64_MAX / 2, "a file has an impossible size");
  checkHdus(layout);
  for (const Plane& plane : layout.planes) {
    require(plane.kind <= PlaneKind::sigma && layout.find(plane.kind) == &plane, "a plane is there twice");
    checkPlane(layout, plane);
  }
  for (const Plane& plane : layout.others) {
    require(plane.kind == PlaneKind::other && plane.file == layout.planes.front().file,
            "another plane than those of the image has a known kind");
    checkPlane(layout, plane);
  }
  if (layout.tree) checkTree(layout, *layout.tree);
  require(layout.maskPlanes.empty() || layout.find(PlaneKind::mask), "it names the bits of no mask");
}

}  // namespace vignet
