#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/simulate/observe.h"
#include "core/simulate/render.h"
#include "core/simulate/spec.h"
#include "core/simulate/write.h"

namespace vignet::simulate {
namespace {

template <typename Value>
void require(bool holds, const char* expected, const char* name, const Value& received) {
  if (!holds) throw Error(Kind::usage, "BAD_SIMULATION", expectedFor(expected, name, received));
}

void check(const Spec& spec) {
  constexpr int kLongestSide = 65536;
  require(spec.width >= 3 && spec.height >= 3 && spec.width <= kLongestSide && spec.height <= kLongestSide,
          "3 to 65536 pixels", "width and height",
          std::to_string(spec.width) + " x " + std::to_string(spec.height));
  require(spec.psf.weights.size() == spec.psf.sigmas.size() && !spec.psf.weights.empty(),
          "one weight for each sigma", "the PSF", spec.psf.weights.size());
  for (const double sigma : spec.psf.sigmas)
    require(sigma > 0.3 && sigma < 1e4, "0.3 to 10000 pixels", "a sigma of the PSF", sigma);
  const Noise& n = spec.noise;
  require(n.unitsPerElectron > 0 && std::isfinite(n.unitsPerElectron), "a positive number",
          "unitsPerElectron", n.unitsPerElectron);
  require(n.sky >= 0 && n.readNoise >= 0 && n.sky + n.readNoise > 0 && std::isfinite(n.sky + n.readNoise),
          "at least 0, not both 0,", "sky and readNoise", decimal(n.sky) + " and " + decimal(n.readNoise));
  require(spec.ditherSeed >= 1 && spec.ditherSeed <= 10000, "1 to 10000", "ditherSeed", spec.ditherSeed);
  require(spec.tile[0] >= 0 && spec.tile[1] >= 0, "at least 0 pixels", "the size of a tile",
          std::min(spec.tile[0], spec.tile[1]));
  for (const int column : spec.defects.badColumns) {
    require(column >= 0 && column < spec.width, "a column of the image", "a bad column", column);
  }
}

}  // namespace

Written simulateImage(const Spec& spec, std::span<const Source> sources) {
  check(spec);
  for (const Source& s : sources) {
    require(std::isfinite(s.x) && std::isfinite(s.y) && std::isfinite(s.flux) && s.sxx >= 0 && s.syy >= 0 &&
                s.sxy * s.sxy <= s.sxx * s.syy,
            "finite numbers and second moments of an ellipse", "a source", "others");
  }
  Planes planes{spec.width, spec.height, {}, {}, {}};
  const size_t pixels = static_cast<size_t>(spec.width) * static_cast<size_t>(spec.height);
  planes.image.resize(pixels);
  planes.variance.resize(pixels);
  planes.mask.resize(pixels);

  const Noise& n = spec.noise;
  const double skySigma = n.unitsPerElectron * std::sqrt(n.sky + n.readNoise * n.readNoise);
  addSources(planes.image, spec.width, spec.height, sources, spec.psf, 0.005 * skySigma);
  addNoise(planes, spec);
  saturate(planes, spec);
  addDefects(planes, spec);
  return writeExposure(spec, planes);
}

}  // namespace vignet::simulate
