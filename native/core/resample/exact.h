// Kernel::exact: every input pixel counts by the solid angle in which it and the output pixel overlap.
#pragma once
#include "core/resample/resample.h"

namespace vignet {

Box exactInputBox(PixelMap& map, const Box& output);
// Arguments as for `resample`, checked. Throws Error{usage, BAD_RESAMPLE} when in.box lacks some of
// exactInputBox(map, out.box).
void resampleExact(PixelMap& map, const InputPlanes& in, const OutputPlanes& out,
                   const ResampleOptions& options);

}  // namespace vignet
