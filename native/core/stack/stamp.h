// The pixels of one stamp, in the selected planes, as numbers.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/control.h"
#include "core/fits/layout.h"
#include "core/fits/mask_map.h"
#include "core/stack/locate.h"
#include "core/stack/record.h"

namespace vignet {

class SeekTable;

struct StampSelection {
  bool image = false, mask = false, variance = false;
  bool weightAsVariance = false;  // the inverse of the weight, if the dataset has no variance or sigma
};

// Square planes of size x size, first row first; empty if not selected or if the dataset has none.
struct StampPlanes {
  std::vector<float> image, variance;  // NaN outside the image and where pixels are undefined
  std::vector<uint64_t> mask;          // bits of the file's own dictionary; outside the image 0
  MaskDictionary dictionary;           // of the mask, by current names
  bool edge = false;                   // the stamp leaves the image

  // All pixels undefined.
  void clear(const StampFrame& frame);
};

// Reads a stamp. `readers` has one per Layout::files, null where no wanted plane lives. Float32 pixels come
// as they are stored; integers and doubles as BZERO + BSCALE x stored, rounded to float32, BLANK as NaN. The
// image is multiplied by `scale` and the variance by its square, both before rounding; a sigma is squared
// before that. A weight is used only with `weightAsVariance`: it is then an inverse variance, of which only
// numbers above 0 count. Throws what
// readPixels throws.
class StampReader {
 public:
  void read(const Layout& layout, std::span<Reader* const> readers, SeekTable* seek, const StampFrame& frame,
            const StampSelection& selection, double scale, const Control& control, StampPlanes& out);

 private:
  std::vector<std::byte> raw_;
};

// Which files of a dataset contain selected planes.
std::vector<bool> filesOf(const Layout& layout, const StampSelection& selection);

// The roles of mask planes, by name, in measureStamp.
MaskRoles maskRoles(const MaskDictionary& dictionary);

}  // namespace vignet
