#include "core/simulate/detector.h"

#include <algorithm>
#include <cmath>

namespace vignet::simulate {
namespace {

// The same threshold as without a detector: see noise.cc.
constexpr float kVisible = 0.9f;

double skyAt(const Spec& spec, int x, int y) {
  const Noise& noise = spec.noise;
  return noise.sky *
         (1 + noise.gradient[0] * (x - 0.5 * spec.width) + noise.gradient[1] * (y - 0.5 * spec.height));
}

const Amplifier& amplifierOf(const Detector& detector, int x, int width) {
  return detector.amplifiers[x < width / 2 ? 0 : 1];
}

// Median of the overscan columns of an amplifier.
double overscanLevel(const std::vector<uint16_t>& counts, const Spec& spec, int amplifier) {
  const int wide = rawWidth(spec), overscan = spec.detector->overscan;
  const int first = amplifier == 0 ? 0 : wide - overscan;
  std::vector<uint16_t> values;
  for (int y = 0; y < spec.height; ++y) {
    const auto row = counts.begin() + static_cast<ptrdiff_t>(y) * wide + first;
    values.insert(values.end(), row, row + overscan);
  }
  const size_t half = values.size() / 2;
  std::sort(values.begin(), values.end());
  return values.size() % 2 == 1 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

}  // namespace

float Calibrations::bias(int x, int y) const {
  const uint64_t seed = detector_.biasSeed;
  const int edge = std::min(x, width_ - 1 - x);
  // Columns differ, and amplifiers glow where they lie.
  const double column = 3 * noise(~seed, static_cast<uint64_t>(x)), glow = 15 * std::exp(-edge / 12.0);
  return static_cast<float>(column + glow + 0.8 * noise(seed, counter(x, y)));
}

float Calibrations::dark(int x, int y) const {
  const uint64_t seed = detector_.darkSeed, at = counter(x, y);
  const bool hot = uniformAt(seed, at) < 5e-4;
  return static_cast<float>(0.03 + (hot ? 5 + 40 * uniformAt(~seed, at) : 0));
}

float Calibrations::flat(int x, int y) const {
  const double u = 2.0 * x / width_ - 1, v = 2.0 * y / height_ - 1;
  return static_cast<float>(1.02 - 0.04 * (u * u + v * v) + 0.004 * noise(detector_.flatSeed, counter(x, y)));
}

std::vector<uint8_t> deadPixels(const Defects& defects, int width, int height) {
  std::vector<uint8_t> dead(static_cast<size_t>(width) * height);
  auto kill = [&](int x0, int y0, int x1, int y1) {
    for (int y = std::max(0, y0); y < std::min(height, y1); ++y) {
      for (int x = std::max(0, x0); x < std::min(width, x1); ++x)
        dead[static_cast<size_t>(y) * width + x] = 1;
    }
  };
  for (const int column : defects.badColumns) kill(column, 0, column + 1, height);
  for (const auto& [x0, y0, x1, y1] : defects.noData) kill(x0, y0, x1, y1);
  if (!defects.lit) return dead;
  const auto [cx, cy, radius] = *defects.lit;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if ((x - cx) * (x - cx) + (y - cy) * (y - cy) > radius * radius)
        dead[static_cast<size_t>(y) * width + x] = 1;
    }
  }
  return dead;
}

void markDetected(Planes& planes, const Spec& spec, std::span<const float> subtracted) {
  const int32_t detected = bitOf(spec.bits.detected), negative = bitOf(spec.bits.negative);
  const double read = spec.noise.readNoise * spec.noise.readNoise;
  for (int y = 0; y < spec.height; ++y) {
    for (int x = 0; x < spec.width; ++x) {
      const size_t i = static_cast<size_t>(y) * spec.width + x;
      const float model = planes.image[i] - (subtracted.empty() ? 0 : subtracted[i]);
      const double threshold = kVisible * spec.noise.unitsPerElectron * std::sqrt(skyAt(spec, x, y) + read);
      if (model > threshold) planes.mask[i] |= detected;
      if (model < -threshold) planes.mask[i] |= negative;
    }
  }
}

