// HCOMPRESS_1: a two-dimensional Haar-like transform whose coefficients are held as quadtrees of bit planes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/control.h"

namespace vignet {

// Decodes one HCOMPRESS stream (FITS 4.0, section 10.4.4; R. White 1992) of a tile of `width` x `height`
// pixels, first row first, into `out` (that many). `smooth` asks for White's smoothing of a lossy stream (the
// SMOOTH parameter). Bit-identical to cfitsio 4.2.0's fits_hdecompress and fits_hdecompress64 wherever those
// stay inside their own memory and integers; all work is in wrapping 64-bit integers and the result is their
// low 32 bits. Throws Error{data, BAD_HCOMPRESS} when the stream's own size, scale or number of bit planes is
// not the tile's or not possible, when it ends too early, or when its end mark is missing. Reads nothing
// outside `in`. `work` is scratch memory of the caller. Polls `control` once a row and obeys only a cancel.
void hcompressDecode(std::span<const std::byte> in, uint32_t width, uint32_t height, bool smooth,
                     std::vector<int64_t>& work, std::span<int32_t> out, const Control& control);

// The inverse transform: `a` holds nx rows of ny coefficients (nx, ny as White names them: ny runs fastest)
// and becomes the pixels; both are at least 2. `scale` is that of the stream; it limits the smoothing.
void haarInverse(std::span<int64_t> a, size_t nx, size_t ny, bool smooth, int32_t scale,
                 const Control& control);

}  // namespace vignet
