// The cards of a header that make up its celestial WCS, corrected where the header departs from the standard.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vignet {

struct WcsCard {
  std::string key;
  std::string text;   // the card, up to 80 characters
  std::string value;  // without quotes, blanks around it and comment
};

struct WcsCards {
  std::vector<WcsCard> cards;
  bool approximate = false;  // a distortion table in another HDU had to be left out
  bool tanAsTpv = false;     // PV cards on TAN were read as TPV
  bool plate = false;        // a plate solution (plate.h), without CTYPE
  std::string note;          // what was corrected, in sentences; "" if nothing
};

// Writes the exponent of a numeric card as E: wcslib stops at a D, which the standard allows too (FITS 4.0,
// 4.2.4), and small letters are not FITS.
void capitaliseExponent(std::string& card);

// Keeps the cards of the primary WCS that are about axes, projection, frame or distortion ('\n'-separated
// cards in), at most 20,000 of them (Error{data, BAD_WCS} beyond), and corrects them by the table of
// docs/wcs.md. `PvOnTan::ignored` leaves out the PV cards that otherwise make TAN a TPV.
enum class PvOnTan : uint8_t { tpv, ignored };
WcsCards selectWcsCards(std::string_view cards, PvOnTan pv = PvOnTan::tpv);

}  // namespace vignet
