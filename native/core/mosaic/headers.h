// The headers of a mosaic.
#pragma once
#include <span>
#include <string>

#include "core/mosaic/mosaic.h"

namespace vignet {

// The empty primary: what the mosaic is of.
std::string mosaicPrimary(std::span<const HeaderText> provenance);

// An IMAGE extension: size, unit, coordinates, and MP_ cards of a mask.
std::string mosaicHeader(const MosaicFrame& frame, const MosaicPlane& plane, const std::string& unit,
                         std::span<const std::string> maskNames);

// The unit that the images' pixels are in, by BUNIT, and what follows from it for the plane; `wanted` when
// the pixels are scaled to it. Throws Error{usage, MIXED_UNITS} that names the mixture.
std::string unitOf(std::span<const Layout* const> layouts, PlaneKind kind, const std::string& wanted);

}  // namespace vignet
