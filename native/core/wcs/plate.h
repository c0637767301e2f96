// The plate solution of the Digitized Sky Survey: coordinates without CTYPE (WCS Paper IV, section 5.2).
#pragma once
#include <string_view>

#include "core/wcs/cards.h"

namespace vignet {

// Whether a keyword is part of a plate solution ("AMDX3", "PLTRAH", "CNPIX1").
bool isPlateKey(std::string_view key);

// Whether all the cards are there that wcslib makes a WCS of, with numbers.
bool isWholePlate(const WcsCards& cards);

}  // namespace vignet
