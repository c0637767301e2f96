// Rows of a mosaic whose pixels are combined from all inputs that have data there.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/mosaic/mosaic.h"

namespace vignet {

// fillMosaic for strips with a CombinedAssignment. The cursor counts blocks.
uint64_t fillCombined(const MosaicStrip& strip, const MosaicPart& part, std::span<std::byte> out,
                      uint64_t cursor, const Control& control, std::vector<MosaicFailure>& failures);

// All rows of a strip in several planes at once, without a pause; out[p] is the room for those of plane p.
void fillCombined(const MosaicStrip& strip, std::span<const MosaicPart> parts,
                  std::span<std::byte* const> out, const Control& control,
                  std::vector<MosaicFailure>& failures);

}  // namespace vignet
