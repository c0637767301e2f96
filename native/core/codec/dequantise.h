// From scaled integers to floating-point pixels, with or without subtractive dither.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vignet {

// The 10,000 random numbers in (0, 1) that every writer and reader of dithered pixels shares: the Park-Miller
// generator from seed 1 (FITS 4.0, appendix I).
constexpr int32_t kDitherCount = 10000;
std::span<const float, kDitherCount> ditherTable();

// DITHER_2 keeps pixels that were exactly 0 by this integer.
constexpr int32_t kDitherZero = -2147483646;

// The random number of each pixel of a tile. The walk starts at a place in the table that tile number and
// seed give, and jumps to another at the end of the table.
class DitherWalk {
 public:
  // `tile` counts from 0 in table order; `seed` is ZDITHER0, 1..10000.
  DitherWalk(uint64_t tile, int32_t seed);
  // Skips `pixels` numbers.
  void skip(uint64_t pixels);
  // The numbers of the next pixels, at most `limit` of them and at least one; they count as used.
  std::span<const float> take(size_t limit);

 private:
  void jump();
  int32_t start_, next_ = 0;
};

// How the integers of one tile are scaled.
struct Quantisation {
  double scale = 1.0, zero = 0.0;
  std::optional<int64_t> blank;  // the integer of undefined pixels, which become NaN
  bool keepsZero = false;        // SUBTRACTIVE_DITHER_2
};

// Writes out.size() / sizeof(F) pixels, big-endian: (integer - random + 0.5) * scale + zero with a walk, and
// integer * scale + zero without, in double and then rounded to F (float or double): bit for bit what cfitsio
// gives. `I` is uint8_t, int16_t or int32_t; `walk` advances by the pixels done.
// cfitsio keeps zeros of DITHER_2 only in 32-bit integers, and compares `blank` at the width of I; so here.
template <typename F, typename I>
void dequantise(std::span<const I> in, std::span<std::byte> out, const Quantisation& how, DitherWalk* walk);

}  // namespace vignet
