#include "core/fits/image_wcs.h"

#include <string>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/planes.h"

namespace vignet {

const NumericWcs& imageWcs(const Layout& layout, std::string_view consequence) {
  if (layout.planes.empty())
    throw Error(Kind::data, "NO_IMAGE", "expected an image plane in the dataset, received none");
  const auto& wcs = layout.planes.front().wcs;
  if (!wcs || *wcs >= layout.wcs.size()) {
    throw Error(Kind::data, "NO_WCS",
                (layout.wcsProblem.empty()
                     ? "expected a celestial WCS in the image's header, received none"
                     : "expected a usable celestial WCS in the image's header, received one that is not (" +
                           layout.wcsProblem + ")") +
                    ", so " + std::string(consequence));
  }
  return layout.wcs[*wcs];
}

void requireFlat(const Layout& layout) {
  for (const Plane& plane : layout.planes)
    if (plane.isCube())
      throw Error(
          Kind::usage, "CUBE",
          expectedFor("a 2-D image", "an input", "a cube of " + sizeText(shapeOf(plane)) + " pixels") +
              "; cut out the slice that you want (BAND, POL) and use that file");
}

}  // namespace vignet
