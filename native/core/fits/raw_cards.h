// The cards of a file's headers as they stand there.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/bytes/reader.h"
#include "core/fits/layout.h"

namespace vignet {

// For each HDU of the layout its cards of 80 bytes, up to END and without it, uncorrected. `readers`: one for
// each file. Throws Error{usage, TOO_LARGE} when the headers have more than `most` bytes, Error{data,
// BAD_HEADER} for one without END, and as the readers do.
std::vector<std::string> rawCards(const Layout& layout, std::span<Reader* const> readers, uint64_t most);

}  // namespace vignet
