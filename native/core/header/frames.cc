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
  Mover(const std::vector<CardLines>& cards, std::array<int64_t, 2> origin,
        const std::array<AxisRange, 2>& depth)
      : cards_(cards), origin_(origin), depth_(depth) {}

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

  // Axis `axis`, 3 or 4, of a description.
  void deepAxis(int axis, char alt) {
    const AxisRange& range = depth_[static_cast<size_t>(axis - 3)];
    // An axis without cards is one by the defaults, unless the description has fewer axes.
    if (numberOr(cards_, "WCSAXES" + suffix(alt), axis) < axis && !hasCards(axis, alt)) return;
    if (range.from == 0 && range.step == 1) return;
    deepPixel("CRPIX" + std::to_string(axis) + suffix(alt), range);
    if (range.step > 1) widen(axis, range.step, alt);
  }

  // IRAF's physical pixels of axis 3 or 4: logical = LTM * physical + LTV.
  void deepPhysical(int axis) {
    const AxisRange& range = depth_[static_cast<size_t>(axis - 3)];
    deepPixel("LTV" + std::to_string(axis), range);
    if (range.step > 1) scale("LTM" + std::to_string(axis) + "_" + std::to_string(axis), 1.0 / range.step, 1);
  }

  MovedCards take() { return std::move(moved_); }

 private:
  // The place of a pixel of the parent, counted from 1, among those that are kept.
  void deepPixel(const std::string& name, const AxisRange& range) {
    if (range.step == 1) return add(name, -int64_t{range.from});
    set(name, (numberOr(cards_, name, 0) - 1 - range.from) / range.step + 1);
  }

  void set(const std::string& name, double value) {
    const std::string text = formatReal(value);
    if (text.empty()) return;
    if (findCard(cards_, name)) {
      moved_.changed[name] = text;
    } else {
      moved_.added.emplace_back(name, text);
    }
  }

  void scale(const std::string& name, double factor, double otherwise) {
    set(name, factor * numberOr(cards_, name, otherwise));
  }

  // Makes the pixels of an axis `step` times as long.
  void widen(int axis, uint32_t step, char alt) {
    const std::string own = std::to_string(axis) + "_" + std::to_string(axis) + suffix(alt);
    std::vector<std::string> cd, pc;  // those of the axis's column
    bool anyCd = false, mixed = false;
    for (const CardLines& card : cards_) {
      const auto inCd = matchPair(card.name, "CD"), inPc = matchPair(card.name, "PC");
      anyCd = anyCd || (inCd && inCd->alt == alt);
      if (inCd && inCd->alt == alt && inCd->m == axis) cd.push_back(card.name);
      if (!inPc || inPc->alt != alt) continue;
      if (inPc->m == axis) pc.push_back(card.name);
      mixed = mixed || ((inPc->i == axis) != (inPc->m == axis) && card.number().value_or(0) != 0);
    }
    if (anyCd) {
      for (const std::string& name : cd) scale(name, step, 0);
    } else if (mixed) {
      for (const std::string& name : pc) scale(name, step, 0);
      if (!findCard(cards_, "PC" + own)) moved_.added.emplace_back("PC" + own, formatReal(step));
    } else {
      scale("CDELT" + std::to_string(axis) + suffix(alt), step, 1);
    }
  }

  bool hasCards(int axis, char alt) const {
    for (const char* stem : {"CTYPE", "CRPIX", "CRVAL", "CDELT"})
      if (findCard(cards_, stem + std::to_string(axis) + suffix(alt))) return true;
    return false;
  }

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
      set(name, static_cast<double>(moved));
    }
  }

  const std::vector<CardLines>& cards_;
  std::array<int64_t, 2> origin_;
  std::array<AxisRange, 2> depth_;
  MovedCards moved_;
};

}  // namespace

MovedCards moveFrames(const std::vector<CardLines>& cards, std::array<int64_t, 2> origin,
                      const std::array<AxisRange, 2>& depth) {
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
  Mover mover(cards, origin, depth);
  for (int a = 0; a < 27; ++a) {
    const char alt = a == 0 ? ' ' : static_cast<char>('A' + a - 1);
    if (!described[a]) continue;
    mover.frame(alt);
    for (int axis = 3; axis <= 4; ++axis) mover.deepAxis(axis, alt);
  }
  for (int axis = 3; axis <= 4 && physical; ++axis) mover.deepPhysical(axis);
  for (int j = 0; j < 2; ++j) {
    // logical = LTM * physical + LTV: the box's origin is counted in logical pixels, so LTM does not enter.
    if (physical) mover.add("LTV" + std::to_string(j + 1), -origin[j]);
    if (plate) mover.add("CNPIX" + std::to_string(j + 1), origin[j]);
  }
  return mover.take();
}

}  // namespace vignet
