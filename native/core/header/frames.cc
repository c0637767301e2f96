#include "core/header/frames.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/fits/write.h"
#include "core/header/shift.h"

namespace vignet {
namespace {

const CardLines* findCard(const std::vector<CardLines>& cards, const std::string& name) {
  const auto it =
      std::find_if(cards.begin(), cards.end(), [&](const CardLines& c) { return c.name == name; });
  return it == cards.end() ? nullptr : &*it;
}

double numberOr(const std::vector<CardLines>& cards, const std::string& name, double otherwise) {
  const CardLines* card = findCard(cards, name);
  return card ? card->number().value_or(otherwise) : otherwise;
}

std::string suffix(char alt) { return alt == ' ' ? std::string() : std::string(1, alt); }

class Mover {
 public:
  Mover(const std::vector<CardLines>& cards, std::array<int64_t, 2> origin)
      : cards_(cards), origin_(origin) {}

  // Adds to a card, or writes it if it is absent and its default is 0.
  void add(const std::string& name, int64_t delta) {
    const CardLines* card = findCard(cards_, name);
    if (delta == 0) return;
    if (!card) {
      moved_.added.emplace_back(name, addExactly("0.0", delta).value());
    } else if (const auto sum = addExactly(card->value, delta)) {
      moved_.changed[name] = *sum;
    }
  }

  void frame(char alt) {
    if (alt != ' ' && isParentFrame(alt)) return moveParentFrame(alt);
    for (int j = 0; j < 2; ++j) add("CRPIX" + std::to_string(j + 1) + suffix(alt), -origin_[j]);
  }

  MovedCards take() { return std::move(moved_); }

 private:
  bool isParentFrame(char alt) const {
    for (int j = 1; j <= 2; ++j) {
      if (numberOr(cards_, "CRPIX" + std::to_string(j) + suffix(alt), 0) != 1) return false;
      // An absent CTYPE means a linear axis, and old afw files leave one out.
      const CardLines* type = findCard(cards_, "CTYPE" + std::to_string(j) + suffix(alt));
      const std::string text = type ? type->text().value_or("?") : "LINEAR";
      if (text != "LINEAR" && !text.empty()) return false;
    }
    return true;
  }

  // Coefficient of pixel axis j (0-based) in world axis i.
  long double matrix(int i, int j, char alt) const {
    const std::string pair = std::to_string(i + 1) + "_" + std::to_string(j + 1) + suffix(alt);
    for (int r = 1; r <= 2; ++r) {
      for (int c = 1; c <= 2; ++c) {
        if (findCard(cards_, "CD" + std::to_string(r) + "_" + std::to_string(c) + suffix(alt)))
          return numberOr(cards_, "CD" + pair, 0);
      }
    }
    const double step = numberOr(cards_, "CDELT" + std::to_string(i + 1) + suffix(alt), 1);
    return static_cast<long double>(step) * numberOr(cards_, "PC" + pair, i == j ? 1 : 0);
  }

  void moveParentFrame(char alt) {
    for (int i = 0; i < 2; ++i) {
      const std::string name = "CRVAL" + std::to_string(i + 1) + suffix(alt);
      const long double mine = matrix(i, i, alt), other = matrix(i, 1 - i, alt);
      if (mine == 1 && other == 0) {
        add(name, origin_[i]);
        continue;
      }
      const long double moved =
          static_cast<long double>(numberOr(cards_, name, 0)) + mine * origin_[i] + other * origin_[1 - i];
      const std::string text = formatReal(static_cast<double>(moved));
      if (text.empty()) continue;
      if (findCard(cards_, name)) {
        moved_.changed[name] = text;
      } else {
        moved_.added.emplace_back(name, text);
      }
    }
  }

  const std::vector<CardLines>& cards_;
  std::array<int64_t, 2> origin_;
  MovedCards moved_;
};

}  // namespace

MovedCards moveFrames(const std::vector<CardLines>& cards, std::array<int64_t, 2> origin) {
  std::array<bool, 27> described{};
  bool physical = false, plate = false;
  for (const auto& card : cards) {
    const char initial = card.name.empty() ? ' ' : card.name[0];
    if (initial != 'C' && initial != 'P' && initial != 'L') continue;
    for (const char* stem : {"CRPIX", "CRVAL", "CTYPE", "CDELT", "CUNIT", "CROTA"}) {
      if (const auto m = matchIndexed(card.name, stem))
        described[m->alt == ' ' ? 0 : m->alt - 'A' + 1] = true;
    }
    for (const char* stem : {"CD", "PC"}) {
      if (const auto m = matchPair(card.name, stem)) described[m->alt == ' ' ? 0 : m->alt - 'A' + 1] = true;
    }
    physical = physical || matchIndexed(card.name, "LTV") || matchPair(card.name, "LTM");
    plate = plate || matchIndexed(card.name, "CNPIX");
  }
  Mover mover(cards, origin);
  for (int a = 0; a < 27; ++a) {
    if (described[a]) mover.frame(a == 0 ? ' ' : static_cast<char>('A' + a - 1));
  }
  for (int j = 0; j < 2; ++j) {
    // logical = LTM * physical + LTV: the box's origin is counted in logical pixels, so LTM does not enter.
    if (physical) mover.add("LTV" + std::to_string(j + 1), -origin[j]);
    if (plate) mover.add("CNPIX" + std::to_string(j + 1), origin[j]);
  }
  return mover.take();
}

}  // namespace vignet
