// Output pixels near missing pixels or an edge. Sums are taken in the order of rows.inc, with missing pixels
// as zeros, so that a pixel without missing neighbours has the same bits from both.
#include <array>
#include <cmath>

#include "core/base/constants.h"
#include "core/resample/chunk.h"

namespace vignet {

namespace {

constexpr size_t kLanes = TapTable::kLanes;
using Lanes = std::array<float, kLanes>;

struct Taps {
  int count = 0;  // rows and columns
  int before = 0;
  Lanes wx{}, wy{};
};

Lanes weightsAt(const TapTable::Phase& phase, float rest) {
  Lanes w;
  for (size_t k = 0; k < kLanes; k++) w[k] = phase[0][k] + rest * (phase[1][k] + rest * phase[2][k]);
  return w;
}

Taps tapsOf(const Chunk& chunk, size_t i, Kernel kernel) {
  Taps taps;
  if (kernel == Kernel::nearest) {
    taps.count = 1;
    taps.wx[0] = taps.wy[0] = 1;
  } else if (kernel == Kernel::bilinear) {
    constexpr float kScale = 1.0F / TapTable::kPhases;
    taps.count = 2;
    taps.wx[1] = (static_cast<float>(chunk.phaseX[i]) + chunk.restX[i]) * kScale;
    taps.wy[1] = (static_cast<float>(chunk.phaseY[i]) + chunk.restY[i]) * kScale;
    taps.wx[0] = 1 - taps.wx[1];
    taps.wy[0] = 1 - taps.wy[1];
  } else {
    const TapTable& table = lanczosTaps(kernel == Kernel::lanczos3 ? 3 : 4);
    taps.count = table.taps;
    taps.before = table.taps / 2 - 1;
    taps.wx = weightsAt(table.phase[static_cast<size_t>(chunk.phaseX[i])], chunk.restX[i]);
    taps.wy = weightsAt(table.phase[static_cast<size_t>(chunk.phaseY[i])], chunk.restY[i]);
  }
  return taps;
}

using Window = std::array<Lanes, kLanes>;

// Bilinear sums go along rows first, Lanczos sums down columns: as in rows.inc.
float sumOf(const Window& pixels, const Lanes& wx, const Lanes& wy, int count) {
  if (count == 1) return pixels[0][0];
  if (count == 2) {
    const float top = pixels[0][0] * wx[0] + pixels[0][1] * wx[1];
    const float bottom = pixels[1][0] * wx[0] + pixels[1][1] * wx[1];
    return top * wy[0] + bottom * wy[1];
  }
  Lanes sum;
  for (size_t k = 0; k < kLanes; k++) sum[k] = pixels[0][k] * wy[0];
  for (size_t j = 1; j < static_cast<size_t>(count); j++) {
    for (size_t k = 0; k < kLanes; k++) sum[k] += pixels[j][k] * wy[j];
  }
  for (size_t k = 0; k < kLanes; k++) sum[k] *= wx[k];
  for (size_t k = 0; k < kLanes / 2; k++) sum[k] += sum[k + kLanes / 2];
  return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

Lanes squared(const Lanes& w) {
  Lanes s;
  for (size_t k = 0; k < kLanes; k++) s[k] = w[k] * w[k];
  return s;
}

int32_t maskAt(const InputPlanes& in, int64_t column, int64_t row) {
  if (column < 0 || row < 0 || column >= in.box.width() || row >= in.box.height()) return 0;
  return in.mask[static_cast<size_t>(row) * in.pitch() + static_cast<size_t>(column)];
}

}  // namespace

EdgePixel edgePixel(const Chunk& chunk, size_t i, Kernel kernel, const InputPlanes& in,
                    const ResampleOptions& options) {
  const EdgePixel noData{kNan, kNan, options.noDataBits};
  const double x = chunk.x[i], y = chunk.y[i];
  // Comparisons that fail for NaN.
  if (!(x >= -0.5 && y >= -0.5 && x < chunk.inputWidth - 0.5 && y < chunk.inputHeight - 0.5)) return noData;

  const Taps taps = tapsOf(chunk, i, kernel);
  const size_t stride = in.pitch();
  Window image{}, variance{}, present{};
  int64_t firstColumn = static_cast<int64_t>(chunk.column[i]) - taps.before,
          firstRow = static_cast<int64_t>(chunk.row[i]) - taps.before;
  bool complete = true;
  for (int j = 0; j < taps.count; j++) {
    for (int k = 0; k < taps.count; k++) {
      const int64_t column = firstColumn + k, row = firstRow + j;
      const bool known = column >= 0 && row >= 0 && column < in.box.width() && row < in.box.height();
      const size_t at = known ? static_cast<size_t>(row) * stride + static_cast<size_t>(column) : 0;
      if (!known || !std::isfinite(in.image[at])) {
        complete = false;
        continue;
      }
      image[static_cast<size_t>(j)][static_cast<size_t>(k)] = in.image[at];
      if (in.variance) variance[static_cast<size_t>(j)][static_cast<size_t>(k)] = in.variance[at];
      present[static_cast<size_t>(j)][static_cast<size_t>(k)] = 1;
    }
  }
  const float weight = complete ? 1 : sumOf(present, taps.wx, taps.wy, taps.count);
  if (!(weight >= options.minWeight)) return noData;
  EdgePixel pixel{sumOf(image, taps.wx, taps.wy, taps.count), kNan, 0};
  if (in.variance) pixel.variance = sumOf(variance, squared(taps.wx), squared(taps.wy), taps.count);
  if (!complete) {
    pixel.image /= weight;
    pixel.variance /= weight * weight;
  }
  if (!in.mask) return pixel;
  if (options.maskNearest && kernel != Kernel::nearest) {
    pixel.mask = maskAt(in, chunk.nearestColumn(i), chunk.nearestRow(i));
    return pixel;
  }
  const float least = options.maskWeight * weight;
  for (size_t j = 0; j < static_cast<size_t>(taps.count); j++) {
    for (size_t k = 0; k < static_cast<size_t>(taps.count); k++) {
      if (present[j][k] == 1 && std::abs(taps.wx[k] * taps.wy[j]) > least)
        pixel.mask |= maskAt(in, firstColumn + static_cast<int64_t>(k), firstRow + static_cast<int64_t>(j));
    }
  }
  return pixel;
}

}  // namespace vignet
