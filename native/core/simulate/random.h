// Random numbers by counter: each is computed without those before it, so noise depends on the file's seed
// and the pixel only.
#pragma once
#include <cstdint>

namespace vignet::simulate {

// 64 well-mixed bits for a counter (the splitmix64 sequence, by Steele, Lea and Flood 2014).
inline uint64_t bitsAt(uint64_t seed, uint64_t counter) {
  uint64_t z = seed + (counter + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

inline double uniformAt(uint64_t seed, uint64_t counter) {
  return (static_cast<double>(bitsAt(seed, counter) >> 11) + 0.5) * 0x1p-53;
}

// Standard normal numbers from 32 uniform bits, by the inverse distribution function: a table of 4096 equal
// steps of probability with straight lines between (sigma accurate to 2e-4), and the exact inverse in the
// outermost step on either side, out to 6.3 sigma.
class Normal {
 public:
  Normal();
  double operator()(uint32_t bits) const {
    const uint32_t bin = bits >> 20;
    if (bin == 0 || bin == kBins - 1) return inverse((bits + 0.5) * 0x1p-32);
    return node_[bin] + (node_[bin + 1] - node_[bin]) * (static_cast<float>(bits & 0xFFFFF) * 0x1p-20f);
  }
  static double inverse(double probability);

 private:
  static constexpr uint32_t kBins = 4096;
  float node_[kBins + 1];
};

}  // namespace vignet::simulate
