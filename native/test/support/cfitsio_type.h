// cfitsio's names for pixels as they are stored.
#pragma once
#include <fitsio.h>

// The type in memory of pixels of a BITPIX, unscaled.
inline int cfitsioType(int bitpix) {
  switch (bitpix) {
    case 8:
      return TBYTE;
    case 16:
      return TSHORT;
    case 32:
      return TINT;
    case 64:
      return TLONGLONG;
    case -32:
      return TFLOAT;
    default:
      return TDOUBLE;
  }
}
