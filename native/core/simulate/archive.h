// The tables an afw Exposure keeps its other components in.
#pragma once
#include <string>

#include "core/simulate/fitsfile.h"
#include "core/simulate/spec.h"

namespace vignet::simulate {

// Archive ids as the primary header's *_ID cards name them.
inline constexpr int kPhotoCalibId = 1, kFilterId = 2, kPsfId = 3, kPsfCorrectionsId = 5;

// ARCHIVE_INDEX and its tables: a PhotoCalib of 1 (pixels are nJy already), a FilterLabel, a KernelPsf
// whose FixedKernel is the image of the PSF, 41 x 41 pixels, and an ApCorrMap with the light outside it.
void writeArchive(FitsFile& fits, const Spec& spec);

}  // namespace vignet::simulate
