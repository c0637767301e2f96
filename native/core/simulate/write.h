// Planes to an afw ExposureF file, by cfitsio.
#pragma once
#include "core/simulate/spec.h"

namespace vignet::simulate {

// Writes under a temporary name in the same folder, then renames. `planes.image` and `.variance` are scratch
// afterwards (their NaNs are replaced by the writer's null value).
Written writeExposure(const Spec& spec, Planes& planes);

// Counts with their overscans, as one image of unsigned 16-bit numbers.
Written writeRaw(const Spec& spec, std::vector<uint16_t> counts);

// Image, mask and variance without an archive; of defects a mask and a table of their boxes.
Written writeCalibration(const CalibrationSpec& spec, Planes& planes);

}  // namespace vignet::simulate
