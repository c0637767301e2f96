// The WCS of a dataset's image, and its two axes, for products that require them.
#pragma once
#include <string_view>

#include "core/fits/layout.h"
#include "core/wcs/numeric.h"

namespace vignet {

// Of the image plane. Throws Error{data, NO_IMAGE} for a layout without planes, Error{data, NO_WCS} when the
// image has no celestial WCS; the message then ends with ", so " and `consequence`.
const NumericWcs& imageWcs(const Layout& layout, std::string_view consequence = "it has no place on the sky");

// Throws Error{usage, CUBE} for an image with more than one slice. Products of many images are made of 2-D
// ones.
void requireFlat(const Layout& layout);

}  // namespace vignet
