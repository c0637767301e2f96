// Planes to an afw ExposureF file, by cfitsio.
#pragma once
#include "core/simulate/spec.h"

namespace vignet::simulate {

// Writes under a temporary name in the same folder, then renames. `planes.image` and `.variance` are scratch
// afterwards (their NaNs are replaced by the writer's null value).
Written writeExposure(const Spec& spec, Planes& planes);

}  // namespace vignet::simulate
