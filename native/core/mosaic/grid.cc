#include "core/mosaic/grid.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/image_wcs.h"
#include "core/fits/write.h"
#include "core/header/cards.h"
#include "core/header/frames.h"
#include "core/header/keywords.h"
#include "core/wcs/cards.h"

namespace vignet {
namespace {

constexpr double kAligned = 1e-3;  // pixels

bool isCoordinate(const CardLines& card) {
  return card.name == "RADESYS" || card.name == "EQUINOX" || card.name == "RADECSYS" ||
         topicOf(card.name).wcs;
}

std::string coordinatesIn(std::span<const CardLines> cards) {
  std::string text;
  for (const CardLines& card : cards) {
    if (!isCoordinate(card)) continue;
    for (const auto line : card.lines) {
      std::string written(line);
      if (card.number()) capitaliseExponent(written);
      text.append(written).push_back('\n');
    }
  }
  return text;
}

}  // namespace

GridBox overlap(const GridBox& a, const GridBox& b) {
  return {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
}

GridBox united(const GridBox& a, const GridBox& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

std::string gridCards(const Layout& layout) {
  imageWcs(layout);
  return coordinatesIn(splitCards(layout.hdus.at(layout.planes[0].hdu).cards));
}

std::string gridCards(std::string_view cards) {
  if (cards.size() > 65536)
    throw Error(Kind::usage, "BAD_GRID", expectedFor("at most 65536 bytes of cards", "WCS", cards.size()));
  const std::vector<CardLines> all = splitCards(cards);
  std::set<std::string_view> names;
  for (const CardLines& card : all) {
    if (!isCoordinate(card)) continue;
    if (!names.insert(card.name).second)
      throw Error(Kind::usage, "BAD_GRID",
                  expectedFor("each card once", "WCS", card.name + " more than once"));
    if (!card.number() && !card.text())
      throw Error(Kind::usage, "BAD_GRID",
                  expectedFor("a number, or a text in quotes, behind '= '",
                              "the card " + card.name + " of WCS", "neither"));
  }
  return coordinatesIn(all);
}

std::string movedCards(std::string_view cards, std::array<int64_t, 2> origin) {
  const std::vector<CardLines> all = splitCards(cards);
  const MovedCards moved = moveFrames(all, origin);
  std::string text;
  for (const CardLines& card : all) {
    if (card.name.empty()) continue;
    const auto change = moved.changed.find(card.name);
    if (change == moved.changed.end()) {
      for (const auto line : card.lines) text.append(line).push_back('\n');
      continue;
    }
    HeaderWriter one;
    one.addLiteral(card.name, change->second, card.comment);
    text += one.lines();
  }
  HeaderWriter added;
  for (const auto& [key, value] : moved.added) added.addLiteral(key, value);
  text += added.lines();
  return text;
}

// A thread mostly fills many windows of one mosaic, so the last parsed cards are cached.
NumericWcs numbersOf(std::string_view cards) {
  thread_local std::pair<std::string, NumericWcs> last;
  if (last.first.empty() || last.first != cards) {
    auto numbers = parseWcs(cards, 2);
    if (!numbers)
      throw Error(Kind::data, "NO_WCS", "expected a celestial WCS for the grid of the mosaic, received none");
    last.second = *std::move(numbers);
    last.first = cards;
  }
  return last.second;
}

std::optional<Shift> sameGrid(const NumericWcs& grid, const NumericWcs& image) {
  const auto plain = [](const NumericWcs& n) {
    return n.distortion[0].empty() && n.distortion[1].empty() && n.ps.empty();
  };
  const auto sameTerm = [](const WcsParameter& a, const WcsParameter& b) {
    return a.i == b.i && a.m == b.m && a.value == b.value;
  };
  if (!plain(grid) || !plain(image) || grid.frame != image.frame || grid.equinox != image.equinox ||
      grid.ctype != image.ctype || grid.cunit != image.cunit || grid.crval != image.crval ||
      grid.cdelt != image.cdelt || grid.pc != image.pc || grid.lonpole != image.lonpole ||
      grid.latpole != image.latpole ||
      !std::equal(grid.pv.begin(), grid.pv.end(), image.pv.begin(), image.pv.end(), sameTerm))
    return std::nullopt;
  const double x = grid.crpix[0] - image.crpix[0], y = grid.crpix[1] - image.crpix[1];
  const auto whole = [](double v) { return std::abs(v) < kFarthest && std::abs(v - std::round(v)) < 1e-6; };
  if (!whole(x) || !whole(y)) return std::nullopt;
  return Shift{static_cast<int64_t>(std::round(x)), static_cast<int64_t>(std::round(y))};
}

std::optional<Shift> alignedShift(Wcs& grid, const Layout& layout) {
  constexpr int kSteps = 4;
  const Plane& image = layout.planes.at(0);
  Wcs wcs(imageWcs(layout));
  std::vector<Pixel> from, to;
  for (int j = 0; j <= kSteps; ++j) {
    for (int i = 0; i <= kSteps; ++i)
      from.push_back({static_cast<double>(image.width - 1) * i / kSteps,
                      static_cast<double>(image.height - 1) * j / kSteps});
  }
  to.resize(from.size());
  std::vector<Sky> sky(from.size());
  std::vector<uint8_t> ok(from.size());
  wcs.toSky(from, sky, ok);
  if (std::find(ok.begin(), ok.end(), 0) != ok.end()) return std::nullopt;
  grid.toPixel(sky, to, ok);
  if (std::find(ok.begin(), ok.end(), 0) != ok.end()) return std::nullopt;
  const double x = std::round(to[0].x - from[0].x), y = std::round(to[0].y - from[0].y);
  if (!(std::abs(x) < kFarthest && std::abs(y) < kFarthest)) return std::nullopt;
  for (size_t i = 0; i < from.size(); ++i) {
    if (!(std::abs(to[i].x - from[i].x - x) < kAligned && std::abs(to[i].y - from[i].y - y) < kAligned))
      return std::nullopt;
  }
  return Shift{static_cast<int64_t>(x), static_cast<int64_t>(y)};
}

}  // namespace vignet
