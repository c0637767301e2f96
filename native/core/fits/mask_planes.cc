#include "core/fits/mask_planes.h"

#include <bit>

#include "core/fits/header.h"

namespace vignet {

std::map<std::string, int> maskPlanes(std::string_view cards) {
  const Header header = Header::fromText(cards, "the mask's header");
  std::map<std::string, int> planes;
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string_view keyword = header.keyword(i);
    if (keyword.starts_with("MP_") && keyword.size() > 3) {
      const CardValue bit = header.value(i);
      if (bit.type != ValueType::integer || bit.integer < 0 || bit.integer > 62)
        header.fail(i, "a bit from 0 to 62");
      planes.emplace(keyword.substr(3), static_cast<int>(bit.integer));
    } else if (keyword.starts_with("MSKN") && keyword.size() > 4) {
      const CardValue name = header.value(i);
      if (name.type != ValueType::text) header.fail(i, "a string");
      const std::string maskKeyword = "MSKM" + std::string(keyword.substr(4));
      const auto mask = header.find(maskKeyword);
      if (!mask) header.fail(i, "a card " + maskKeyword + " with the value");
      const CardValue value = header.value(*mask);
      if (value.type != ValueType::integer || value.integer <= 0 ||
          !std::has_single_bit(static_cast<uint64_t>(value.integer)))
        header.fail(*mask, "a power of two");
      if (!name.text.empty())
        planes.emplace(name.text, std::countr_zero(static_cast<uint64_t>(value.integer)));
    }
  }
  return planes;
}

}  // namespace vignet
