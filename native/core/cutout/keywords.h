// What a keyword is about: the sorting that decides which cards a cutout keeps.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/cutout/cards.h"

namespace vignet {

// Says how the HDU's bytes are laid out: SIMPLE, BITPIX, NAXISn, EXTEND, PCOUNT, NEXTEND, checksums, EXTNAME,
// …; these are written anew.
bool isStructural(std::string_view name);

// Belongs to the tile table that held a plane: Z…, TTYPEn, TFORMn, THEAP, UZSCALE.
bool isTileTable(std::string_view name);

// Describes pixel or world coordinates, SIP and IRAF's LTV/LTM included.
bool isWcs(std::string_view name);

// A section of pixels of the image or of the detector ("[1:2048,1:4096]"): DATASEC, TRIMSECA, DETSEC, …
bool isSection(std::string_view name);

// One of Vignet's own provenance cards, written anew by a cutout of a cutout.
bool isProvenance(std::string_view name);

// The names of those cards that point into other HDUs of the file: AR_HDU and the archive identifiers that go
// with it, the addresses of an lsst.images file and what says how to read them.
std::set<std::string> pointersIn(const std::vector<CardLines>& cards);

}  // namespace vignet