std::vector<uint16_t> readOut(const Planes& planes, const Spec& spec) {
  static const Normal normal;
  const Detector& detector = *spec.detector;
  const Calibrations calibrations(detector, spec.width, spec.height);
  const std::vector<uint8_t> dead = deadPixels(spec.defects, spec.width, spec.height);
  const int wide = rawWidth(spec);
  std::vector<uint16_t> counts(static_cast<size_t>(wide) * spec.height);
  for (int y = 0; y < spec.height; ++y) {
    for (int column = 0; column < wide; ++column) {
      const int x = column - detector.overscan;
      const bool isData = x >= 0 && x < spec.width;
      const size_t at = static_cast<size_t>(y) * wide + column;
      const Amplifier& amplifier = amplifierOf(detector, x, spec.width);
      const uint64_t bits = bitsAt(spec.noise.seed, at);
      double electrons = 0;
      if (isData) {
        const size_t i = static_cast<size_t>(y) * spec.width + x;
        const double light =
            dead[i] != 0 ? 0 : skyAt(spec, x, y) + planes.image[i] / spec.noise.unitsPerElectron;
        const double expected = calibrations.flat(x, y) * light + calibrations.dark(x, y) * detector.darkTime;
        electrons = expected + std::sqrt(std::max(0.0, expected)) * normal(static_cast<uint32_t>(bits)) +
                    calibrations.bias(x, y);
      }
      electrons += amplifier.readNoise * normal(static_cast<uint32_t>(bits >> 32));
      const double value = std::round(amplifier.level + electrons / amplifier.gain);
      counts[at] = static_cast<uint16_t>(std::clamp(value, 0.0, 65535.0));
    }
  }
  return counts;
}

void reduce(const std::vector<uint16_t>& counts, Planes& planes, const Spec& spec) {
  const Detector& detector = *spec.detector;
  const Calibrations calibrations(detector, spec.width, spec.height);
  const double levels[] = {overscanLevel(counts, spec, 0), overscanLevel(counts, spec, 1)};
  const int wide = rawWidth(spec);
  const double unit = spec.noise.unitsPerElectron;
  for (int y = 0; y < spec.height; ++y) {
    for (int x = 0; x < spec.width; ++x) {
      const size_t i = static_cast<size_t>(y) * spec.width + x;
      const Amplifier& amplifier = amplifierOf(detector, x, spec.width);
      const double level = levels[x < spec.width / 2 ? 0 : 1];
      const double count = counts[static_cast<size_t>(y) * wide + detector.overscan + x];
      const double flat = calibrations.flat(x, y);
      const double electrons = (count - level) * amplifier.gain - calibrations.bias(x, y) -
                               calibrations.dark(x, y) * detector.darkTime;
      const double variance = std::max(0.0, electrons) + amplifier.readNoise * amplifier.readNoise;
      planes.image[i] = static_cast<float>((electrons / flat - skyAt(spec, x, y)) * unit);
      planes.variance[i] = static_cast<float>(variance / (flat * flat) * unit * unit);
    }
  }
}

Planes calibrationPlanes(const CalibrationSpec& spec) {
  const Calibrations calibrations(spec.detector, spec.width, spec.height);
  const size_t pixels = static_cast<size_t>(spec.width) * spec.height;
  Planes planes{spec.width, spec.height, std::vector<float>(pixels), std::vector<float>(pixels), {}};
  for (const uint8_t dead : deadPixels(spec.defects, spec.width, spec.height))
    planes.mask.push_back(dead != 0 ? bitOf(spec.bad) : 0);
  for (int y = 0; y < spec.height; ++y) {
    for (int x = 0; x < spec.width; ++x) {
      const size_t i = static_cast<size_t>(y) * spec.width + x;
      switch (spec.kind) {
        case CalibrationKind::bias:
          planes.image[i] = calibrations.bias(x, y);
          break;
        case CalibrationKind::dark:
          planes.image[i] = calibrations.dark(x, y);
          break;
        case CalibrationKind::flat:
          planes.image[i] = calibrations.flat(x, y);
          break;
        case CalibrationKind::defects:
          break;
      }
      planes.variance[i] = spec.variance;
    }
  }
  return planes;
}

}  // namespace vignet::simulate
