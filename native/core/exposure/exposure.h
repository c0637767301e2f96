// Facts about an exposure beyond its header cards: calibration, PSF, filter.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes/reader.h"
#include "core/exposure/photo_calib.h"
#include "core/exposure/psf.h"
#include "core/fits/layout.h"

namespace vignet {

// An image of one detector in one exposure that a co-add was made from.
struct ExposureInput {
  int64_t visit = 0, detector = 0;
};

struct ExposureFacts {
  std::optional<PhotoCalib> photometry;
  std::optional<PsfGrid> psf;        // in parent pixels
  std::optional<PsfGrid> cellPsf;    // in cells: where they are stands in `tree`
  std::optional<Moments> meanPsf;    // of the exposure's summary statistics
  std::string band, physicalFilter;  // of the FilterLabel; "" when there is none
  std::optional<int64_t> detector;
  std::optional<uint64_t> coaddInputs;  // rows of the tables of a co-add's inputs
  std::vector<ExposureInput> inputs;    // of a co-add, in the order of its table
  std::string tree;                // the JSON of an lsst.images file, as it is written; "" for other files
  std::vector<std::string> notes;  // why an object of the file could not be read
};

// Reads only the HDUs that hold these things: of afw's archive what the primary header's *_ID cards point to,
// of lsst.images files the HDUs JSON and PSF. A damaged or unknown object leaves its field empty and a note;
// only errors of other kinds than `data` are raised. `image` reads the file of the image plane.
ExposureFacts describeExposure(const Layout& layout, Reader& image);

}  // namespace vignet
