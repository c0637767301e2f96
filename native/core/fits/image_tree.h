// The JSON tree of an lsst.images file (FMTVER 1), which says where its images lie and of what shape they
// are: the places in its text that differ in a file that holds a part of the images.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vignet {

struct HduRecord;
class Reader;

// Bytes of the first row's text, from its beginning.
struct TreeText {
  uint64_t offset = 0, bytes = 0;
};

// An integer of the tree that changes with the box.
struct TreeNumber {
  enum class What : uint8_t { y0, x0, height, width };
  TreeText place;
  What what = What::y0;
  int64_t value = 0;
};

struct ImageTree {
  static constexpr uint64_t kMostText = 16u << 20, kMostRows = 1000, kMostImages = 1000,
                            kMostNumbers = 10'000;

  uint16_t hdu = 0;            // of the table JSON: index in Layout::hdus
  std::vector<TreeText> rows;  // of its data; the first row is the tree, the others are what it points to
  std::vector<TreeNumber>
      numbers;  // ascending, of every image that has the place and shape of the science image
  // Values of keys of the tree. `image` is the whole tree where it is that of an image alone.
  std::optional<TreeText> image, mask, variance, projection, metadata, butler;
  bool single = false;    // the tree is that of an image and nothing else
  bool pointers = false;  // the image, its mask, variance or projection point to other rows
};

// What the tree holds, and which HDUs (index in `records`) belong to the science image by it.
struct FoundTree {
  ImageTree tree;
  std::vector<uint16_t> hdus;
};

// The tree of a file whose science image, of `width` x `height` pixels, is in HDU `image`. Absent for files
// of other formats, and for trees that are damaged, too large or of another version. Throws what the reader
// throws. One pass over the text.
std::optional<FoundTree> findTree(std::span<const HduRecord> records, Reader& reader, uint16_t image,
                                  uint32_t width, uint32_t height);

}  // namespace vignet
