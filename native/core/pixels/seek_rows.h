// Reading the rows of a plane by its seek points.
#pragma once
#include <cstddef>
#include <span>

#include "core/base/box.h"
#include "core/base/control.h"
#include "core/fits/layout.h"
#include "core/seek/seek_table.h"

namespace vignet {

// As readPixels, for a plane of which `seek` has `points`, with a stride: the same bytes. Rows whose points
// are missing, damaged or false are read from the beginning of their tile.
void readSeekRows(Reader& reader, const Layout& layout, const Plane& plane, const Box& box,
                  std::span<std::byte> out, size_t stride, const Control& control, SeekTable& seek,
                  const SeekPlane& points);

// Whether points of a plane save work for a box.
bool helps(const SeekPlane& points, const Box& box);

}  // namespace vignet
