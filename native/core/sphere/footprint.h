// A footprint as a list of numbers, as it is stored and published, and its overlap tests.
#pragma once
#include <memory>
#include <span>

#include "core/sphere/region.h"
#include "core/sphere/stencil.h"

namespace vignet {

// ICRS degrees. Three numbers are a circle `lon lat radius` (images too wide for a polygon: a conservative
// footprint, `0 0 180` at worst); six and more are the vertices `lon lat …` of a polygon with great-circle
// sides, without repeating the first. Anything else is Error{usage, BAD_FOOTPRINT}.
std::unique_ptr<Region> footprintRegion(std::span<const double> footprint);

// Exact tests; an empty footprint overlaps nothing.
bool overlaps(std::span<const double> footprint, const Stencil& stencil);
bool overlaps(std::span<const double> footprint, const Vec3& point);

}  // namespace vignet
