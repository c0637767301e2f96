// Builds the seek points of a dataset in one pass over its pixels.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/control.h"
#include "core/fits/layout.h"

namespace vignet {

// Pixels from one point of a Rice row to the next; more where BLOCKSIZE is no divisor of it.
inline constexpr uint32_t kSeekSpacing = 256;

// The seek points of every plane whose tiles are rows, as SeekTable takes them: points of Rice streams, and
// runs for masks and for integers that are gzipped; empty when none would save work. `readers` has one
// per Layout::files. Damaged rows are left out. Polls `control` often and obeys only a cancel. Throws
// Error{data, TRUNCATED} when a file is shorter than its layout says.
std::vector<std::byte> buildSeek(const Layout& layout, std::span<Reader* const> readers,
                                 const Control& control, uint32_t spacing = kSeekSpacing);

}  // namespace vignet
