// Which keywords of a header are of a celestial WCS.
#pragma once
#include <string_view>

namespace vignet {

// Of the primary WCS ("CRPIX1", "PV2_1", "A_0_2", "WAT1_001"), or of a plate solution.
bool isWcsKey(std::string_view key);

// Whether a keyword is part of a celestial WCS, primary or alternate ("CRPIX1", "CD1_2A", "A_0_2",
// "LONPOLE").
bool isWcsKeyword(std::string_view keyword);

}  // namespace vignet
