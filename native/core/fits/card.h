// One 80-character header card (FITS 4.0 section 4).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace vignet {

enum class ValueType : uint8_t {
  none,       // no value indicator: a comment, or a blank card
  undefined,  // `KEY =` without a value
  logical,
  integer,  // also sets `real`
  real,     // also integers beyond 64 bits
  text,
  complex,    // `text` holds it as written
  malformed,  // `text` holds it as written
};

struct CardValue {
  ValueType type = ValueType::none;
  bool logical = false;
  int64_t integer = 0;
  double real = 0;
  std::string text;  // of a string: quotes undone, trailing blanks removed
};

// The keyword of a card, without trailing blanks; of `HIERARCH some long name = 1` the part "some long name".
std::string_view cardKeyword(std::string_view card);

// Whether a card is a HIERARCH card with a name and a value.
bool isHierarch(std::string_view card);

// The value of one card in fixed or free format. A string that goes on in CONTINUE cards ends in '&' here;
// Header::value joins them. `CONTINUE` cards have the string they add as their value.
CardValue cardValue(std::string_view card);

}  // namespace vignet
