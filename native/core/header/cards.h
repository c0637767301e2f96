// Header cards for rewriting: keyword, value and lines.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vignet {

struct CardLines {
  std::string name;        // "CRPIX1", or the name of a HIERARCH card; "" for a blank one
  std::string_view value;  // text of the value without spaces around it, quotes included; "" for none
  std::string_view comment;
  std::vector<std::string_view> lines;  // the card, then the CONTINUE cards that belong to it

  // The string a quoted value holds (its first card only), trailing spaces gone; absent for other values.
  std::optional<std::string> text() const;
  // The number a value holds, 'D' exponents included; absent for other values.
  std::optional<double> number() const;
};

// Views into `cards` ('\n'-separated, as in Hdu::cards). A CONTINUE with nothing to continue stands for
// itself.
std::vector<CardLines> splitCards(std::string_view cards);

// A keyword with its numbers taken apart: stem + i [+ '_' + m] [+ alt]. `alt` is ' ' for the primary
// description.
struct Indexed {
  int i = 0, m = -1;
  char alt = ' ';
};

// Matches `stem` + number + optional letter: CRPIX2A. Numbers have at most three digits, without leading
// zeros.
std::optional<Indexed> matchIndexed(std::string_view name, std::string_view stem);
// Matches `stem` + number + '_' + number + optional letter: CD1_2A, PV2_10.
std::optional<Indexed> matchPair(std::string_view name, std::string_view stem);

}  // namespace vignet
