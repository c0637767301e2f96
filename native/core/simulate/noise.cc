#include <algorithm>
#include <cmath>

#include "core/simulate/observe.h"
#include "core/simulate/random.h"

namespace vignet::simulate {
namespace {

// A point source at five sigma in a matched filter has about this many sky sigmas in its brightest pixels.
constexpr float kDetection = 0.9f;

}  // namespace

void addNoise(Planes& planes, const Spec& spec) {
  static const Normal normal;
  const Noise& noise = spec.noise;
  const auto unit = static_cast<float>(noise.unitsPerElectron);
  const float perUnit = 1 / unit;
  const auto readVariance = static_cast<float>(noise.readNoise * noise.readNoise);
  const int32_t detected = bitOf(spec.bits.detected), negative = bitOf(spec.bits.negative);

  for (int y = 0; y < planes.height; ++y) {
    const size_t row = static_cast<size_t>(y) * planes.width;
    for (int x = 0; x < planes.width; ++x) {
      const size_t i = row + x;
      const double tilt =
          1 + noise.gradient[0] * (x - 0.5 * planes.width) + noise.gradient[1] * (y - 0.5 * planes.height);
      const float ground = static_cast<float>(noise.sky * tilt) + readVariance;
      const float model = planes.image[i];
      const uint64_t bits = bitsAt(noise.seed, i >> 1);
      const auto g = static_cast<float>(normal(static_cast<uint32_t>(i & 1 ? bits >> 32 : bits)));
      const float value = model + unit * std::sqrt(ground + std::abs(model) * perUnit) * g;
      planes.image[i] = value;
      planes.variance[i] = unit * unit * std::max(ground + value * perUnit, 0.1f * ground);
      const float threshold = kDetection * unit * std::sqrt(ground);
      planes.mask[i] = model > threshold ? detected : model < -threshold ? negative : 0;
    }
  }
}

void saturate(Planes& planes, const Spec& spec) {
  const Noise& noise = spec.noise;
  if (!(noise.fullWell > 0)) return;
  const auto full = static_cast<float>((noise.fullWell - noise.sky) * noise.unitsPerElectron);
  const int32_t sat = bitOf(spec.bits.sat), suspect = bitOf(spec.bits.suspect);
  const int width = planes.width, height = planes.height;

  std::vector<uint8_t> over(width);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const size_t i = static_cast<size_t>(y) * width + x;
      if (planes.image[i] > full) over[x] = 1;
      if (planes.image[i] > 0.8f * full) planes.mask[i] |= suspect;
    }
  }
  for (int x = 0; x < width; ++x) {
    if (!over[x]) continue;
    auto at = [&](int y) -> size_t { return static_cast<size_t>(y) * width + x; };
    for (int y = 0; y < height; ++y) {
      if (!(planes.image[at(y)] > full)) continue;
      double excess = 0;
      int end = y;
      for (; end < height && planes.image[at(end)] > full; ++end) {
        excess += planes.image[at(end)] - full;
        planes.image[at(end)] = full;
        planes.mask[at(end)] |= sat;
      }
      auto fill = [&](int row) {
        const double room = std::max(0.0, static_cast<double>(full) - planes.image[at(row)]);
        const double gained = std::min(room, excess);
        planes.image[at(row)] += static_cast<float>(gained);
        excess -= gained;
        planes.mask[at(row)] |= sat;
      };
      int down = y - 1, up = end;
      while (excess > 0 && (down >= 0 || up < height)) {
        if (down >= 0) fill(down--);
        if (excess > 0 && up < height) fill(up++);
      }
      y = up - 1;
    }
  }
}

}  // namespace vignet::simulate
