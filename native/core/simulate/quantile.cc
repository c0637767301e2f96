#include "core/simulate/quantile.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace vignet::simulate {
namespace {

// Bits of a float, ordered as the numbers are.
uint32_t ordered(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

}  // namespace

double robustSigma(std::span<const float> values, std::span<const int32_t> mask, int32_t reject) {
  auto counts = [&](size_t i) { return std::isfinite(values[i]) && (mask[i] & reject) == 0; };
  // A histogram of the upper half of the bits finds the two bins that matter; only those are sorted.
  std::vector<uint64_t> histogram(65536);
  uint64_t total = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!counts(i)) continue;
    ++histogram[ordered(values[i]) >> 16];
    ++total;
  }
  if (total < 4) return 0;

  struct Quartile {
    uint64_t rank = 0;
    uint32_t bin = 0;
    uint64_t below = 0;
    std::vector<float> inside{};
  };
  Quartile quartiles[2] = {{total / 4}, {total - 1 - total / 4}};
  for (Quartile& q : quartiles) {
    while (q.below + histogram[q.bin] <= q.rank) q.below += histogram[q.bin++];
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const uint32_t bin = ordered(values[i]) >> 16;
    if (bin != quartiles[0].bin && bin != quartiles[1].bin) continue;
    if (!counts(i)) continue;
    for (Quartile& q : quartiles) {
      if (bin == q.bin) q.inside.push_back(values[i]);
    }
  }
  double at[2];
  for (int k = 0; k < 2; ++k) {
    Quartile& q = quartiles[k];
    const auto nth = q.inside.begin() + static_cast<std::ptrdiff_t>(q.rank - q.below);
    std::nth_element(q.inside.begin(), nth, q.inside.end());
    at[k] = *nth;
  }
  return 0.741 * (at[1] - at[0]);
}

}  // namespace vignet::simulate
