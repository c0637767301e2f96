#include "core/wcs/cards.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <iterator>
#include <set>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/wcs/keywords.h"
#include "core/wcs/plate.h"

namespace vignet {
namespace {

constexpr std::size_t kMaxCards = 20'000;

std::string trimmed(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return std::string(s);
}

// The value field from column 11 on.
std::string valueOf(std::string_view field) {
  field = field.substr(std::min(field.size(), field.find_first_not_of(' ')));
  if (field.empty() || field[0] != '\'') return trimmed(field.substr(0, field.find('/')));
  std::string value;
  for (std::size_t i = 1; i < field.size(); i++) {
    if (field[i] == '\'' && (i + 1 >= field.size() || field[i + 1] != '\'')) break;
    if (field[i] == '\'') i++;
    value += field[i];
  }
  return trimmed(value);
}

// A text whose closing quote is missing.
bool unclosed(std::string_view field) {
  field = field.substr(std::min(field.size(), field.find_first_not_of(' ')));
  if (field.empty() || field[0] != '\'') return false;
  std::size_t i = 1;
  while (i < field.size() && (field[i] != '\'' || (i + 1 < field.size() && field[i + 1] == '\''))) {
    i += field[i] == '\'' ? 2 : 1;
  }
  return i >= field.size();
}

// Keys whose value is a number. EQUINOX and EPOCH are left to wcslib: 'J2000' is common there.
bool isNumeric(std::string_view key) {
  static constexpr std::array<std::string_view, 12> kStarts{
      "CRPIX", "CRVAL", "CDELT", "CROTA", "PC", "CD", "PV", "A_", "B_", "AP_", "BP_", "LONPOLE"};
  return key == "LATPOLE" || (isPlateKey(key) && key != "PLTDECSN") ||
         std::any_of(kStarts.begin(), kStarts.end(), [&](auto start) { return key.starts_with(start); });
}

// Neither a FITS number nor left open.
bool notNumber(std::string_view field) {
  const std::string text = trimmed(field.substr(0, field.find('/')));
  std::size_t i = 0;
  const auto digitsFrom = [&] {
    const std::size_t begin = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') i++;
    return i - begin;
  };
  const auto sign = [&] { i += i < text.size() && (text[i] == '+' || text[i] == '-'); };
  sign();
  std::size_t count = digitsFrom();
  if (i < text.size() && text[i] == '.') i++, count += digitsFrom();
  if (count > 0 && i < text.size() && std::string_view("eEdD").find(text[i]) != std::string_view::npos) {
    i++;
    sign();
    count = digitsFrom();
  }
  return !text.empty() && (count == 0 || i < text.size());
}

// Corrects departures from the standard as the table of docs/wcs.md lists them.
class WcsCorrections {
 public:
  WcsCorrections(WcsCards& all, PvOnTan pv) : all_(all), pv_(pv) {}

  void apply() {
    keepLast();
    if (has("RADESYS") && has("RADECSYS")) drop([](const WcsCard& c) { return c.key == "RADECSYS"; });
    choosePlate();
    boundSip();
    dropTables();
    requireText();
    dropLookedUpAxes();
    readTanPvAsTpv();
    completeTpv();
  }

 private:
  template <class Test>
  bool drop(Test test) {
    return std::erase_if(all_.cards, test) > 0;
  }
  // Of repeated cards the last counts, as in wcslib, which fails on some of the others.
  void keepLast() {
    std::set<std::string> seen;
    std::vector<WcsCard> last;
    for (auto card = all_.cards.rbegin(); card != all_.cards.rend(); ++card) {
      if (seen.insert(card->key).second) last.push_back(std::move(*card));
    }
    all_.cards.assign(std::make_move_iterator(last.rbegin()), std::make_move_iterator(last.rend()));
  }
  const WcsCard* find(std::string_view key) const {
    const auto it =
        std::find_if(all_.cards.rbegin(), all_.cards.rend(), [&](const WcsCard& c) { return c.key == key; });
    return it == all_.cards.rend() ? nullptr : &*it;
  }
  bool has(std::string_view key) const { return find(key) != nullptr; }
  std::string valueOfKey(std::string_view key) const { return has(key) ? find(key)->value : std::string(); }
  void note(const std::string& sentence) { all_.note += (all_.note.empty() ? "" : " ") + sentence; }

