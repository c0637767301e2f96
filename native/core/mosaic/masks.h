// One mask dictionary for many files.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fits/layout.h"

namespace vignet {

// The union of the layouts' mask planes by current name (core/fits/mask_map.h), in alphabetical order, index
// = bit; always with NO_DATA, and with CLIPPED if `clipped`. Throws Error{usage, TOO_MANY_MASK_PLANES}
// beyond 63.
std::vector<std::string> unitedMaskNames(std::span<const Layout* const> layouts, bool clipped = false);

// 0 when there is no such name.
uint64_t maskBit(std::span<const std::string> names, std::string_view name);

}  // namespace vignet
