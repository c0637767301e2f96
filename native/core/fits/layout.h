// All that must be known of a dataset's files to read any of its pixels without opening a header again.
#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/bytes/reader.h"
#include "core/fits/image_tree.h"
#include "core/wcs/numeric.h"

namespace vignet {

enum class Codec : uint8_t { none, rice1, gzip1, gzip2, plio1, hcompress1, nocompress };
enum class Dither : uint8_t { none, subtractive1, subtractive2 };

// `weight` is an inverse variance (DECam `oow`, `.wht`), `sigma` a standard deviation (JWST's and HST's ERR,
// Euclid's RMS): a cutout delivers them unchanged; where a variance is written, a sigma is squared. `owner`
// is a plane of mosaics and of no file: from which input each pixel is, int32, counted from 1, 0 for none.
// `other`: anything else that has a value for each pixel of the image; its EXTNAME says what.
enum class PlaneKind : uint8_t { image, mask, variance, weight, sigma, owner, other };

// One column of a tile table: where its cell starts in a row. `descriptor` is 'P' or 'Q' for a
// variable-length array, else 0 and the cell holds one value of type `type` ('D', 'E', 'J', …).
struct TileColumn {
  uint32_t offset = 0;
  char descriptor = 0;
  char type = 0;
};

// The tiled-image convention (FITS 4.0 section 10.1) of one compressed plane.
struct TileTable {
  uint64_t rows = 0;        // table rows = tiles
  uint32_t rowBytes = 0;    // NAXIS1
  uint64_t heapOffset = 0;  // from the start of the HDU's data (THEAP, default rows * rowBytes)
  uint64_t heapBytes = 0;   // up to the end of the data unit
  uint32_t tileWidth = 0, tileHeight = 0;
  std::array<uint32_t, 2> tileDepth{1, 1};  // ZTILE3, ZTILE4
  Codec codec = Codec::none;
  Dither dither = Dither::none;
  int32_t ditherSeed = 1;                   // ZDITHER0, 1..10000
  bool quantized = false;                   // float pixels held as scaled integers
  int32_t blockSize = 32, bytePix = 4;      // RICE_1
  int32_t hcompScale = 0, hcompSmooth = 0;  // HCOMPRESS_1; the scale is in each stream, here it stays 0
  std::optional<TileColumn> compressed, gzipFallback, uncompressed, zscale, zzero, zblank;
  double scale = 1.0, zero = 0.0;  // ZSCALE, ZZERO keywords, when there is no such column
  std::optional<int64_t> blank;    // ZBLANK keyword; of quantised planes without one BLANK, as cfitsio does

  // Slices of a cube in a tile, all of which are decoded for any of them.
  uint64_t slices() const { return uint64_t{tileDepth[0]} * tileDepth[1]; }
};

// One pixel array: width x height pixels, first row first. A cube has one such slice after the other: those
// of axis 3, and these again for each pixel of axis 4. Axes beyond four have length 1.
struct Plane {
  PlaneKind kind = PlaneKind::image;
  uint16_t file = 0;  // index in Layout::files
  uint16_t hdu = 0;   // index in Layout::hdus
  int8_t bitpix = 0;  // 8, 16, 32, 64, -32, -64; of the pixels, not of the tile table
  uint8_t naxis = 2;
  uint32_t width = 0, height = 0;
  std::array<uint32_t, 2> depth{1, 1};  // of axes 3 and 4
  double bscale = 1.0, bzero = 0.0;     // FITS physical = bzero + bscale * stored
  std::optional<int64_t> blank;      // of integers: BLANK, or the ZBLANK keyword of a tile table without one
  std::optional<TileTable> tiles;    // absent: plain big-endian pixels at the HDU's data
  std::optional<uint16_t> wcs;       // index in Layout::wcs; absent: no celestial WCS
  std::array<int64_t, 2> xy0{0, 0};  // afw parent frame: parent = 0-based pixel + xy0 (0,0 without)
  bool codes = false;  // of a mask: a pixel holds the number of one bit that is set, or 0; not bits
  // Pan-STARRS' asinh pixels (BSOFTEN, BOFFSET): 2 BSOFTEN sinh(FITS physical / 1.0857362) + BOFFSET is
  // linear.
  double softening = 0, softOffset = 0;  // 0: the pixels are linear

  size_t pixelBytes() const { return static_cast<size_t>(std::abs(bitpix) / 8); }
  bool isCube() const { return depth[0] > 1 || depth[1] > 1; }

