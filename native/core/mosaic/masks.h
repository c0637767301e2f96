// One mask dictionary for many files.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fits/layout.h"

namespace vignet {

// The union of the layouts' mask planes by current name (core/fits/mask_map.h), index = bit, with NO_DATA in it. The bits of the first mask stay as they are; names
// that it lacks take the free bits, in alphabetical order. A free bit below the highest has an empty name. Throws
// Error{usage, TOO_MANY_MASKS} beyond 63 bits.
std::vector<std::string> unitedMaskNames(std::span<const Layout* const> layouts);

// 0 when there is no such name.
uint64_t maskBit(std::span<const std::string> names, std::string_view name);

}  // namespace vignet
