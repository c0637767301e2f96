// Which pixels of an image a region of sky covers.
#pragma once
#include <optional>

#include "core/base/box.h"
#include "core/fits/layout.h"
#include "core/sphere/stencil.h"

namespace vignet {

// The box of the pixels a stencil covers, by the rule of docs/cutouts.md; absent when they do not overlap.
// Throws Error{data, NO_WCS} when the image plane has no celestial WCS.
std::optional<Box> boxOf(const Layout& layout, const Stencil& stencil);
// The same of an image, or a grid, of so many pixels.
std::optional<Box> boxOf(const NumericWcs& wcs, uint32_t width, uint32_t height, const Stencil& stencil);

}  // namespace vignet
