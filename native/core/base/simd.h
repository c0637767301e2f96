// Which instruction sets inner loops may use; detected once, on the first call.
//
// A loop that gains from vectors is written once, in a file `….inc`, which simd_each.inc compiles for every
// instruction set, each in its own namespace; VIGNET_CHOOSE picks one of them. Every set gives the same bits.
// (Not by Highway: its 1.0 has no leading-zero count, which the Rice decoder needs, and leaves AVX-512CD out
// of its AVX-512; compilers vectorise the other loops as they are, for NEON too.)
#pragma once
#include <span>

#if defined(__x86_64__)
#define VIGNET_X86 1
#else
#define VIGNET_X86 0
#endif

namespace vignet {

enum class Simd {
  portable,  // what every processor of the architecture has: SSE2 or NEON, at the compiler's choice
  avx2,      // x86-64 with AVX2, BMI2 and LZCNT (since 2013)
  avx512,    // and AVX-512 F, BW, CD, DQ, VL
};

// What this machine can do, ascending, `portable` first.
std::span<const Simd> simdOfMachine();

// What is used: the last of these, or what `useSimd` said.
Simd simd();

// For tests, before and after any work: `set` must be one of the machine's.
void useSimd(Simd set);

}  // namespace vignet

#define VIGNET_PRAGMA(text) _Pragma(#text)
#define VIGNET_AVX2 "avx2,bmi,bmi2,lzcnt"
#define VIGNET_AVX512 VIGNET_AVX2 ",avx512f,avx512bw,avx512cd,avx512dq,avx512vl"
#if defined(__clang__)
#define VIGNET_BEGIN(list) \
  VIGNET_PRAGMA(clang attribute push(__attribute__((target(list))), apply_to = function))
#define VIGNET_BEGIN_AVX512 VIGNET_BEGIN(VIGNET_AVX512)
#define VIGNET_END VIGNET_PRAGMA(clang attribute pop)
#else
#define VIGNET_BEGIN(list) VIGNET_PRAGMA(GCC push_options) VIGNET_PRAGMA(GCC target(list))
#define VIGNET_BEGIN_AVX512 VIGNET_BEGIN(VIGNET_AVX512 ",prefer-vector-width=512")
#define VIGNET_END VIGNET_PRAGMA(GCC pop_options)
#endif
#define VIGNET_BEGIN_AVX2 VIGNET_BEGIN(VIGNET_AVX2)

#if VIGNET_X86
#define VIGNET_CHOOSE(...)                                      \
  (vignet::simd() == vignet::Simd::avx512 ? avx512::__VA_ARGS__ \
   : vignet::simd() == vignet::Simd::avx2 ? avx2::__VA_ARGS__   \
                                          : portable::__VA_ARGS__)
#else
#define VIGNET_CHOOSE(...) portable::__VA_ARGS__
#endif
