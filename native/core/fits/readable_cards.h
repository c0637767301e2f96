// The cards of a file as every reader of Vignet sees them: what astropy, cfitsio and wcslib read in different
// ways is read in one way, here, before anything else looks at a card.
#pragma once
#include <cstddef>
#include <span>
#include <string>

namespace vignet {

// '\n'-joined, right-trimmed cards from `count` cards of 80 bytes. Corrected, and named in HISTORY cards at
// the end, so that a cutout says so too:
// - bytes that no header may hold (FITS 4.0 section 4.1.2): those above ASCII become '?', as astropy reads
// them,
//   control characters blanks;
// - `KEY     =1.0`, without the blank of the value indicator (section 4.1.2.2), gets it: cfitsio reads the
// value,
//   astropy and wcslib do not;
// - of repeated WCS cards the last stays, which wcslib uses; other readers take the first.
std::string readableCards(std::span<const std::byte> bytes, size_t count);

}  // namespace vignet
