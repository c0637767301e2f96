// GZIP_1 and GZIP_2: deflate streams, and the byte shuffle of GZIP_2.
#pragma once
#include <cstddef>
#include <span>

namespace vignet {

// Inflates one gzip member (or zlib stream) into `out` and returns how many bytes it held; bytes after it
// are ignored, as cfitsio ignores them. Throws Error{data, BAD_GZIP} when the stream is damaged, cut short,
// holds more than `out`, or fails its own checksum. One inflater is kept per thread.
size_t gzipDecode(std::span<const std::byte> in, std::span<std::byte> out);

// DEFLATE expands by at most this factor: it bounds the memory allocated for a stream.
constexpr size_t kGzipMaxRatio = 1040;

// GZIP_2 stores all first bytes, then all second bytes, … of `total` big-endian elements of `width` bytes
// (1, 2, 4 or 8). Writes elements [first, first + out.size() / width) in their own order. `shuffled` holds
// total * width bytes, and the elements asked for lie within.
void unshuffle(std::span<const std::byte> shuffled, size_t width, size_t total, size_t first,
               std::span<std::byte> out);

// The inverse, for a writer; `out` has the size of `plain`.
void shuffle(std::span<const std::byte> plain, size_t width, std::span<std::byte> out);

}  // namespace vignet
