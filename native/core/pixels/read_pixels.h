// Reads pixels of one plane, for every product.
#pragma once
#include <cstddef>
#include <span>

#include "core/base/box.h"
#include "core/base/control.h"
#include "core/base/slices.h"
#include "core/bytes/reader.h"
#include "core/fits/layout.h"

namespace vignet {

class SeekTable;

// Decodes rows of a box into big-endian pixels of the plane's BITPIX (box.width() * height * |bitpix|/8
// bytes), bit-identical to cfitsio. Quantised floats come out as floats; integers stay as stored (BSCALE,
// BZERO, BLANK not applied). `stride`: bytes from a row of `out` to the next, which then ends with the last
// row; 0: rows without anything between.
void readPixels(Reader& reader, const Layout& layout, const Plane& plane, const Box& box,
                std::span<std::byte> out, const Control& control, SeekTable* seek = nullptr,
                size_t stride = 0, const Slice& slice = {});

// Whether tiles have more than one slice.
bool hasDeepTiles(const Plane& plane);
// The same box of several slices of such a plane that are in the same tiles, in the order of the file: one
// after the other, without anything between. Each tile is decoded once.
void readSlices(Reader& reader, const Layout& layout, const Plane& plane, const Box& box,
                std::span<const Slice> slices, std::span<std::byte> out, const Control& control);

}  // namespace vignet
