#include "core/base/simd.h"

#include <array>
#include <atomic>

namespace vignet {
namespace {

constexpr std::array kAll{Simd::portable, Simd::avx2, Simd::avx512};

size_t countOfMachine() {
#if VIGNET_X86
  // LZCNT, which clang 14 cannot ask for, came with BMI.
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2"))
    return 1;
  for (const bool has : {__builtin_cpu_supports("avx512f") != 0, __builtin_cpu_supports("avx512bw") != 0,
                         __builtin_cpu_supports("avx512cd") != 0, __builtin_cpu_supports("avx512dq") != 0,
                         __builtin_cpu_supports("avx512vl") != 0})
    if (!has) return 2;
  return 3;
#else
  return 1;
#endif
}

std::atomic<Simd>& chosen() {
  static std::atomic<Simd> set = simdOfMachine().back();
  return set;
}

}  // namespace

std::span<const Simd> simdOfMachine() {
  static const size_t count = countOfMachine();
  return std::span(kAll).first(count);
}

Simd simd() { return chosen().load(std::memory_order_relaxed); }

void useSimd(Simd set) { chosen().store(set, std::memory_order_relaxed); }

}  // namespace vignet
