// Many big-endian words of 32 bits at once, as fast as memory is.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace vignet {

// Turns the bytes of each word round: from the order of FITS to that of the machine, or back. `from` and `to`
// are the same place or do not overlap; neither need be aligned.
void swapWords(const void* from, size_t words, void* to);

// Some of a word's bits, which go round to the left by `by`; all as the machine reads the word where it
// stands.
struct BitsMoved {
  uint32_t bits = 0, by = 0;
};
// Every word becomes the union of what the moves make of it. Words that are like their neighbours cost next
// to nothing. `from` and `to` are the same place or do not overlap.
void moveBits(const void* from, size_t words, void* to, std::span<const BitsMoved> moves);

// The sum of big-endian words, for fewer than 2^32 of them.
uint64_t sumOfWords(const void* from, size_t words);

}  // namespace vignet
