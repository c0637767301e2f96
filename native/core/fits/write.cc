#include "core/fits/write.h"

#include <array>
#include <charconv>
#include <cmath>

namespace vignet {
namespace {

constexpr std::size_t kNameWidth = 8;
constexpr std::size_t kValueEnd = 30;  // fixed-format values end in column 30
constexpr std::size_t kCommentStart = 31;

bool plainName(std::string_view name) {
  if (name.empty() || name.size() > kNameWidth) return false;
  for (char c : name) {
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) return false;
  }
  return true;
}

void makePrintable(std::span<char> text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
}

// The value with its quotes doubled, without the outer ones.
std::string escaped(std::string_view value) {
  std::string out;
  out.reserve(value.size() + 8);
  for (char c : value) {
    out += c;
    if (c == '\'') out += c;
  }
  return out;
}

// Length of the longest prefix of escaped text that fits in `room` without parting a doubled quote.
std::size_t splitAt(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text.size();
  std::size_t i = 0;
  while (i < room) {
    const std::size_t step = text[i] == '\'' ? 2 : 1;
    if (i + step > room) break;
    i += step;
  }
  return i;
}

std::string fitsString(std::string_view text) {
  std::string out = "'" + std::string(text);
  out.append(text.size() < 8 ? 8 - text.size() : 0, ' ');
  return out + "'";
}

}  // namespace

std::string formatReal(double value) {
  if (!std::isfinite(value)) return {};
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  const std::size_t exponent = text.find('e');
  if (exponent != std::string::npos) text[exponent] = 'E';
  if (text.find('.') == std::string::npos)
    text.insert(exponent == std::string::npos ? text.size() : exponent, ".0");
  return text;
}

void HeaderWriter::addCard(std::string_view card) {
  card = card.substr(0, kCardSize);
  const std::size_t begin = text_.size();
  text_.append(card);
  makePrintable(std::span(text_).subspan(begin));
  text_.append(kCardSize - card.size(), ' ');
}

void HeaderWriter::put(std::string_view name, std::string_view value, std::string_view comment) {
  std::string card;
  if (plainName(name)) {
    card = std::string(name);
    card.append(kNameWidth - name.size(), ' ');
    card += "= ";
    // Strings begin in column 11, everything else ends in column 30.
    const std::size_t width = kValueEnd - card.size();
    if (!value.starts_with('\'') && value.size() < width) card.append(width - value.size(), ' ');
  } else {
    card = "HIERARCH " + std::string(name) + " = ";
  }
  card += value;
  if (!comment.empty() && card.size() + 4 < kCardSize) {
    if (card.size() < kCommentStart - 1) card.append(kCommentStart - 1 - card.size(), ' ');
    card += " / " + std::string(comment);
  }
  addCard(card);
}

void HeaderWriter::add(std::string_view name, std::string_view value, std::string_view comment) {
  std::string text = escaped(value);
  makePrintable(text);
  const std::size_t prefix = plainName(name) ? kNameWidth + 2 : name.size() + 12;
  const std::size_t room = prefix + 2 < kCardSize ? kCardSize - prefix - 2 : 0;
  if (text.size() <= room) return put(name, fitsString(text), comment);
  if (room < 2) return;  // a name that leaves no space for a value cannot be written
  std::string_view rest = text;
  std::size_t taken = splitAt(rest, room - 1);
  put(name, "'" + std::string(rest.substr(0, taken)) + "&'", {});
  rest.remove_prefix(taken);
  constexpr std::size_t kContinueRoom = kCardSize - 10 - 2;
  while (!rest.empty()) {
    const bool last = rest.size() <= kContinueRoom;
    taken = last ? rest.size() : splitAt(rest, kContinueRoom - 1);
    std::string card = "CONTINUE  '" + std::string(rest.substr(0, taken)) + (last ? "'" : "&'");
    rest.remove_prefix(taken);
    if (rest.empty() && !comment.empty()) card += " / " + std::string(comment);
    addCard(card);
  }
}

void HeaderWriter::add(std::string_view name, const char* value, std::string_view comment) {
  add(name, std::string_view(value), comment);
}
void HeaderWriter::add(std::string_view name, double value, std::string_view comment) {
  put(name, formatReal(value), comment);
}
void HeaderWriter::add(std::string_view name, int64_t value, std::string_view comment) {
  put(name, std::to_string(value), comment);
}
void HeaderWriter::add(std::string_view name, int value, std::string_view comment) {
  put(name, std::to_string(value), comment);
}
void HeaderWriter::add(std::string_view name, bool value, std::string_view comment) {
  put(name, value ? "T" : "F", comment);
}
void HeaderWriter::addLiteral(std::string_view name, std::string_view text, std::string_view comment) {
  put(name, text, comment);
}

void HeaderWriter::reserveChecksums() {
  add("CHECKSUM", "0000000000000000", "HDU checksum");
  add("DATASUM", "0", "data unit checksum");
}

std::string HeaderWriter::finish() const {
  std::string out;
  out.reserve(paddedSize());
  out = text_;
  out += "END";
  out.append(paddedSize() - out.size(), ' ');
  return out;
}

std::string HeaderWriter::lines() const {
  std::string out;
  for (std::string_view rest = text_; !rest.empty(); rest.remove_prefix(kCardSize)) {
    const std::string_view card = rest.substr(0, kCardSize);
    out.append(card.substr(0, card.find_last_not_of(' ') + 1)).push_back('\n');
  }
  return out;
}

}  // namespace vignet