  // A plate solution goes before CTYPE and its kin, as in wcslib; an incomplete one is left out.
  void choosePlate() {
    all_.plate = isWholePlate(all_);
    if (!all_.plate) {
      drop([](const WcsCard& c) { return isPlateKey(c.key); });
      return;
    }
    const bool both = has("CTYPE1");
    // EPOCH is the date of the plate there.
    drop([](const WcsCard& c) { return !isPlateKey(c.key) && c.key != "EQUINOX" && c.key != "RADESYS"; });
    // wcslib 7.12 makes a name of it, from memory that is not set where there is none; behind AMDXn it would
    // undo them.
    all_.cards.insert(all_.cards.begin(), {"PLATEID", "PLATEID = 'NONE'", "NONE"});
    note(both ? "The plate solution is used, not the WCS beside it, which approximates it."
              : "The plate solution is used.");
  }

  // A coefficient counts when its polynomial has an order that reaches it.
  void boundSip() {
    bool dropped = false;
    for (const std::string prefix : {"A_", "B_", "AP_", "BP_"}) {
      const WcsCard* card = find(prefix + "ORDER");
      if (card && !(card->value.size() == 1 && card->value[0] >= '0' && card->value[0] <= '9'))
        throw Error(Kind::data, "BAD_WCS", expectedFor("0 to 9", card->key, printable(card->value)));
      const long order = card ? card->value[0] - '0' : -1;
      dropped |= drop([&](const WcsCard& c) {
        if (!c.key.starts_with(prefix) || c.key == prefix + "ORDER") return false;
        const long p = std::strtol(c.key.c_str() + prefix.size(), nullptr, 10);
        const long q = std::strtol(c.key.c_str() + c.key.find('_', prefix.size()) + 1, nullptr, 10);
        return p + q > order;
      });
    }
    if (dropped) note("SIP coefficients beyond their polynomial's order (or without an order) are ignored.");
    const bool any = std::any_of(all_.cards.begin(), all_.cards.end(), isSipTerm);
    if (!any) drop([](const WcsCard& c) { return c.key.ends_with("_ORDER"); });
    const std::string type = valueOfKey("CTYPE1");
    if (any && !type.empty() && !type.ends_with("-SIP"))
      note("SIP coefficients are applied although CTYPE does not end in -SIP.");
  }

  static bool isSipTerm(const WcsCard& c) {
    return (c.key.starts_with("A_") || c.key.starts_with("B_")) && !c.key.ends_with("ORDER");
  }

  // Distortions by table (HST's NPOL files) live in other HDUs. The other functions that CPDISj and CQDISj
  // may name were never standardised, and wcslib reads past its own memory when their records are damaged.
  void dropTables() {
    const bool dropped = drop([&](const WcsCard& c) {
      if (!c.key.starts_with("CPDIS") && !c.key.starts_with("CQDIS")) return false;
      std::string value = c.value;
      for (char& letter : value) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
      if (value != "LOOKUP")
        throw Error(
            Kind::data, "BAD_WCS",
            expectedFor("LOOKUP", c.key, printable(c.value) + "; SIP, TPV and TNX are supported too"));
      return true;
    });
    if (!dropped) return;
    all_.approximate = true;
    note("The distortion table that the header refers to is not applied.");
  }

  // TNX and ZPX hold their coefficients in WATj_nnn cards; without them wcslib follows a null pointer.
  void requireText() const {
    for (const char axis : {'1', '2'}) {
      const std::string type = valueOfKey(std::string("CTYPE") + axis);
      if (type.size() < 8 || (type.substr(4, 4) != "-TNX" && type.substr(4, 4) != "-ZPX")) continue;
      for (const char other : {'1', '2'}) {
        const std::string key = std::string("WAT") + other + "_001";
        if (!has(key) || !find(key)->value.starts_with("wtype="))
          throw Error(Kind::data, "BAD_WCS",
                      expectedFor("a text that begins with wtype=", key,
                                  has(key) ? printable(find(key)->value) : "no such card") +
                          "; CTYPE" + axis + " = " + printable(type) + " needs it");
      }
    }
  }

  // A third axis by table (-TAB) is not celestial, and wcslib would need the table.
  void dropLookedUpAxes() {
    drop([](const WcsCard& c) {
      return c.key.starts_with("CTYPE") && c.key != "CTYPE1" && c.key != "CTYPE2" &&
             c.value.find("-TAB") != std::string::npos;
    });
  }

