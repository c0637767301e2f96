// Cutouts: a box of pixels as the bytes of a FITS file.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/box.h"
#include "core/base/control.h"
#include "core/base/slices.h"
#include "core/fits/layout.h"

namespace vignet {

class SeekTable;
struct Answer;

enum class Detail { image, maskedImage, exposure };

struct CutoutRequest {
  std::optional<WideBox> box;  // the whole plane when absent
  bool pad = false;            // whether the box may leave the image, in part
  // Of a cube the pixels of axes 3 and 4; all when absent. Planes that are 2-D beside it are not divided.
  std::array<std::optional<AxisRange>, 2> depth{};
  Detail detail = Detail::image;
  std::vector<std::string> planes{};  // by name, instead of those of `detail`; empty: by `detail`
  // Provenance, written as cards; empty ones are left out. No clock is written.
  std::string datasetId, stencil, software;
  bool operator==(const CutoutRequest&) const = default;
};

struct CutoutPlan {
  uint64_t size = 0;           // exact bytes of the answer
  uint64_t slices = 1;         // of the first plane, which a picture shows
  bool checksums = false;      // whether the answer carries CHECKSUM/DATASUM (answers up to 8 MiB do)
  std::vector<uint64_t> cuts;  // ascending offsets where the answer is best divided (0 and size included):
                               // pieces of some 1 MiB that decode no tile twice where that is possible
  std::vector<std::string>
      missingPlanes;           // planes asked for that the dataset does not have: "MASK", "VARIANCE"
  uint64_t decodedPixels = 0;  // upper bound of pixels decoded
};

// Reads no file.
CutoutPlan planCutout(const Answer& answer);

// Writes bytes [begin, begin + out.size()) of the answer. `readers` has one per Layout::files, null where no
// plane asked for lives. Starts at `cursor` bytes into `out` and returns how many are done: less than
// out.size() only after a yield, or where bytes are missing (missing_bytes.h): the readers' need() then says
// which. A window of an answer with checksums must be the whole answer. `seek`: seek points of the dataset;
// the bytes are the same without.
uint64_t fillCutout(const Answer& answer, std::span<Reader* const> readers, uint64_t begin,
                    std::span<std::byte> out, uint64_t cursor, const Control& control,
                    SeekTable* seek = nullptr);

}  // namespace vignet
