#include "core/header/shift.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/fits/write.h"

namespace vignet {
namespace {

using Wide = __int128;

constexpr int kDigits = 36;    // of the number as written
constexpr int kDecimals = 18;  // after the point: |delta| < 2^63 times 10^18 and 36 digits fit in 127 bits

struct Decimal {
  Wide digits = 0;
  int decimals = 0;
};

std::optional<Decimal> parseDecimal(std::string_view text) {
  bool negative = false;
  if (text.starts_with('+') || text.starts_with('-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  Decimal out;
  int count = 0, exponent = 0;
  bool point = false, any = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (out.digits != 0 || c != '0') ++count;
      if (count > kDigits) return std::nullopt;
      out.digits = out.digits * 10 + (c - '0');
      if (point) ++out.decimals;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  if (i < text.size()) {
    if (text[i] != 'E' && text[i] != 'D' && text[i] != 'e' && text[i] != 'd') return std::nullopt;
    std::string_view rest = text.substr(i + 1);
    if (rest.starts_with('+')) rest.remove_prefix(1);
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
    if (error != std::errc{} || end != rest.data() + rest.size() || std::abs(exponent) > 2 * kDecimals)
      return std::nullopt;
  }
  out.decimals -= exponent;
  for (; out.decimals < 0; ++out.decimals) {
    if (++count > kDigits) return std::nullopt;
    out.digits *= 10;
  }
  if (out.decimals > kDecimals) return std::nullopt;
  if (negative) out.digits = -out.digits;
  return out;
}

std::string print(const Decimal& value) {
  const bool negative = value.digits < 0;
  unsigned __int128 rest =
      negative ? -static_cast<unsigned __int128>(value.digits) : static_cast<unsigned __int128>(value.digits);
  std::string out;
  if (value.decimals == 0) out = "0.";
  for (int i = 0; rest != 0 || i <= value.decimals; ++i) {
    if (value.decimals > 0 && i == value.decimals) out += '.';
    out += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (negative) out += '-';
  std::reverse(out.begin(), out.end());
  return out;
}

std::optional<double> parseDouble(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) {
    if (c == 'D' || c == 'd') c = 'E';
  }
  const char* begin = plain.data() + (plain.starts_with('+') ? 1 : 0);
  const char* const end = plain.data() + plain.size();
  double out = 0;
  const auto [stop, error] = std::from_chars(begin, end, out);
  if (begin == end || error != std::errc{} || stop != end || !std::isfinite(out)) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::string> addExactly(std::string_view text, int64_t delta) {
  const auto number = parseDouble(text);
  if (!number) return std::nullopt;
  auto exact = parseDecimal(text);
  if (!exact)
    return formatReal(
        static_cast<double>(static_cast<long double>(*number) + static_cast<long double>(delta)));
  Wide scale = 1;
  for (int i = 0; i < exact->decimals; ++i) scale *= 10;
  exact->digits += scale * delta;
  return print(*exact);
}

}  // namespace vignet
