// Checks that a layout is consistent.
#pragma once
#include "core/fits/layout.h"

namespace vignet {

// Throws Error{data, BAD_LAYOUT} unless every index, offset, size and shape in a layout is consistent with
// the others and lies inside its file as the file's stamp gives it. Code that holds a checked layout may use
// its numbers without checking them again; what the tile table's own rows and heap say stays to be checked.
void checkLayout(const Layout& layout);

}  // namespace vignet
