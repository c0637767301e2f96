// The headers of a mosaic.
#pragma once
#include <span>
#include <string>

#include "core/mosaic/mosaic.h"

namespace vignet {

// The empty primary HDU, with the provenance of the mosaic.
std::string mosaicPrimary(std::span<const HeaderText> provenance);

// An IMAGE extension: size, unit, coordinates, and MP_ cards of a mask.
std::string mosaicHeader(const MosaicFrame& frame, const MosaicPlane& plane, const std::string& unit,
                         std::span<const std::string> maskNames);

// The unit of the plane, by BUNIT of the inputs, or derived from `wanted` when pixels are scaled to that.
// Throws Error{usage, MIXED_UNITS} that lists the units.
std::string unitOf(std::span<const Layout* const> layouts, PlaneKind kind, const std::string& wanted);

}  // namespace vignet
