// Colours of grey levels.
#pragma once
#include <array>
#include <cstdint>

#include "core/render/picture.h"

namespace vignet {

// Red, green and blue of each level, as matplotlib's tables of 256 entries.
using ColourTable = std::array<std::array<uint8_t, 3>, 256>;
ColourTable colourTable(Colormap map);

}  // namespace vignet
