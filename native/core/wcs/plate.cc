#include "core/wcs/plate.h"

#include <algorithm>
#include <array>
#include <string>

namespace vignet {
namespace {

constexpr std::array<std::string_view, 14> kSingle{"CNPIX1",  "CNPIX2",   "XPIXELSZ", "YPIXELSZ", "PLTRAH",
                                                   "PLTRAM",  "PLTRAS",   "PLTDECSN", "PLTDECD",  "PLTDECM",
                                                   "PLTDECS", "PLTSCALE", "PPO3",     "PPO6"};
constexpr int kPlatePolynomial = 13;  // AMDX1 to AMDX13

// "AMDX7": the number behind a stem, 0 when it is none from 1 to `most`.
int numberBehind(std::string_view key, std::string_view stem, int most) {
  if (!key.starts_with(stem)) return 0;
  key.remove_prefix(stem.size());
  if (key.empty() || key.size() > 2 || key[0] == '0') return 0;
  int number = 0;
  for (const char c : key) {
    if (c < '0' || c > '9') return 0;
    number = 10 * number + (c - '0');
  }
  return number <= most ? number : 0;
}

}  // namespace

bool isPlateKey(std::string_view key) {
  return std::find(kSingle.begin(), kSingle.end(), key) != kSingle.end() || numberBehind(key, "AMDX", 20) ||
         numberBehind(key, "AMDY", 20) || numberBehind(key, "PPO", 6);
}

bool isWholePlate(const WcsCards& cards) {
  const auto has = [&](std::string_view key) {
    return std::any_of(cards.cards.begin(), cards.cards.end(),
                       [&](const WcsCard& c) { return c.key == key; });
  };
  // The sign of a southern declination must not be missing; PLTSCALE is not used.
  if (!std::all_of(kSingle.begin(), kSingle.end(), [&](auto key) { return key == "PLTSCALE" || has(key); }))
    return false;
  // wcslib reads the sign of a text only, and uses one that is not set otherwise.
  const auto isSign = [](const WcsCard& c) {
    return c.key == "PLTDECSN" && c.text.find('\'') != std::string::npos &&
           (c.value == "-" || c.value == "+");
  };
  if (std::none_of(cards.cards.begin(), cards.cards.end(), isSign)) return false;
  for (int n = 1; n <= kPlatePolynomial; ++n)
    if (!has("AMDX" + std::to_string(n)) || !has("AMDY" + std::to_string(n))) return false;
  return true;
}

}  // namespace vignet
