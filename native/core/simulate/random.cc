#include "core/simulate/random.h"

#include <cmath>

namespace vignet::simulate {

double Normal::inverse(double probability) {
  double low = -9, high = 9;
  for (int i = 0; i < 44; ++i) {
    const double middle = 0.5 * (low + high);
    (0.5 * std::erfc(-middle * M_SQRT1_2) < probability ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

Normal::Normal() {
  node_[0] = node_[kBins] = 0;  // never read: the outermost steps are inverted exactly
  for (uint32_t i = 1; i < kBins; ++i) node_[i] = static_cast<float>(inverse(i / static_cast<double>(kBins)));
}

}  // namespace vignet::simulate
