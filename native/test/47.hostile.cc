// What the fuzzer of cutouts found, kept.
#include "core/wcs/numeric.h"
#include "cutout_support.h"

using namespace vignet;

TEST_CASE("a WCS text without its closing quote is an error, not an overflow inside wcslib") {
  const std::string cards =
      "CTYPE1  = 'RA---TPCOUNT" + std::string(57, ' ') + "\nCTYPE2  = 'DEC--TAN'\nCROTA2  = 0.";
  const std::string long1 =
      "CTYPE1  = 'RA---TAN" + std::string(61, 'x') + "\nCTYPE2  = 'DEC--TAN'\nCROTA2  = 0.";
  for (const std::string& text : {cards, long1}) {
    try {
      parseWcs(text, 2);
      FAIL("it was read");
    } catch (const Error& error) {
      CHECK(error.code() == "BAD_WCS");
    }
  }
}
