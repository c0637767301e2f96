#include "core/stack/sky_level.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace vignet {
namespace {

constexpr double kSigmas = 3;
constexpr double kSigmaOfIqr = 0.7413011092528009;  // 1 / (2 x the normal distribution's upper quartile)
constexpr int kRounds = 20;

// Unsigned integers in the order of the numbers they stand for.
uint32_t keyOf(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}
float valueOf(uint32_t key) {
  return std::bit_cast<float>(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}

}  // namespace

void SkyEstimator::add(float value) { keys_.push_back(keyOf(value)); }

// Radix sort, 11 bits at a time: sorted once, every clipped quantile is a look-up, and a stamp has thousands of
// pixels.
void SkyEstimator::sort() {
  constexpr uint32_t bins = 2048;
  std::array<std::array<uint32_t, bins>, 3> start{};
  for (const uint32_t key : keys_) {
    ++start[0][key % bins];
    ++start[1][key / bins % bins];
    ++start[2][key / (bins * bins)];
  }
  other_.resize(keys_.size());
  for (uint32_t digit = 0, shift = 0; digit < 3; ++digit, shift += 11) {
    uint32_t sum = 0;
    for (uint32_t& count : start[digit]) {
      const uint32_t here = count;
      count = sum;
      sum += here;
    }
    for (const uint32_t key : keys_) other_[start[digit][(key >> shift) % bins]++] = key;
    keys_.swap(other_);
  }
}

double SkyEstimator::quantile(size_t first, size_t end, double fraction) const {
  const double place = static_cast<double>(end - first - 1) * fraction;
  const auto below = static_cast<size_t>(place);
  const double low = valueOf(keys_[first + below]);
  if (first + below + 1 >= end) return low;
  return low + (place - static_cast<double>(below)) * (valueOf(keys_[first + below + 1]) - low);
}

SkyLevel SkyEstimator::estimate() {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  if (keys_.empty()) return {nan, nan, 0};
  sort();
  size_t first = 0, end = keys_.size();
  double level = 0, noise = 0;
  for (int round = 0; round < kRounds; ++round) {
    level = quantile(first, end, 0.5);
    noise = kSigmaOfIqr * (quantile(first, end, 0.75) - quantile(first, end, 0.25));
    const auto from = keys_.begin();
    const auto at = [&](double value) { return keyOf(static_cast<float>(value)); };
    const auto newFirst = std::lower_bound(from + static_cast<ptrdiff_t>(first),
                                           from + static_cast<ptrdiff_t>(end), at(level - kSigmas * noise));
    const auto newEnd =
        std::upper_bound(newFirst, from + static_cast<ptrdiff_t>(end), at(level + kSigmas * noise));
    const auto a = static_cast<size_t>(newFirst - from), b = static_cast<size_t>(newEnd - from);
    if ((a == first && b == end) || a >= b) break;
    first = a, end = b;
  }
  return {static_cast<float>(level), static_cast<float>(noise), end - first};
}

}  // namespace vignet
