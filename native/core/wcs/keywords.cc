#include "core/wcs/keywords.h"

#include <algorithm>
#include <array>

#include "core/wcs/plate.h"

namespace vignet {
namespace {

bool digits(std::string_view s, std::size_t most) {
  return !s.empty() && s.size() <= most &&
         std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// An axis number; wcslib (7.12) crashes on axis 0.
bool axis(std::string_view s) { return digits(s, 2) && s[0] != '0'; }

// "i_j": two axes.
bool axes(std::string_view s) {
  const std::size_t bar = s.find('_');
  return bar != s.npos && axis(s.substr(0, bar)) && axis(s.substr(bar + 1));
}

// "i_m": a parameter of an axis.
bool parameter(std::string_view s) {
  const std::size_t bar = s.find('_');
  return bar != s.npos && axis(s.substr(0, bar)) && digits(s.substr(bar + 1), 2);
}

// "p_q": two powers.
bool powers(std::string_view s) {
  const std::size_t bar = s.find('_');
  return bar != s.npos && digits(s.substr(0, bar), 2) && digits(s.substr(bar + 1), 2);
}

// The old form of PC and CD: "00i00j".
bool oldPair(std::string_view s) {
  return s.size() == 6 && digits(s, 6) && s.substr(0, 2) == "00" && s.substr(3, 2) == "00" && s[2] != '0' &&
         s[5] != '0';
}

bool textPart(std::string_view s) {  // WATj_nnn
  return s.size() == 5 && axis(s.substr(0, 1)) && s[1] == '_' && digits(s.substr(2), 3);
}

}  // namespace

bool isWcsKey(std::string_view key) {
  static constexpr std::array<std::string_view, 6> kWhole{"LONPOLE",  "LATPOLE", "RADESYS",
                                                          "RADECSYS", "EQUINOX", "EPOCH"};
  static constexpr std::array<std::string_view, 9> kByAxis{"CRPIX", "CRVAL", "CDELT", "CTYPE", "CUNIT",
                                                           "CROTA", "PROJP", "CPDIS", "CQDIS"};
  static constexpr std::array<std::string_view, 2> kMatrix{"PC", "CD"};
  static constexpr std::array<std::string_view, 4> kSip{"A_", "B_", "AP_", "BP_"};
  constexpr std::string_view kFirst = "ABCELPRWXY";
  if (key.empty() || kFirst.find(key.front()) == std::string_view::npos) return false;
  if (std::find(kWhole.begin(), kWhole.end(), key) != kWhole.end()) return true;
  const auto tail = [&](std::string_view prefix) {
    return key.starts_with(prefix) ? key.substr(prefix.size()) : std::string_view();
  };
  for (const auto prefix : kByAxis) {
    if (axis(tail(prefix))) return true;
  }
  for (const auto prefix : kMatrix) {
    if (axes(tail(prefix)) || oldPair(tail(prefix))) return true;
  }
  if (parameter(tail("PV")) || parameter(tail("PS")) || isPlateKey(key)) return true;
  for (const auto prefix : kSip) {
    if (powers(tail(prefix)) || tail(prefix) == "ORDER") return true;
  }
  return textPart(tail("WAT"));
}

bool isWcsKeyword(std::string_view keyword) {
  if (isWcsKey(keyword)) return true;
  const bool alternate = keyword.size() > 1 && keyword.back() >= 'A' && keyword.back() <= 'Z';
  return alternate && isWcsKey(keyword.substr(0, keyword.size() - 1));
}

}  // namespace vignet
