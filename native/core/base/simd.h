// Which instructions inner loops may use, found out once when first asked.
//
// A loop that gains from it is written once, in a file `….inc`, and compiled for each set of instructions between
// VIGNET_BEGIN_AVX2 or VIGNET_BEGIN_AVX512 and VIGNET_END; its caller chooses by `simd()`. Every set gives the same
// bits. (Not by Highway: its 1.0 knows no leading-zero count, on which the Rice decoder rests, and leaves
// AVX-512CD out of its AVX-512; what is left are loops that compilers vectorise as they stand, NEON included.)
#pragma once
#include <span>

#if defined(__x86_64__)
#define VIGNET_X86 1
#else
#define VIGNET_X86 0
#endif

namespace vignet {

enum class Simd {
  portable,  // what every processor of the architecture has: SSE2 or NEON, as the compiler likes
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
