// PLIO_1: masks as IRAF line lists of run instructions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace vignet {

// Decodes a line list (FITS 4.0, section 10.4.3; big-endian 16-bit words) into the first out.size() pixels of
// its tile; pixels that the list does not reach are 0 and runs that go on beyond `out` are cut, as in
// cfitsio. Throws Error{data, BAD_PLIO} for a list whose header or instructions do not fit its own length or
// do not exist. Reads nothing outside `in`, writes nothing outside `out`.
void plioDecode(std::span<const std::byte> in, std::span<int32_t> out);

}  // namespace vignet
