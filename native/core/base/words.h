// Many big-endian words of 32 bits at once, at the speed of memory.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace vignet {

// Swaps the bytes of each word between the order of FITS and that of the machine. `from` and `to` are equal
// or do not overlap; neither need be aligned.
void swapWords(const void* from, size_t words, void* to);

// Some of a word's bits, rotated to the left by `by`; in the machine's own reading of the word.
struct BitsMoved {
  uint32_t bits = 0, by = 0;
};
// Every word becomes the union of its moves. Words equal to their neighbours cost next to nothing. `from` and
// `to` are equal or do not overlap.
void moveBits(const void* from, size_t words, void* to, std::span<const BitsMoved> moves);

// The sum of big-endian words, for fewer than 2^32 of them.
uint64_t sumOfWords(const void* from, size_t words);

}  // namespace vignet
