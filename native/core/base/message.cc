#include "core/base/message.h"

#include <charconv>
#include <cmath>

namespace vignet {

std::string printable(std::string_view text) {
  constexpr size_t kLongest = 60;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "'";
  for (const char c : text.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e) {
      out += c;
    } else {
      out += "\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  out += text.size() > kLongest ? "…' (" + std::to_string(text.size()) + " bytes)" : "'";
  return out;
}

std::string decimal(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  return {text, error == std::errc() ? end : text};
}

std::string expectedFor(std::string_view what, std::string_view name, std::string_view received) {
  std::string text = "expected ";
  text.append(what).append(" for ").append(name).append(", received ").append(received);
  return text;
}

}  // namespace vignet
