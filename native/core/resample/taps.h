// The weights of the separable kernels.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace vignet {

// Weights of the pixels around a position along one axis, for 257 phases (the position's fraction in 1/256)
// and as a parabola between: weight = t[0] + d (t[1] + d t[2]) with d in [-1/2, 1/2] phases. It is wrong by
// 2e-8 at most, less than a float's last digit. Weights add up to 1. Past `taps` of 8 lanes they are 0.
struct TapTable {
  static constexpr size_t kLanes = 8, kPhases = 256;
  using Phase = std::array<std::array<float, kLanes>, 3>;
  alignas(64) std::array<Phase, kPhases + 1> phase{};
  int taps = 0;  // 2 a: pixels floor(x) - a + 1 to floor(x) + a
};

// sinc(x) sinc(x / a) for |x| < a, scaled so that the taps add up to 1 at every phase (Duchon 1979; the
// scaling as in SWarp, so that a flat sky stays flat). `a` is 3 or 4.
const TapTable& lanczosTaps(int a);

}  // namespace vignet
