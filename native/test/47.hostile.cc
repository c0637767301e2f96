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

TEST_CASE("a WCS card of axis 0 counts for nothing: wcslib would read where there is none") {
  const std::string cards = "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCD1_1   = -1E-4\nCD2_2   = 1E-4";
  for (const char* more : {"CTYPE0  = 'RA---TAN'", "CRPIX0  = 7.0", "CD1_0   = 1.0", "CD0_1   = 1.0",
                           "PC001000= 1.0", "PV0_1   = 1.0", "CUNIT0  = 'deg'", "WAT0_001= 'wtype=tnx'"}) {
    const auto numbers = parseWcs(cards + "\n" + more, 2);
    REQUIRE(numbers);
    CHECK_MESSAGE(numbers->crpix[0] == 0, more);
  }
}

TEST_CASE("a WCS number that is none is an error, not the default") {
  const std::string cards = "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCD2_2   = 1E-4\nCD1_1   = ";
  for (const char* good : {"-1E-4", "-1.D-4", "+.1e-3 / text", "-0.0001"}) CHECK(parseWcs(cards + good, 2));
  for (const char* value : {"FELO001", "'1.0'", "NaN", "1.0E", "1.0 2.0", "--1", ".", "T", "(1, 0)"}) {
    try {
      parseWcs(cards + value, 2);
      FAIL("it was read");
    } catch (const Error& error) {
      CHECK(error.code() == "BAD_WCS");
      CHECK_MESSAGE(std::string(error.what()).find("CD1_1") != std::string::npos, value);
    }
  }
}
