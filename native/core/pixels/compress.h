// Compresses a finished FITS answer: its images become tile-compressed tables.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "core/base/control.h"

namespace vignet {

struct CompressOptions {
  enum class Mode {
    gzip,  // every plane GZIP_2
    rice,  // integers RICE_1, floats GZIP_2
  };
  Mode mode = Mode::gzip;
  // Only with Mode::rice: floats are quantised in steps of (noise of their row) / level, dithered by
  // SUBTRACTIVE_DITHER_2, and go RICE_1. Absent: nothing is lost.
  std::optional<float> quantize;
};

// Returns `fits` (whole HDUs in memory) with every two-dimensional image extension turned into a
// tile-compressed image (FITS 4.0, section 10.1) of one tile a row; every other HDU is copied as it is. So
// are images of 64-bit integers, which cfitsio could not read compressed. Cards are kept; checksums of the
// image become ZHECKSUM and ZDATASUM, and the table gets its own. A lossy plane is recorded by its card
// QUANTIZE, and its dither begins where a checksum of its pixels says: the same answer always gives the same
// bytes. Throws Error{usage, BAD_QUANTIZE} unless `quantize` is in 0.01 .. 10000 and goes with rice;
// Error{data, …} when `fits` is not FITS. Polls `control` once a row and obeys only a cancel.
std::vector<std::byte> compressFits(std::span<const std::byte> fits, const CompressOptions& options,
                                    const Control& control);

}  // namespace vignet
