#include "core/fits/raw_cards.h"

#include "core/base/error.h"

namespace vignet {

std::vector<std::string> rawCards(const Layout& layout, std::span<Reader* const> readers, uint64_t most) {
  constexpr size_t kCard = 80;
  uint64_t total = 0;
  for (const Hdu& hdu : layout.hdus) total += hdu.dataOffset - hdu.headerOffset;
  if (total > most)
    throw Error(Kind::usage, "TOO_LARGE",
                "the headers have " + std::to_string(total) + " bytes, the limit is " + std::to_string(most) +
                    "; ask for the file itself");
  std::vector<std::string> all;
  all.reserve(layout.hdus.size());
  for (const Hdu& hdu : layout.hdus) {
    std::string cards(hdu.dataOffset - hdu.headerOffset, ' ');
    readers[hdu.file]->read(hdu.headerOffset, std::as_writable_bytes(std::span(cards)));
    size_t end = 0;
    while (end + kCard <= cards.size() && cards.compare(end, 8, "END     ") != 0) end += kCard;
    if (end + kCard > cards.size())
      throw Error(
          Kind::data, "BAD_HEADER",
          "HDU " + std::to_string(all.size()) + ": expected an END card in its header, received none");
    cards.resize(end);
    all.push_back(std::move(cards));
  }
  return all;
}

}  // namespace vignet
