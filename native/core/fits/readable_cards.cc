#include "core/fits/readable_cards.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <string_view>
#include <vector>

#include "core/fits/card.h"
#include "core/wcs/keywords.h"

namespace vignet {
namespace {

constexpr size_t kCardBytes = 80;
constexpr size_t kIndicator = 8;  // where the '=' of a card with a value stands

bool isPrintable(unsigned char c) { return c >= ' ' && c <= '~'; }

bool cleanBytes(std::string& card) {
  bool changed = false;
  for (char& c : card) {
    const auto byte = static_cast<unsigned char>(c);
    if (isPrintable(byte)) continue;
    c = byte > '~' + 1 ? '?' : ' ';
    changed = true;
  }
  return changed;
}

bool isKeyword(std::string_view name) {
  const size_t end = name.find_last_not_of(' ') + 1;
  return end > 0 && std::all_of(name.begin(), name.begin() + static_cast<ptrdiff_t>(end), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

// Puts the blank after the '=' of `KEY     =1.0`, where what follows then is a value.
bool completeIndicator(std::string& card) {
  if (card.size() <= kIndicator + 1 || card[kIndicator] != '=' || card[kIndicator + 1] == ' ') return false;
  const std::string_view name = std::string_view(card).substr(0, kIndicator);
  if (!isKeyword(name) || name == "COMMENT " || name == "HISTORY " || name == "CONTINUE") return false;
  std::string complete = card;
  complete.insert(kIndicator + 1, 1, ' ');
  if (complete.size() > kCardBytes) {
    // Only a comment may lose its last character.
    if (complete.find('/') == std::string::npos) return false;
    complete.resize(kCardBytes);
  }
  const ValueType type = cardValue(complete).type;
  if (type == ValueType::malformed || type == ValueType::none || type == ValueType::undefined) return false;
  card = std::move(complete);
  return true;
}

void trimRight(std::string& card) { card.erase(card.find_last_not_of(' ') + 1); }

bool isRepeatable(std::string_view card) { return cardValue(card).type == ValueType::none; }

// Names of the WCS cards that stood there before, which are taken out.
std::set<std::string> keepLastWcs(std::vector<std::string>& cards) {
  std::set<std::string, std::less<>> seen;
  std::set<std::string> repeated;
  for (size_t i = cards.size(); i-- > 0;) {
    const std::string_view name = cardKeyword(cards[i]);
    if (!isWcsKeyword(name) || isRepeatable(cards[i])) continue;
    if (seen.emplace(name).second) continue;
    repeated.emplace(name);
    cards[i].clear();
    for (size_t next = i + 1; next < cards.size() && cards[next].starts_with("CONTINUE"); ++next)
      cards[next].clear();
  }
  if (!repeated.empty()) std::erase(cards, std::string());
  return repeated;
}

// "A, B and 3 more", short enough for a card.
std::string listed(const std::set<std::string>& names) {
  constexpr size_t kNamed = 3;
  std::string text;
  size_t count = 0;
  for (const std::string& name : names) {
    if (count++ == kNamed) break;
    text += (text.empty() ? "" : ", ") + name;
  }
  if (names.size() > kNamed) text += " and " + std::to_string(names.size() - kNamed) + " more";
  return text;
}

std::vector<std::string> corrected(std::string_view all) {
  std::vector<std::string> cards;
  size_t cleaned = 0;
  std::set<std::string> completed;
  for (size_t at = 0; at < all.size(); at += kCardBytes) {
    std::string card(all.substr(at, kCardBytes));
    cleaned += cleanBytes(card);
    trimRight(card);
    if (completeIndicator(card)) completed.emplace(cardKeyword(card));
    cards.push_back(std::move(card));
  }
  while (!cards.empty() && cards.back().empty()) cards.pop_back();
  const std::set<std::string> repeated = keepLastWcs(cards);

  const std::string note = "HISTORY Vignet: ";
  if (cleaned)
    cards.push_back(note + "bytes that are not text replaced in cards: " + std::to_string(cleaned));
  if (!completed.empty()) cards.push_back(note + "no blank after =, read as values: " + listed(completed));
  if (!repeated.empty()) cards.push_back(note + "repeated, the last counts: " + listed(repeated));
  return cards;
}

// Without a branch for each byte and of a known length, so that the compiler makes vectors of it.
bool isPrintableCard(const char* card) {
  uint8_t others = 0;
  for (size_t i = 0; i < kCardBytes; ++i) others |= static_cast<uint8_t>(card[i] - ' ') > '~' - ' ' ? 1 : 0;
  return others == 0;
}

// Whether no correction can apply: the case of nearly every file, which is to cost little.
bool needsNothing(std::string_view all) {
  std::vector<uint64_t> names;
  names.reserve(all.size() / kCardBytes);
  for (size_t at = 0; at < all.size(); at += kCardBytes) {
    const std::string_view card = all.substr(at, kCardBytes);
    if (!isPrintableCard(card.data())) return false;
    if (card[kIndicator] != '=') continue;
    if (card[kIndicator + 1] != ' ') return false;
    uint64_t name = 0;
    std::memcpy(&name, card.data(), kIndicator);
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

}  // namespace

std::string readableCards(std::span<const std::byte> bytes, size_t count) {
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), kCardBytes * count);
  std::string text;
  text.reserve(all.size());
  if (needsNothing(all)) {
    for (size_t at = 0; at < all.size(); at += kCardBytes) {
      const std::string_view card = all.substr(at, kCardBytes);
      (text += card.substr(0, card.find_last_not_of(' ') + 1)) += '\n';
    }
  } else {
    for (const std::string& card : corrected(all)) (text += card) += '\n';
  }
  // Blank cards before END only reserve space.
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace vignet