  // A pixel where it is measured or combined: BSCALE and BZERO applied, asinh made linear, a sigma squared.
  double measured(double stored) const {
    double value = bzero + bscale * stored;
    if (softening > 0) value = 2 * softening * std::sinh(value / 1.0857362) + softOffset;
    return kind == PlaneKind::sigma ? value * value : value;
  }
  bool measuredAsStored() const {
    return bscale == 1 && bzero == 0 && softening == 0 && kind != PlaneKind::sigma;
  }
};

// The name of a bit of the mask.
struct MaskPlane {
  static constexpr uint64_t kLongestName = 80, kMost = 1000;  // far beyond real masks
  std::string name;                                           // as the file has it
  uint8_t bit = 0;                                            // 0..62
  std::string means{};  // what other masks call it, where the survey has a name of its own; else ""
};

struct Hdu {
  uint16_t file = 0;
  uint64_t headerOffset = 0;
  uint64_t dataOffset = 0;
  uint64_t dataBytes = 0;  // without padding
  uint64_t end = 0;        // padded end, or the file's end if the padding is missing
  std::string name;        // EXTNAME, else EXTTYPE, else ""
  std::string cards;       // 80-character cards without END, joined and right-trimmed, one per '\n';
                           // kept for the primary, planes and lookup tables, empty for other HDUs
};

// A dataset as its headers describe it. Strings are empty and numbers absent when unknown.
struct Layout {
  static constexpr uint32_t kVersion = 4;
  std::vector<FileStamp> files;
  std::vector<Hdu> hdus;              // in file order, files one after the other
  std::vector<Plane> planes;          // [0] is the image; all have its shape, or are 2-D beside a cube
  std::vector<Plane> others;          // of the same shape and frame in the image's file, in its order
  std::vector<MaskPlane> maskPlanes;  // of the mask, by name; empty without one
  std::vector<NumericWcs> wcs;
  std::optional<ImageTree> tree;  // of an lsst.images file
  std::string wcsProblem;         // why the image's celestial WCS cannot be used, though it has one; else ""

  const Plane* find(PlaneKind kind) const;
  // The plane whose pixels give one of `kind`: the sigma where there is no variance.
  const Plane* giving(PlaneKind kind) const;
};

struct PlaneChoice {
  PlaneKind kind = PlaneKind::image;
  uint16_t hdu = 0;  // 0-based, in its own file
};

// What the bits of a mask mean whose header does not say.
struct MaskMeaning {
  std::vector<MaskPlane> planes;
  bool codes = false;  // as Plane::codes
};

// The role of each file. The first holds the image and maybe other planes; a companion adds the plane of its
// role.
struct LayoutSource {
  Reader* reader = nullptr;
  std::optional<PlaneKind> role;      // set for companions (separate mask or weight files)
  std::optional<uint16_t> hdu;        // 0-based HDU of the image; absent: choose
  std::vector<PlaneChoice> planes{};  // of the first source, its image first; empty: choose
  MaskMeaning mask{};                 // of the first source: of the mask, wherever that is
};

// Reads a layout. Throws Error{data, …} naming HDU and card for anything inconsistent, and for files
// without a usable image; Error{transient, NEED_RANGES} through an ExtentReader.
Layout readLayout(std::span<const LayoutSource> sources);

// An image of a file, of whatever meaning.
struct ImageHdu {
  uint16_t hdu = 0;  // 0-based
  int8_t bitpix = 0;
  uint32_t width = 0, height = 0;
  std::array<uint32_t, 2> depth{1, 1};  // as Plane::depth
  std::string cards;                    // as Hdu::cards
};
struct FileImages {
  std::string primaryCards;
  std::vector<ImageHdu> images;
};
// Every image of a file, 2-D or a cube; those that are broken are left out, unless all are: then throws
// Error{data, …}.
FileImages listImages(Reader& reader);

// Compact, versioned, with a CRC-32 of the whole. `decode` checks everything and throws
// Error{data, BAD_LAYOUT}: a layout may come from a hostile or damaged pack.
std::vector<std::byte> encodeLayout(const Layout& layout);

// Which HDUs get their `cards`. Inflating and checking these takes ten times as long as all the rest.
enum class CardsOf { all, none };
Layout decodeLayout(std::span<const std::byte> bytes, CardsOf cards = CardsOf::all);

}  // namespace vignet
