#include "core/fits/image_wcs.h"

#include <string>

#include "core/base/error.h"

namespace vignet {

const NumericWcs& imageWcs(const Layout& layout, std::string_view consequence) {
  if (layout.planes.empty()) throw Error(Kind::data, "NO_IMAGE", "the dataset has no image plane");
  const auto& wcs = layout.planes.front().wcs;
  if (!wcs || *wcs >= layout.wcs.size()) {
    throw Error(Kind::data, "NO_WCS",
                layout.wcsProblem.empty() ? "the image has no celestial WCS, so " + std::string(consequence)
                                          : "the image has no usable celestial WCS: " + layout.wcsProblem);
  }
  return layout.wcs[*wcs];
}

}  // namespace vignet
