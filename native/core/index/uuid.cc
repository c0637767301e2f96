#include "core/base/error.h"
#include "core/base/message.h"
#include "core/index/dataset_index.h"

namespace vignet {

Uuid parseUuid(std::string_view text) {
  const auto bad = [&] {
    return Error(Kind::usage, "BAD_UUID",
                 expectedFor("32 hexadecimal digits as 8-4-4-4-12", "the UUID", printable(text)));
  };
  if (text.size() != 36) throw bad();
  Uuid uuid{};
  int digit = 0;
  for (std::size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') throw bad();
      continue;
    }
    int value;
    if (c >= '0' && c <= '9')
      value = c - '0';
    else if (c >= 'a' && c <= 'f')
      value = c - 'a' + 10;
    else if (c >= 'A' && c <= 'F')
      value = c - 'A' + 10;
    else
      throw bad();
    uuid[digit / 2] = static_cast<uint8_t>(uuid[digit / 2] << 4 | value);
    digit++;
  }
  return uuid;
}

std::string formatUuid(const Uuid& uuid) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < uuid.size(); i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[uuid[i] >> 4];
    text += kDigits[uuid[i] & 15];
  }
  return text;
}

}  // namespace vignet
