// Many stamps of one plane, each tile decoded once.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/control.h"
#include "core/fits/layout.h"

namespace vignet {

class SeekTable;

// The pixel that stands at index floor(size / 2) of a stamp; it may lie outside the image.
struct StampCentre {
  int32_t x = 0, y = 0;
};

// Writes centres.size() stamps of size x size pixels, in the order of `centres`, big-endian and of the
// plane's BITPIX as readPixels gives them. Outside the image: NaN, for integers 0, for masks their NO_DATA
// bit if they have one (`layout` must then hold the mask's cards).
// The plane is read from its first row to its last in bands of whole tiles, one band in memory (some MiB, or
// one row of tiles if that is more); only tiles that a stamp touches are read.
// Stamps are finished in the order of their last rows. Returns how many are finished: fewer than all only
// after a yield or where bytes are missing (missing_bytes.h), to be resumed with that number as `cursor` and
// the same arguments. Throws Error{usage, BAD_STAMP} for a bad size or an `out` of another size; what
// readPixels throws.
size_t cutStamps(Reader& reader, const Layout& layout, const Plane& plane, SeekTable* seek, uint32_t size,
                 std::span<const StampCentre> centres, std::span<std::byte> out, size_t cursor,
                 const Control& control);

}  // namespace vignet
