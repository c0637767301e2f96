// The header of one HDU.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fits/card.h"

namespace vignet {

// Immutable; holds its cards in the form of Hdu::cards. Of repeated keywords the first counts. Error
// details name `where`, for instance "HDU 2", and the card.
class Header {
 public:
  static constexpr size_t kMaxCards = 100'000;

  Header() = default;
  // From 80-byte cards as they lie in a file, END and what follows it excluded, by readableCards.
  // Error{data, BAD_HEADER} beyond kMaxCards.
  static Header fromBytes(std::span<const std::byte> cards, std::string where);
  // From the text of Hdu::cards; also an empty one.
  static Header fromText(std::string_view text, std::string where = "header");

  const std::string& text() const { return text_; }  // '\n'-joined, right-trimmed cards
  const std::string& where() const { return where_; }

  size_t size() const { return keys_.size(); }
  std::string_view card(size_t i) const;  // right-trimmed; valid as long as the header
  std::string_view keyword(size_t i) const { return cardKeyword(card(i)); }
  CardValue value(size_t i) const;  // with its CONTINUE cards
  std::optional<size_t> find(std::string_view keyword) const;

  // The value of a keyword; absent when there is no such card or it has no value.
  // Throw Error{data, BAD_CARD} when its value is of another type (integers are also doubles, and
  // doubles without a fraction also integers).
  std::optional<std::string> getString(std::string_view keyword) const;
  std::optional<int64_t> getInt(std::string_view keyword) const;
  std::optional<double> getDouble(std::string_view keyword) const;
  std::optional<bool> getBool(std::string_view keyword) const;

  // For keywords that nothing depends on: a value of another type counts as absent.
  std::optional<std::string> stringIfAny(std::string_view keyword) const;
  std::optional<double> doubleIfAny(std::string_view keyword) const;

  // Throws Error{data, BAD_CARD}: "HDU n: expected EXPECTED for its keyword, received the card …".
  [[noreturn]] void fail(size_t card, std::string_view expected) const;

 private:
  void index();

  std::string text_, where_;
  std::vector<uint32_t> starts_;  // of each line of text_, and text_.size() + 1
  std::vector<uint64_t> keys_;    // first 8 characters of each card
  bool hierarch_ = false;
};

}  // namespace vignet
