#include "core/fits/header.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/readable_cards.h"

namespace vignet {
namespace {

uint64_t keyOf(std::string_view card) {
  char head[8];
  std::memset(head, ' ', 8);
  std::memcpy(head, card.data(), std::min<size_t>(card.size(), 8));
  uint64_t key;
  std::memcpy(&key, head, 8);
  return key;
}

}  // namespace

Header Header::fromBytes(std::span<const std::byte> cards, std::string where) {
  Header header;
  header.where_ = std::move(where);
  const size_t n = cards.size() / 80;
  if (n > kMaxCards)
    throw Error(Kind::data, "BAD_HEADER",
                header.where_ + ": " +
                    expectedFor("at most " + std::to_string(kMaxCards) + " cards", "the header", n));
  header.text_ = readableCards(cards, n);
  header.index();
  return header;
}

Header Header::fromText(std::string_view text, std::string where) {
  Header header;
  header.where_ = std::move(where);
  header.text_ = text;
  header.index();
  return header;
}

void Header::index() {
  if (text_.empty()) return;
  const size_t lines = 1 + static_cast<size_t>(std::count(text_.begin(), text_.end(), '\n'));
  starts_.reserve(lines + 1);
  keys_.reserve(lines);
  for (size_t at = 0;;) {
    size_t end = text_.find('\n', at);
    if (end == std::string::npos) end = text_.size();
    const std::string_view line(text_.data() + at, end - at);
    starts_.push_back(static_cast<uint32_t>(at));
    keys_.push_back(keyOf(line));
    hierarch_ = hierarch_ || line.starts_with("HIERARCH ");
    at = end + 1;
    if (end == text_.size()) break;
  }
  starts_.push_back(static_cast<uint32_t>(text_.size() + 1));
}

std::string_view Header::card(size_t i) const {
  return std::string_view(text_).substr(starts_[i], starts_[i + 1] - 1 - starts_[i]);
}

std::optional<size_t> Header::find(std::string_view keyword) const {
  if (keyword.size() <= 8) {
    const auto at = std::find(keys_.begin(), keys_.end(), keyOf(keyword));
    if (at != keys_.end()) return static_cast<size_t>(at - keys_.begin());
  }
  if (!hierarch_) return std::nullopt;
  static const uint64_t hierarchKey = keyOf("HIERARCH");
  for (size_t i = 0; i < keys_.size(); ++i)
    if (keys_[i] == hierarchKey && isHierarch(card(i)) && this->keyword(i) == keyword) return i;
  return std::nullopt;
}

CardValue Header::value(size_t i) const {
  CardValue value = cardValue(card(i));
  if (value.type != ValueType::text) return value;
  while (value.text.ends_with('&') && i + 1 < size() && card(i + 1).starts_with("CONTINUE")) {
    CardValue more = cardValue(card(i + 1));
    if (more.type != ValueType::text) break;
    value.text.pop_back();
    value.text += more.text;
    ++i;
  }
  return value;
}

void Header::fail(size_t i, std::string_view expected) const {
  throw Error(Kind::data, "BAD_CARD",
              where_ + ": " + expectedFor(expected, keyword(i), "the card \"" + std::string(card(i)) + "\""));
}

std::optional<std::string> Header::getString(std::string_view keyword) const {
  const auto at = find(keyword);
  if (!at) return std::nullopt;
  CardValue found = value(*at);
  if (found.type == ValueType::text) return std::move(found.text);
  if (found.type == ValueType::none || found.type == ValueType::undefined) return std::nullopt;
  fail(*at, "a string");
}

std::optional<int64_t> Header::getInt(std::string_view keyword) const {
  const auto at = find(keyword);
  if (!at) return std::nullopt;
  const CardValue found = cardValue(card(*at));
  if (found.type == ValueType::integer) return found.integer;
  if (found.type == ValueType::none || found.type == ValueType::undefined) return std::nullopt;
  // 2^63 itself is not an int64.
  if (found.type == ValueType::real && found.real == std::trunc(found.real) && std::abs(found.real) < 0x1p63)
    return static_cast<int64_t>(found.real);
  fail(*at, "an integer");
}

std::optional<double> Header::getDouble(std::string_view keyword) const {
  const auto at = find(keyword);
  if (!at) return std::nullopt;
  const CardValue found = cardValue(card(*at));
  if (found.type == ValueType::integer || found.type == ValueType::real) return found.real;
  if (found.type == ValueType::none || found.type == ValueType::undefined) return std::nullopt;
  fail(*at, "a number");
}

std::optional<bool> Header::getBool(std::string_view keyword) const {
  const auto at = find(keyword);
  if (!at) return std::nullopt;
  const CardValue found = cardValue(card(*at));
  if (found.type == ValueType::logical) return found.logical;
  if (found.type == ValueType::none || found.type == ValueType::undefined) return std::nullopt;
  fail(*at, "T or F");
}

std::optional<std::string> Header::stringIfAny(std::string_view keyword) const {
  const auto at = find(keyword);
  if (!at) return std::nullopt;
  CardValue found = value(*at);
  if (found.type != ValueType::text) return std::nullopt;
  return std::move(found.text);
}

std::optional<double> Header::doubleIfAny(std::string_view keyword) const {
  const auto at = find(keyword);
  if (!at) return std::nullopt;
  const CardValue found = cardValue(card(*at));
  if (found.type != ValueType::integer && found.type != ValueType::real) return std::nullopt;
  return found.real;
}

}  // namespace vignet
