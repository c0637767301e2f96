#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/simulate/detector.h"
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

void checkSize(int width, int height) {
  constexpr int kLongestSide = 65536;
  require(width >= 3 && height >= 3 && width <= kLongestSide && height <= kLongestSide, "3 to 65536 pixels",
          "width and height", std::to_string(width) + " x " + std::to_string(height));
}

void checkColumns(const Defects& defects, int width) {
  for (const int column : defects.badColumns)
    require(column >= 0 && column < width, "a column of the image", "a bad column", column);
}

void checkDetector(const Detector& detector) {
  require(detector.overscan >= 1 && detector.overscan <= 1000, "1 to 1000 columns", "overscan",
          detector.overscan);
  for (const Amplifier& one : detector.amplifiers)
    require(one.gain > 0 && one.level >= 0 && one.readNoise >= 0 &&
                std::isfinite(one.gain + one.level + one.readNoise),
            "a positive gain and numbers from 0", "an amplifier", one.gain);
  require(detector.darkTime >= 0 && std::isfinite(detector.darkTime), "seconds", "darkTime",
          detector.darkTime);
}

void check(const Spec& spec) {
  checkSize(spec.width, spec.height);
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
  checkColumns(spec.defects, spec.width);
  require(spec.detector || !spec.raw, "a detector", "a raw image", "none");
  if (spec.detector) checkDetector(*spec.detector);
}

void checkSources(std::span<const Source> sources) {
  for (const Source& s : sources) {
    require(std::isfinite(s.x) && std::isfinite(s.y) && std::isfinite(s.flux) && s.sxx >= 0 && s.syy >= 0 &&
                s.sxy * s.sxy <= s.sxx * s.syy,
            "finite numbers and second moments of an ellipse", "a source", "others");
  }
}

std::vector<uint16_t> throughDetector(Planes& planes, const Spec& spec) {
  addCosmicRays(planes, spec);
  saturate(planes, spec);
  return readOut(planes, spec);
}

}  // namespace

Written simulateImage(const Spec& spec, std::span<const Source> sources, std::span<const Source> subtracted) {
  check(spec);
  checkSources(sources);
  checkSources(subtracted);
  Planes planes{spec.width, spec.height, {}, {}, {}};
  const size_t pixels = static_cast<size_t>(spec.width) * static_cast<size_t>(spec.height);
  planes.image.resize(pixels);
  planes.variance.resize(pixels);
  planes.mask.resize(pixels);

  const Noise& n = spec.noise;
  const double skySigma = n.unitsPerElectron * std::sqrt(n.sky + n.readNoise * n.readNoise);
  const double floor = 0.005 * skySigma;
  addSources(planes.image, spec.width, spec.height, sources, spec.psf, floor);
  if (spec.raw) return writeRaw(spec, throughDetector(planes, spec));
  if (spec.detector) {
    std::vector<float> reference(subtracted.empty() ? 0 : pixels);
    if (!subtracted.empty()) addSources(reference, spec.width, spec.height, subtracted, spec.psf, floor);
    markDetected(planes, spec, reference);
    reduce(throughDetector(planes, spec), planes, spec);
    addDefects(planes, spec);
    for (size_t i = 0; i < reference.size(); ++i) planes.image[i] -= reference[i];
    return writeExposure(spec, planes);
  }
  addNoise(planes, spec);
  saturate(planes, spec);
  addCosmicRays(planes, spec);
  addDefects(planes, spec);
  return writeExposure(spec, planes);
}

Written simulateCalibration(const CalibrationSpec& spec) {
  checkSize(spec.width, spec.height);
  checkColumns(spec.defects, spec.width);
  checkDetector(spec.detector);
  Planes planes = calibrationPlanes(spec);
  return writeCalibration(spec, planes);
}

}  // namespace vignet::simulate
