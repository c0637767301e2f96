// The answer of a cutout as a sequence of parts: planCutout adds up their sizes, fillCutout writes them.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/cutout/cutout.h"
#include "core/fits/layout.h"

namespace vignet {

struct AnswerPart {
  enum class Kind {
    text,    // these bytes
    pixels,  // the window of a plane
    zeros,
    copy,  // bytes of the image's file, from `source` on
    index  // the INDEX table of an lsst.images file at `source`, its addresses rewritten
  };
  Kind kind = Kind::text;
  uint64_t begin = 0;  // in the answer
  uint64_t size = 0;
  std::string text;  // of pixels: the stored bytes of one outside the image
  const Plane* plane = nullptr;
  Slices slices{};  // of the plane
  uint64_t source = 0;
  uint64_t end() const { return begin + size; }
};

// The new place of an HDU of the image's file.
struct MovedHdu {
  uint64_t oldHeader = 0;
  uint64_t header = 0, data = 0;
  uint64_t dataBytes = 0;  // padded
  bool decoded = false;    // a plane: now an uncompressed image
};

// An HDU whose CHECKSUM and DATASUM are to be filled.
struct SummedHdu {
  uint64_t begin = 0, data = 0, end = 0;
};

struct Answer {
  const Layout* layout = nullptr;
  WideBox window;                 // what is delivered
  Box box;                        // what the image has of it, never empty
  Slices slices{};                // of the image
  std::vector<AnswerPart> parts;  // none empty
  std::vector<MovedHdu> moved;    // Detail::exposure only
  std::vector<SummedHdu> summed;  // empty without checksums
  std::vector<std::string> missingPlanes;
  uint64_t size = 0;
  bool checksums = false;
};

// Answers up to this many bytes are written whole and carry checksums.
inline constexpr uint64_t kChecksumLimit = 8u << 20;

// Where tiles have several slices, boxes of up to so many bytes together are read at once.
inline constexpr uint64_t kMostTogether = 8u << 20;
// One after the last slice that is read together with slice `first` of a part, of those in the same tiles.
uint64_t endTogether(const AnswerPart& part, const Box& box, uint64_t first);

// Throws Error{usage, BAD_BOX} when the box is empty or not inside the image (with `pad`: has no pixel of it,
// or a side above kMaxSide), or the slices are not there, Error{usage, NO_SUCH_PLANE} and Error{usage,
// NO_BLANK}, Error{data, NO_IMAGE} for a layout without planes, Error{data, BAD_LAYOUT} if the answer has
// 2^60 bytes or more. The answer points into `layout`.
Answer composeAnswer(const Layout& layout, const CutoutRequest& request);

// Rewrites the addresses in an INDEX HDU of an lsst.images file (header and data, `hdu.size()` bytes) and its
// checksums if it has any. Throws Error{data, BAD_INDEX_TABLE} if it is no such table or names an HDU that
// the file does not have.
void rewriteIndex(std::span<std::byte> hdu, std::span<const MovedHdu> moved);

}  // namespace vignet
