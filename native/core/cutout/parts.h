// Putting an answer together from parts, one HDU after the other.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/cutout/answer.h"

namespace vignet {

// An HDU of the answer, as an INDEX of an lsst.images file lists it.
struct MadeHdu {
  std::string name;  // "" for the primary
  int64_t version = 1;
  bool table = false;
  uint64_t header = 0, data = 0, dataBytes = 0;  // in the answer; with padding
};

class Parts {
 public:
  explicit Parts(Answer& answer) : answer_(answer) {}

  void text(std::string bytes);
  // Bytes of the image's file.
  void copy(uint64_t source, uint64_t size, AnswerPart::Kind kind = AnswerPart::Kind::copy);
  // The window of a plane; `empty`: a pixel outside the image.
  void pixels(const Plane& plane, const Slices& slices, uint64_t bytes, std::string empty);
  // The end of the HDU that began at `begin` with a header of `headerBytes`: its padding, and its sums if the
  // answer has sums and the HDU is made here.
  MadeHdu finish(uint64_t begin, uint64_t headerBytes, bool made);

  uint64_t size() const { return answer_.size; }

 private:
  // Null if there is nothing to append.
  AnswerPart* add(AnswerPart::Kind kind, uint64_t size);
  Answer& answer_;
};

[[noreturn]] void damagedLayout(const std::string& what);  // Error{data, BAD_LAYOUT}

// The name of a plane in an answer: IMAGE, MASK, …, of other planes their EXTNAME.
std::string nameOfPlane(const Layout& layout, const Plane& plane);
// EXTVER of a plane of the source; 1 without one.
int64_t versionOfPlane(const Layout& layout, const Plane& plane);

// A plane and the EXTNAME it gets: its own where it was asked for by that.
struct AskedPlane {
  const Plane* plane = nullptr;
  std::string name;
};

// The planes of an answer in order. Throws Error{data, NO_IMAGE}, Error{usage, NO_SUCH_PLANE}.
std::vector<AskedPlane> planesAsked(const Layout& layout, const CutoutRequest& request);

// The stored bytes of a pixel outside the image: NaN; of a weight 0; of a mask the bit NO_DATA, or none;
// of other integers BLANK. Throws Error{usage, NO_BLANK}.
std::string emptyPixel(const Layout& layout, const Plane& plane);

// Index in Layout::hdus of the lookup tables that the distortions of a plane refer to.
std::vector<uint16_t> lookupTablesOf(const Layout& layout, const Plane& plane);
// The header of a lookup table for an image that begins at pixel (x0, y0) of its parent.
std::string lookupHeader(const Layout& layout, uint16_t hdu, const WideBox& window, bool checksums);

// What the tree of an answer is of: all that the source holds, or a type of lsst.images that its planes make.
enum class TreeType : uint8_t { source, image, mask, variance, maskedImage };
// Absent where an answer of these planes can carry no tree.
std::optional<TreeType> treeType(const Layout& layout, const CutoutRequest& request,
                                 std::span<const AskedPlane> planes);
// Its schema (DATAMODL), "" for the source's own.
std::string schemaOf(TreeType type);
// Appends the table JSON: the tree of the answer, with the places and shapes of its window.
MadeHdu addTree(Parts& parts, const Layout& layout, TreeType type, const WideBox& window, bool checksums);
// Appends the table INDEX of these HDUs.
MadeHdu addIndex(Parts& parts, std::span<const MadeHdu> hdus, bool checksums);

}  // namespace vignet
