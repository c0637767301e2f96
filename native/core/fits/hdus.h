// The sequence of HDUs of a file.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fits/header.h"
#include "core/fits/layout.h"

namespace vignet {

constexpr uint64_t kFitsBlock = 2880;
constexpr size_t kMaxHdus = 10'000;  // of one file

enum class HduType : uint8_t { primary, image, table, other };  // `table`: BINTABLE

struct HduRecord {
  Hdu hdu;  // `cards` still empty; they are in `header`
  HduType type = HduType::other;
  Header header;
  int bitpix = 0;
  std::vector<uint64_t> axes;    // NAXISn
  bool compressedImage = false;  // a BINTABLE with ZIMAGE = T
};

// An image or a cube as its HDU describes it: of the pixels, not of the tile table that may hold them.
struct ImageShape {
  int8_t bitpix = 0;
  uint8_t naxis = 2;
  uint32_t width = 0, height = 0;
  std::array<uint32_t, 2> depth{1, 1};  // as Plane::depth
  bool isCube() const { return depth[0] > 1 || depth[1] > 1; }
};

// No image has more bytes of pixels, compressed or not.
constexpr uint64_t kMostPixelBytes = uint64_t{1} << 60;

// EXTNAME; where there are several the first that is not COMPRESSED_IMAGE, which cfitsio writes beside the
// image's own. "" without one.
std::string extensionName(const Header& header);

// Walks the headers from the start of a file to its end. `label` goes before "HDU n" in messages ("" or
// "mask file, "); `file` is put into each Hdu. What follows the last HDU and is none itself is ignored, and
// the padding of the last HDU may be missing. Throws Error{data, …}: NOT_FITS, COMPRESSED_FILE, BAD_HEADER,
// BAD_CARD, TRUNCATED, RANDOM_GROUPS, TOO_MANY_HDUS; and whatever the reader throws.
std::vector<HduRecord> walkHdus(Reader& reader, uint16_t file = 0, const std::string& label = "");

// The shape of an image HDU or tile-compressed image whose axes beyond four have length 1; absent for
// everything else. Throws Error{data, BAD_CARD | BAD_IMAGE} when the header contradicts itself or the HDU's
// size.
std::optional<ImageShape> imageShape(const HduRecord& record);

}  // namespace vignet
