// The tables an afw Exposure keeps its other components in.
#pragma once
#include <string>

#include "core/simulate/fitsfile.h"

namespace vignet::simulate {

// Archive id of the PhotoCalib and of the FilterLabel, as the primary header's *_ID cards name them.
inline constexpr int kPhotoCalibId = 1, kFilterId = 2;

// ARCHIVE_INDEX and two ARCHIVE_DATA tables: a PhotoCalib of 1 (pixels are nJy already) and a FilterLabel.
void writeArchive(FitsFile& fits, const std::string& band, const std::string& physicalFilter);

}  // namespace vignet::simulate
