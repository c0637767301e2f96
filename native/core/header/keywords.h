// Classifies keywords: the class decides which cards a cutout keeps.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/header/cards.h"

namespace vignet {

struct Topic {
  // How the HDU's bytes are laid out: SIMPLE, BITPIX, NAXISn, EXTEND, PCOUNT, NEXTEND, checksums, EXTNAME, …;
  // these are written anew.
  bool structural = false;
  // The tile table that held a plane: Z…, TTYPEn, TFORMn, THEAP, UZSCALE.
  bool tileTable = false;
  // Pixel or world coordinates, SIP and IRAF's LTV and LTM included.
  bool wcs = false;
  // All pixels of the parent: extrema, sections of the image or the detector ("[1:2048,1:4096]"), its outline
  // and the sky of its corners and centre.
  bool whole = false;
  // BSCALE, BZERO, BLANK.
  bool scaling = false;
  // Vignet's own provenance, written anew by a cutout of a cutout.
  bool provenance = false;
};

Topic topicOf(std::string_view name);

// The names of those cards that point into other HDUs of the file: AR_HDU and the archive identifiers that go
// with it, and the addresses and formats of an lsst.images file.
std::set<std::string> pointersIn(const std::vector<CardLines>& cards);
// Those of them that an lsst.images file has.
bool isOfTree(std::string_view name);

}  // namespace vignet
