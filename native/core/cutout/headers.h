// The headers of a cutout: the cards of the source, with coordinates moved to the box.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/cutout/cutout.h"
#include "core/fits/layout.h"
#include "core/fits/write.h"

namespace vignet {

struct PlaneHeaderOptions {
  std::string name;        // EXTNAME
  Slices slices{};         // of the plane
  bool checksums = false;  // reserve CHECKSUM and DATASUM
  bool keepBeams = false;  // whether the table BEAMS is in the answer
};

// Header of a window of one plane: an IMAGE extension of the plane's BITPIX. Every WCS moves with the
// window (rules in docs/cutouts.md); cards of tile tables, checksums, cards that point into other HDUs and
// (for a true part of the plane) cards that speak of all its pixels are dropped.
HeaderWriter planeHeader(const Layout& layout, const Plane& plane, const WideBox& window,
                         const PlaneHeaderOptions& options);

struct PrimaryHeaderOptions {
  bool checksums = false;
  std::string missingPlanes;  // "MASK VARIANCE"
  std::string wholeHdus;      // of an exposure: the HDUs that are not cut
  // Cards that point to other HDUs are dropped, but those of afw's archive with `keepArchive` and those of an
  // lsst.images file with a schema ("": its own). `pointers`: their new values; absent names keep the old.
  bool keepArchive = false;
  std::optional<std::string> treeSchema{};
  std::map<std::string, uint64_t> pointers;
  Slices slices{};  // of the image
};

// The empty primary of an answer: the cards of the file's primary that describe the whole dataset, and
// provenance.
HeaderWriter primaryHeader(const Layout& layout, const CutoutRequest& request, const WideBox& window,
                           const PrimaryHeaderOptions& options);

Slices allSlices(const Plane& plane);

}  // namespace vignet
