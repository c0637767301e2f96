// The level and the noise of the sky in a stamp.
#pragma once
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vignet {

struct SkyLevel {
  float level, noise;  // NaN without values
  size_t used = 0;     // values that were not clipped
};

// Clipped statistics of finite numbers, in whatever order they come: the median, and 0.7413 times the
// interquartile range, which is one sigma of a normal distribution; values beyond 3 sigma of the median are
// dropped until none is. Quantiles lie on the line between order statistics. Keeps its memory.
class SkyEstimator {
 public:
  // At most `most` values will be kept.
  void reset(size_t most) {
    values_.resize(most + 1);
    count_ = 0;
  }
  void offer(float value, bool keep) {
    values_[count_] = value;
    count_ += keep;
  }
  size_t size() const { return count_; }
  SkyLevel estimate();

 private:
  static constexpr size_t kBuckets = 1024;

  void distribute();
  void sortBucket(size_t bucket);
  float ranked(size_t rank);
  size_t below(float value, bool orEqual);
  double quantile(size_t first, size_t end, double fraction);

  std::vector<float> values_, ordered_;
  std::vector<int32_t> buckets_;
  size_t count_ = 0;
  float least_ = 0, scale_ = 0;
  std::array<uint32_t, kBuckets + 1> starts_{};
  std::bitset<kBuckets> sorted_;
};

}  // namespace vignet
