#include "core/stack/sky_level.h"

#include <algorithm>
#include <limits>

#include "core/base/constants.h"

namespace vignet {
namespace {

constexpr double kSigmas = 3;
constexpr double kSigmaOfIqr = 0.7413011092528009;  // 1 / (2 x the normal distribution's upper quartile)
constexpr int kRounds = 20;
constexpr size_t kSample = 64;

// NaN (from numbers too far apart) goes to the first bucket; the order of buckets is that of the values.
inline int32_t bucketOf(float value, float least, float scale, float last) {
  const float place = (value - least) * scale;
  return static_cast<int32_t>(place > 0 ? (place < last ? place : last) : 0);
}

}  // namespace

// Only the buckets that a quantile falls in are sorted: a stamp has thousands of pixels, and three of them
// are asked for.
void SkyEstimator::distribute() {
  std::array<float, kSample> sample;
  const size_t some = std::min(count_, kSample);
  for (size_t i = 0; i < some; ++i) sample[i] = values_[i * count_ / some];
  std::sort(sample.begin(), sample.begin() + static_cast<ptrdiff_t>(some));
  // The buckets reach as far again to both sides as the bulk of the sample does.
  const float low = sample[some / 32], high = sample[some - 1 - some / 32], width = high - low;
  least_ = low - width / 2;
  scale_ = width > 0 ? kBuckets / (2 * width) : 0;
  if (!(scale_ < std::numeric_limits<float>::max()) || !(least_ > std::numeric_limits<float>::lowest()))
    scale_ = least_ = 0;

  starts_.fill(0);
  buckets_.resize(count_);
  ordered_.resize(count_);
  for (size_t i = 0; i < count_; ++i) buckets_[i] = bucketOf(values_[i], least_, scale_, kBuckets - 1);
  for (size_t i = 0; i < count_; ++i) ++starts_[static_cast<size_t>(buckets_[i]) + 1];
  for (size_t b = 0; b < kBuckets; ++b) starts_[b + 1] += starts_[b];
  std::array<uint32_t, kBuckets> next;
  std::copy_n(starts_.begin(), kBuckets, next.begin());
  for (size_t i = 0; i < count_; ++i) ordered_[next[static_cast<size_t>(buckets_[i])]++] = values_[i];
  sorted_.reset();
}

void SkyEstimator::sortBucket(size_t bucket) {
  if (sorted_[bucket]) return;
  sorted_[bucket] = true;
  std::sort(ordered_.begin() + starts_[bucket], ordered_.begin() + starts_[bucket + 1]);
}

float SkyEstimator::ranked(size_t rank) {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), rank);
  sortBucket(static_cast<size_t>(after - starts_.begin()) - 1);
  return ordered_[rank];
}

// How many values are less than `value`, or not greater.
size_t SkyEstimator::below(float value, bool orEqual) {
  const auto bucket = static_cast<size_t>(bucketOf(value, least_, scale_, kBuckets - 1));
  sortBucket(bucket);
  const auto first = ordered_.begin() + starts_[bucket], end = ordered_.begin() + starts_[bucket + 1];
  const auto at = orEqual ? std::upper_bound(first, end, value) : std::lower_bound(first, end, value);
  return static_cast<size_t>(at - ordered_.begin());
}

double SkyEstimator::quantile(size_t first, size_t end, double fraction) {
  const double place = static_cast<double>(end - first - 1) * fraction;
  const size_t under = first + static_cast<size_t>(place);
  const double low = ranked(under);
  if (under + 1 >= end) return low;
  return low + (place - static_cast<double>(under - first)) * (ranked(under + 1) - low);
}

SkyLevel SkyEstimator::estimate() {
  if (count_ == 0) return {kNan, kNan, 0};
  distribute();
  size_t first = 0, end = count_;
  double level = 0, noise = 0;
  for (int round = 0; round < kRounds; ++round) {
    level = quantile(first, end, 0.5);
    noise = kSigmaOfIqr * (quantile(first, end, 0.75) - quantile(first, end, 0.25));
    const size_t newFirst = std::max(first, below(static_cast<float>(level - kSigmas * noise), false));
    const size_t newEnd = std::min(end, below(static_cast<float>(level + kSigmas * noise), true));
    if ((newFirst == first && newEnd == end) || newFirst >= newEnd) break;
    first = newFirst, end = newEnd;
  }
  return {static_cast<float>(level), static_cast<float>(noise), end - first};
}

}  // namespace vignet
