#include "core/fits/card.h"

#include <charconv>
#include <cstdlib>

namespace vignet {
namespace {

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// Where the text after the value indicator begins; npos for cards without a value.
size_t valueStart(std::string_view card) {
  if (card.starts_with("CONTINUE  ")) return 10;
  if (isHierarch(card)) return card.find('=') + 1;
  for (const char* comment : {"        ", "COMMENT ", "HISTORY "})
    if (card.starts_with(comment)) return std::string_view::npos;
  // `KEY     =` may have lost its blank to right-trimming.
  if (card.size() >= 9 && card[8] == '=' && (card.size() == 9 || card[9] == ' ')) return 9;
  return std::string_view::npos;
}

CardValue parseText(std::string_view rest) {
  CardValue value{ValueType::text, false, 0, 0, {}};
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] != '\'') {
      value.text += rest[i];
    } else if (i + 1 < rest.size() && rest[i + 1] == '\'') {
      value.text += rest[i++];
    } else {
      value.text.erase(value.text.find_last_not_of(' ') + 1);
      return value;
    }
  }
  value.type = ValueType::malformed;  // no closing quote
  return value;
}

bool parseNumber(std::string_view token, CardValue& value) {
  std::string digits(token);
  bool real = false;
  for (char& c : digits) {
    if (c == 'D' || c == 'd' || c == 'e') c = 'E';
    if (c == '.' || c == 'E')
      real = true;
    else if ((c < '0' || c > '9') && c != '+' && c != '-')
      return false;  // keeps "inf" and "nan" out
  }
  const char* from = digits.data();
  const char* to = from + digits.size();
  if (from != to && *from == '+' && ++from != to && *from == '-') return false;
  if (from == to) return false;
  if (!real) {
    const auto [end, error] = std::from_chars(from, to, value.integer);
    if (error == std::errc() && end == to) {
      value.type = ValueType::integer;
      value.real = static_cast<double>(value.integer);
      return true;
    }
    if (error != std::errc::result_out_of_range || end != to) return false;
  }
  const auto [end, error] = std::from_chars(from, to, value.real);
  if (end != to) return false;
  if (error == std::errc::result_out_of_range) {
    const size_t exponent = digits.find("E-");
    if (exponent == std::string::npos) return false;
    value.real = 0;  // too small to distinguish from zero
  } else if (error != std::errc()) {
    return false;
  }
  value.type = ValueType::real;
  return true;
}

}  // namespace

bool isHierarch(std::string_view card) {
  return card.starts_with("HIERARCH ") && card.find('=') != std::string_view::npos;
}

std::string_view cardKeyword(std::string_view card) {
  if (isHierarch(card)) return trim(card.substr(9, card.find('=') - 9));
  const std::string_view head = card.substr(0, 8);
  return head.substr(0, head.find_last_not_of(' ') + 1);
}

CardValue cardValue(std::string_view card) {
  const size_t start = valueStart(card);
  if (start == std::string_view::npos) return {};
  std::string_view rest = trim(card.substr(start));
  if (rest.starts_with('\'')) return parseText(rest);
  rest = trim(rest.substr(0, rest.find('/')));

  CardValue value;
  if (rest.empty()) {
    value.type = ValueType::undefined;
  } else if (rest == "T" || rest == "F") {
    value.type = ValueType::logical;
    value.logical = rest == "T";
  } else if (!parseNumber(rest, value)) {
    value.type = rest.front() == '(' && rest.back() == ')' ? ValueType::complex : ValueType::malformed;
    value.text = rest;
  }
  return value;
}

}  // namespace vignet
