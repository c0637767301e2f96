// A detector between the light that falls on it and the counts that are read from it, and the way back.
#pragma once
#include <span>

#include "core/simulate/random.h"
#include "core/simulate/spec.h"

namespace vignet::simulate {

// What the calibration files of a detector hold, pixel by pixel.
class Calibrations {
 public:
  Calibrations(const Detector& detector, int width, int height)
      : detector_(detector), width_(width), height_(height) {}
  float bias(int x, int y) const;  // electrons
  float dark(int x, int y) const;  // electrons a second
  float flat(int x, int y) const;  // relative response, about 1

 private:
  uint64_t counter(int x, int y) const { return static_cast<uint64_t>(y) * width_ + x; }
  double noise(uint64_t seed, uint64_t counter) const {
    return normal_(static_cast<uint32_t>(bitsAt(seed, counter)));
  }
  const Detector& detector_;
  int width_, height_;
  Normal normal_;
};

// True of pixels that see no light: bad columns, dead patches, and what lies beyond the lit circle.
std::vector<uint8_t> deadPixels(const Defects& defects, int width, int height);

// Marks what the model in `planes.image`, less `subtracted` where there is one, shows above the noise of the
// sky.
void markDetected(Planes& planes, const Spec& spec, std::span<const float> subtracted);

// Columns of a raw image: the detector's, and the overscan of an amplifier on either side.
inline int rawWidth(const Spec& spec) { return spec.width + 2 * spec.detector->overscan; }

// Counts of a raw image, row by row, of the noiseless sky in `planes.image`.
std::vector<uint16_t> readOut(const Planes& planes, const Spec& spec);

// Instrument signature removal: the image in nJy without the sky, and its variance, from counts.
void reduce(const std::vector<uint16_t>& counts, Planes& planes, const Spec& spec);

// Bias, dark or flat as planes; the mask marks dead pixels.
Planes calibrationPlanes(const CalibrationSpec& spec);

}  // namespace vignet::simulate
