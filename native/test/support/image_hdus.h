// The separate images of a file, by the core's own grouping.
#pragma once
#include <cstdint>
#include <vector>

#include "core/fits/planes.h"

namespace vignet {

// 0-based numbers of the HDUs that hold a separate image each (one, for afw and DP2 files, whose mask and
// variance belong to their image; several for a multi-extension mosaic).
inline std::vector<uint16_t> imageHdus(Reader& reader) {
  std::vector<uint16_t> hdus;
  for (const auto& group : groupPlanes(walkHdus(reader))) hdus.push_back(group.front().hdu);
  return hdus;
}

}  // namespace vignet
