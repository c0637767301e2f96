// Many big-endian words of 32 bits at once, as fast as memory is.
#pragma once
#include <cstddef>
#include <cstdint>

namespace vignet {

// Turns the bytes of each word round: from the order of FITS to that of the machine, or back. `from` and `to` are the same
// place or do not overlap; neither need be aligned.
void swapWords(const void* from, size_t words, void* to);

// The sum of big-endian words, for fewer than 2^32 of them.
uint64_t sumOfWords(const void* from, size_t words);

}  // namespace vignet
