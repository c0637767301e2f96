#include "core/header/cards.h"

#include <algorithm>
#include <charconv>

#include "core/fits/card.h"

namespace vignet {
namespace {

constexpr std::size_t kCard = 80;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// Parts "value / comment".
void parseValue(std::string_view field, CardLines& card) {
  field = trim(field);
  std::size_t end = 0;
  if (field.starts_with('\'')) {
    end = 1;
    while (end < field.size()) {
      if (field[end] != '\'') {
        ++end;
      } else if (end + 1 < field.size() && field[end + 1] == '\'') {
        end += 2;
      } else {
        break;
      }
    }
    end = end < field.size() ? end + 1 : field.size();
  } else {
    end = std::min(field.find('/'), field.size());
  }
  card.value = trim(field.substr(0, end));
  const auto slash = field.find('/', end);
  if (slash != std::string_view::npos) card.comment = trim(field.substr(slash + 1));
}

CardLines parseCard(std::string_view line) {
  CardLines card;
  card.lines.push_back(line);
  card.name = cardKeyword(line);
  const std::size_t equals = isHierarch(line) ? line.find('=') : 8;
  if (equals < line.size() && line[equals] == '=' &&
      (equals + 1 == line.size() || line[equals + 1] == ' ' || equals != 8)) {
    parseValue(line.substr(equals + 1), card);
  }
  return card;
}

std::optional<int> takeNumber(std::string_view& text) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  int value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 3), value);
  if (error != std::errc{} || (text[0] == '0' && end != text.data() + 1)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool takeAlt(std::string_view& text, char& alt) {
  if (text.size() == 1 && text[0] >= 'A' && text[0] <= 'Z') {
    alt = text[0];
    text.remove_prefix(1);
  }
  return text.empty();
}

}  // namespace

std::optional<std::string> CardLines::text() const {
  CardValue parsed = cardValue(lines.front());
  if (parsed.type != ValueType::text) return std::nullopt;
  return std::move(parsed.text);
}

std::optional<double> CardLines::number() const {
  const CardValue parsed = cardValue(lines.front());
  if (parsed.type != ValueType::integer && parsed.type != ValueType::real) return std::nullopt;
  return parsed.real;
}

std::vector<CardLines> splitCards(std::string_view cards) {
  std::vector<CardLines> out;
  while (!cards.empty()) {
    const auto newline = std::min(cards.find('\n'), cards.size());
    const std::string_view line = cards.substr(0, std::min(newline, kCard));
    cards.remove_prefix(std::min(newline + 1, cards.size()));
    // A text that goes on ends with '&' inside its quotes.
    const bool goesOn = !out.empty() && (out.back().value.ends_with("&'") || out.back().lines.size() > 1);
    if (goesOn && line.starts_with("CONTINUE")) {
      out.back().lines.push_back(line);
    } else {
      out.push_back(parseCard(line));
    }
  }
  return out;
}

std::optional<Indexed> matchIndexed(std::string_view name, std::string_view stem) {
  if (!name.starts_with(stem)) return std::nullopt;
  name.remove_prefix(stem.size());
  Indexed out;
  const auto i = takeNumber(name);
  if (!i || !takeAlt(name, out.alt)) return std::nullopt;
  out.i = *i;
  return out;
}

std::optional<Indexed> matchPair(std::string_view name, std::string_view stem) {
  if (!name.starts_with(stem)) return std::nullopt;
  name.remove_prefix(stem.size());
  Indexed out;
  const auto i = takeNumber(name);
  if (!i || !name.starts_with('_')) return std::nullopt;
  name.remove_prefix(1);
  const auto m = takeNumber(name);
  if (!m || !takeAlt(name, out.alt)) return std::nullopt;
  out.i = *i;
  out.m = *m;
  return out;
}

}  // namespace vignet
