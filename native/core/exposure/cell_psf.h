// The PSFs of a coadd made cell by cell (lsst.images: HDU `PSF`, one image for each cell).
#pragma once
#include "core/exposure/psf.h"
#include "core/exposure/table.h"

namespace vignet {

// Moments of every so many cells in both directions, at most 16 each: the grid's positions count cells, so
// that node (i, j) is cell (i dx, j dy) of the array. `hdu` holds a four-dimensional array of floats, axes x
// and y of the images first, as it is or in tiles of GZIP_1 or GZIP_2 that hold rows of one image. Cells
// without a PSF are NaN. Throws Error{data, BAD_EXPOSURE_TABLE | BAD_GZIP | …} for anything else.
PsfGrid readCellPsf(Reader& reader, const Hdu& hdu, const std::string& where, Budget& budget);

}  // namespace vignet
