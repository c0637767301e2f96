#include <cmath>

#include "core/base/error.h"
#include "core/simulate/observe.h"
#include "core/simulate/render.h"
#include "core/simulate/spec.h"
#include "core/simulate/write.h"

namespace vignet::simulate {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw Error(Kind::usage, "BAD_SIMULATION", std::string("simulated image: ") + what);
}

void check(const Spec& spec) {
  constexpr int kLongestSide = 65536;
  require(spec.width >= 3 && spec.height >= 3 && spec.width <= kLongestSide && spec.height <= kLongestSide,
          "width and height must be 3 to 65536 pixels");
  require(spec.psf.weights.size() == spec.psf.sigmas.size() && !spec.psf.weights.empty(),
          "the PSF needs as many weights as sigmas");
  for (const double sigma : spec.psf.sigmas)
    require(sigma > 0.3 && sigma < 1e4, "PSF sigmas must be 0.3 to 10000 pixels");
  const Noise& n = spec.noise;
  require(n.unitsPerElectron > 0 && std::isfinite(n.unitsPerElectron), "unitsPerElectron must be positive");
  require(n.sky >= 0 && n.readNoise >= 0 && n.sky + n.readNoise > 0 && std::isfinite(n.sky + n.readNoise),
          "sky and readNoise must be positive");
  require(spec.ditherSeed >= 1 && spec.ditherSeed <= 10000, "ditherSeed must be 1 to 10000");
  require(spec.tile[0] >= 0 && spec.tile[1] >= 0, "tile sizes cannot be negative");
  for (const int column : spec.defects.badColumns) {
    require(column >= 0 && column < spec.width, "bad columns must lie in the image");
  }
}

}  // namespace

Written simulateImage(const Spec& spec, std::span<const Source> sources) {
  check(spec);
  for (const Source& s : sources) {
    require(std::isfinite(s.x) && std::isfinite(s.y) && std::isfinite(s.flux) && s.sxx >= 0 && s.syy >= 0 &&
                s.sxy * s.sxy <= s.sxx * s.syy,
            "every source needs finite numbers and a possible shape");
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
