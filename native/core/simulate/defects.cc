#include <algorithm>
#include <cmath>

#include "core/base/constants.h"
#include "core/simulate/observe.h"
#include "core/simulate/random.h"

namespace vignet::simulate {
namespace {

// A straight track of a few to a few tens of pixels that leaves some thousand electrons in each.
void cosmicRay(Planes& planes, const Spec& spec, uint64_t counter) {
  const uint64_t seed = ~spec.noise.seed;
  auto random = [&](int k) { return uniformAt(seed, counter * 8 + k); };
  double x = random(0) * planes.width, y = random(1) * planes.height;
  const double angle = 2 * kPi * random(2), length = 1 + 25 * random(3) * random(3) * random(3);
  const auto charge = static_cast<float>((800 + 7000 * random(4) * random(4)) * spec.noise.unitsPerElectron);
  const int32_t cr = bitOf(spec.bits.cr);
  for (int step = 0; 0.5 * step < length; ++step, x += 0.5 * std::cos(angle), y += 0.5 * std::sin(angle)) {
    const double column = std::floor(x), row = std::floor(y);
    if (column < 0 || row < 0 || column >= planes.width || row >= planes.height) return;
    const size_t i = static_cast<size_t>(row) * planes.width + static_cast<size_t>(column);
    planes.image[i] += 0.5f * charge;
    planes.variance[i] += 0.5f * charge * static_cast<float>(spec.noise.unitsPerElectron);
    planes.mask[i] |= cr;
  }
}

void interpolateColumn(Planes& planes, const Spec& spec, int column) {
  const int32_t flags = bitOf(spec.bits.bad) | bitOf(spec.bits.interpolated);
  const int left = column > 0 ? column - 1 : column + 1,
            right = column + 1 < planes.width ? column + 1 : column - 1;
  for (int y = 0; y < planes.height; ++y) {
    const size_t row = static_cast<size_t>(y) * planes.width;
    planes.image[row + column] = 0.5f * (planes.image[row + left] + planes.image[row + right]);
    planes.mask[row + column] |= flags;
  }
}

}  // namespace

void addCosmicRays(Planes& planes, const Spec& spec) {
  for (int k = 0; k < spec.defects.cosmicRays; ++k) cosmicRay(planes, spec, static_cast<uint64_t>(k));
}

void addDefects(Planes& planes, const Spec& spec) {
  const int width = planes.width, height = planes.height;
  for (const int column : spec.defects.badColumns) interpolateColumn(planes, spec, column);

  const int32_t edge = bitOf(spec.bits.edge);
  const int border = spec.defects.edge;
  for (int y = 0; y < height; ++y) {
    const bool inside = y >= border && y < height - border;
    int32_t* mask = planes.mask.data() + static_cast<size_t>(y) * width;
    for (int x = 0; x < width; ++x) {
      if (!inside || x < border || x >= width - border) mask[x] |= edge;
    }
  }

  auto erase = [&](size_t i, int32_t flag) {
    planes.image[i] = planes.variance[i] = kNan;
    planes.mask[i] = (planes.mask[i] & ~(bitOf(spec.bits.detected) | bitOf(spec.bits.negative))) | flag;
  };
  const int32_t noData = bitOf(spec.bits.noData);
  for (const auto& box : spec.defects.noData) {
    for (int y = std::max(0, box[1]); y < std::min(height, box[3]); ++y) {
      for (int x = std::max(0, box[0]); x < std::min(width, box[2]); ++x) {
        erase(static_cast<size_t>(y) * width + x, noData);
      }
    }
  }
  if (!spec.defects.lit) return;
  const auto [cx, cy, radius] = *spec.defects.lit;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if ((x - cx) * (x - cx) + (y - cy) * (y - cy) <= radius * radius) continue;
      erase(static_cast<size_t>(y) * width + x, noData | bitOf(spec.bits.vignetted));
    }
  }
}

}  // namespace vignet::simulate
