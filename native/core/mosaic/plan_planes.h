// The planes of a planned mosaic, when its frame and its inputs' places are known.
#pragma once
#include <span>

#include "core/mosaic/mosaic.h"

namespace vignet {

// Sets plan.planes, maskNames and missingPlanes. Throws Error{usage, MIXED_UNITS | TOO_MANY_MASK_PLANES}.
void addPlanes(std::span<const MosaicInput> inputs, const MosaicRequest& request, MosaicPlan& plan);

// Sets plan.decodedPixels.
void countPixels(std::span<const MosaicInput> inputs, const MosaicRequest& request, MosaicPlan& plan);

}  // namespace vignet
