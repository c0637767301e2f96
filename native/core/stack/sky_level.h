// The level and the noise of the sky in a stamp.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vignet {

struct SkyLevel {
  float level, noise;  // NaN without values
  size_t used = 0;     // values that were not clipped
};

// Clipped, order-independent statistics of finite numbers: the median, and 0.7413 times the interquartile range, which is
// one sigma of a normal distribution; values beyond 3 sigma of the median are dropped until none is. Keeps its memory.
class SkyEstimator {
 public:
  void clear() { keys_.clear(); }
  void add(float value);
  size_t size() const { return keys_.size(); }
  SkyLevel estimate();

 private:
  double quantile(size_t first, size_t end, double fraction) const;
  void sort();

  std::vector<uint32_t> keys_, other_;
};

}  // namespace vignet