  // SCAMP before TPV wrote its polynomial as PV cards on TAN. The standard has PV on TAN for the longitude
  // axis only, with m = 0 to 4 (native coordinates of the reference point, LONPOLE and LATPOLE).
  void readTanPvAsTpv() {
    const std::array<std::string, 2> types{valueOfKey("CTYPE1"), valueOfKey("CTYPE2")};
    for (const auto& type : types) {
      if (type.size() < 8 || type.substr(4, 4) != "-TAN" || (type.size() > 8 && type.substr(8) != "-SIP"))
        return;
    }
    const char longitude = types[0].starts_with("DEC") || types[0].substr(1).starts_with("LAT") ? '2' : '1';
    bool any = false, scamp = false;
    for (const WcsCard& c : all_.cards) {
      if (!c.key.starts_with("PV1_") && !c.key.starts_with("PV2_")) continue;
      any = true;
      scamp |= c.key[2] != longitude || std::strtol(c.key.c_str() + 4, nullptr, 10) > 4;
    }
    if (!any || !scamp) return;
    const bool sip = std::any_of(all_.cards.begin(), all_.cards.end(), isSipTerm);
    if (sip || pv_ == PvOnTan::ignored) {
      drop([](const WcsCard& c) { return c.key.starts_with("PV1_") || c.key.starts_with("PV2_"); });
      note(sip ? "PV coefficients on TAN beside SIP describe the same distortion again and are ignored."
               : "PV coefficients on TAN would not map the image as TPV and are ignored.");
      return;
    }
    all_.tanAsTpv = true;
    for (WcsCard& c : all_.cards) {
      if (c.key != "CTYPE1" && c.key != "CTYPE2") continue;
      c.value = c.value.substr(0, 4) + "-TPV";
      c.text = c.key + "  = '" + c.value + "'";
    }
    note("PV coefficients on TAN are read as TPV (SCAMP before TPV was registered).");
  }

  // In TPV an absent PVi_1 is 1 and all others are 0 (registry of FITS conventions, TPV). wcslib takes all
  // for 0, which would put the whole image at one place.
  void completeTpv() {
    for (const char axis : {'1', '2'}) {
      const std::string type = valueOfKey(std::string("CTYPE") + axis), key = std::string("PV") + axis + "_1";
      if (type.size() < 8 || type.substr(4, 4) != "-TPV" || has(key)) continue;
      all_.cards.push_back({key, key + "   = 1.0", "1.0"});
      note(key + " is absent, which is 1 in TPV.");
    }
  }

  WcsCards& all_;
  PvOnTan pv_;
};

}  // namespace

void capitaliseExponent(std::string& card) {
  const auto at = [&](char c) { return card.begin() + std::ptrdiff_t(std::min(card.find(c), card.size())); };
  std::replace_if(
      at('='), at('/'), [](char c) { return c == 'D' || c == 'd' || c == 'e'; }, 'E');
}

WcsCards selectWcsCards(std::string_view cards, PvOnTan pv) {
  WcsCards all;
  while (!cards.empty()) {
    const std::size_t end = std::min(cards.find('\n'), cards.size());
    std::string_view card = cards.substr(0, std::min<std::size_t>(end, 80));
    cards.remove_prefix(std::min(end + 1, cards.size()));
    if (card.starts_with("D2IMDIS")) all.approximate = true;
    if (card.size() < 10 || card[8] != '=' || card[9] != ' ') continue;
    const std::string key = trimmed(card.substr(0, 8));
    if (!isWcsKey(key)) continue;
    // wcslib's scanner takes printable ASCII only
    if (std::any_of(card.begin(), card.end(), [](char c) { return c < ' ' || c > '~'; })) continue;
    // undefined, which is the same as absent
    if (valueOf(card.substr(10)).empty()) continue;
    // wcslib copies such a text past the end of its own buffer
    if (unclosed(card.substr(10)))
      throw Error(Kind::data, "BAD_WCS", expectedFor("a closing quote", key, printable(card.substr(10))));
    // wcslib would leave such a card out and put the image somewhere else
    if (isNumeric(key) && notNumber(card.substr(10)))
      throw Error(Kind::data, "BAD_WCS", expectedFor("a number", key, printable(trimmed(card.substr(10)))));
    if (all.cards.size() == kMaxCards)
      throw Error(Kind::data, "BAD_WCS", "expected at most 20000 WCS cards in the header, received more");
    std::string text(card);
    if (!notNumber(card.substr(10))) capitaliseExponent(text);
    all.cards.push_back({key, text, valueOf(std::string_view(text).substr(10))});
  }
  if (all.approximate) all.note = "The distortion table that the header refers to is not applied.";
  WcsCorrections(all, pv).apply();
  return all;
}

}  // namespace vignet
