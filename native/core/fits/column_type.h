// The sizes of binary-table column types (FITS 4.0, table 18).
#pragma once
#include <cstdint>

namespace vignet {

// Bytes of one element of a column of type 'L', 'B', 'J', …; 0 for an unknown type. Bits ('X') are counted
// elsewhere.
inline uint32_t elementBytes(char type) {
  switch (type) {
    case 'L':
    case 'B':
    case 'A':
      return 1;
    case 'I':
      return 2;
    case 'J':
    case 'E':
      return 4;
    case 'K':
    case 'D':
    case 'C':
    case 'P':
      return 8;
    case 'M':
    case 'Q':
      return 16;
    default:
      return 0;
  }
}

}  // namespace vignet
