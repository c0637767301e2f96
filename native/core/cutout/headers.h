// The headers of a cutout: the cards of the source, with coordinates moved to the box.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "core/cutout/cutout.h"
#include "core/fits/layout.h"
#include "core/fits/write.h"

namespace vignet {

struct PlaneHeaderOptions {
  int version = 1;         // EXTVER is written from 2 on
  bool checksums = false;  // reserve CHECKSUM and DATASUM
};

// Header of one plane cut to a box of it: an IMAGE extension of the plane's BITPIX. Every WCS moves with the
// box (rules in docs/cutouts.md); cards of tile tables, checksums, and (for a true part of the plane)
// sections and extrema and cards that point into other HDUs are dropped.
HeaderWriter planeHeader(const Layout& layout, const Plane& plane, const Box& box,
                         const PlaneHeaderOptions& options);

struct PrimaryHeaderOptions {
  bool checksums = false;
  std::string missingPlanes;  // "MASK VARIANCE"
  // Detail::exposure keeps the cards that point to other HDUs, with these new values; absent names keep the
  // old. Without it such cards are dropped.
  bool keepPointers = false;
  std::map<std::string, int64_t> pointers;
};

// The empty primary of an answer: the cards of the file's primary that describe the whole dataset, and
// provenance.
HeaderWriter primaryHeader(const Layout& layout, const CutoutRequest& request, const Box& box,
                           const PrimaryHeaderOptions& options);

}  // namespace vignet
