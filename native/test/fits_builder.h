// Small FITS files made in memory, right or wrong on purpose.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes/reader.h"

namespace fits_test {

using Bytes = std::vector<std::byte>;

inline Bytes bytesOf(std::string_view text) {
  const auto raw = std::as_bytes(std::span(text));
  return {raw.begin(), raw.end()};
}

// Cards as written ("NAXIS   = 2"), padded to 80, with END and padding.
inline std::string header(const std::vector<std::string>& cards, bool end = true) {
  std::string text;
  for (std::string card : cards) {
    card.resize(80, ' ');
    text += card;
  }
  if (end) text += "END" + std::string(77, ' ');
  text.resize((text.size() + 2879) / 2880 * 2880, ' ');
  return text;
}

// "KEYWORD = value" with the keyword in its 8 columns.
inline std::string card(std::string keyword, const std::string& value) {
  keyword.resize(8, ' ');
  return keyword + "= " + value;
}

inline std::string padded(std::string data) {
  data.resize((data.size() + 2879) / 2880 * 2880, '\0');
  return data;
}

inline std::string primary(std::vector<std::string> more = {}, int bitpix = 8, std::vector<int> axes = {}) {
  std::vector<std::string> cards{card("SIMPLE", "T"), card("BITPIX", std::to_string(bitpix)),
                                 card("NAXIS", std::to_string(axes.size()))};
  size_t bytes = axes.empty() ? 0 : static_cast<size_t>(std::abs(bitpix)) / 8;
  for (size_t i = 0; i < axes.size(); ++i) {
    cards.push_back(card("NAXIS" + std::to_string(i + 1), std::to_string(axes[i])));
    bytes *= static_cast<size_t>(axes[i]);
  }
  cards.insert(cards.end(), more.begin(), more.end());
  return header(cards) + padded(std::string(bytes, '\1'));
}

inline std::string image(int bitpix, std::vector<int> axes, std::vector<std::string> more = {}) {
  std::string text = primary(std::move(more), bitpix, std::move(axes));
  const std::string first = "XTENSION= 'IMAGE   '";
  std::memcpy(text.data(), first.data(), first.size());
  // SIMPLE's T stood at column 11, where the quote is now.
  return text;
}

// A tile table of 10 x 4 pixels in row tiles, with room for `heap` bytes; `replace` overrides or adds cards
// by keyword.
inline std::vector<std::string> tileCards(
    const std::vector<std::pair<std::string, std::string>>& replace = {}, int heap = 64) {
  std::vector<std::pair<std::string, std::string>> all{{"XTENSION", "'BINTABLE'"},
                                                       {"BITPIX", "8"},
                                                       {"NAXIS", "2"},
                                                       {"NAXIS1", "24"},
                                                       {"NAXIS2", "4"},
                                                       {"PCOUNT", std::to_string(heap)},
                                                       {"GCOUNT", "1"},
                                                       {"TFIELDS", "3"},
                                                       {"TTYPE1", "'COMPRESSED_DATA'"},
                                                       {"TFORM1", "'1PB(16)'"},
                                                       {"TTYPE2", "'ZSCALE'"},
                                                       {"TFORM2", "'1D'"},
                                                       {"TTYPE3", "'ZZERO'"},
                                                       {"TFORM3", "'1D'"},
                                                       {"ZIMAGE", "T"},
                                                       {"ZBITPIX", "-32"},
                                                       {"ZNAXIS", "2"},
                                                       {"ZNAXIS1", "10"},
                                                       {"ZNAXIS2", "4"},
                                                       {"ZCMPTYPE", "'RICE_1'"},
                                                       {"ZQUANTIZ", "'SUBTRACTIVE_DITHER_2'"},
                                                       {"ZDITHER0", "77"}};
  for (const auto& [keyword, value] : replace) {
    bool known = false;
    for (auto& [k, v] : all)
      if (k == keyword) v = value, known = true;
    if (!known) all.emplace_back(keyword, value);
  }
  std::vector<std::string> cards;
  for (const auto& [k, v] : all)
    if (v != "-") cards.push_back(card(k, v));  // "-": leave it out
  return cards;
}

inline std::string tileTable(const std::vector<std::pair<std::string, std::string>>& replace = {},
                             int heap = 64) {
  return header(tileCards(replace, heap)) + padded(std::string(static_cast<size_t>(24 * 4 + heap), '\0'));
}

// A reader of bytes in memory.
struct Memory {
  explicit Memory(std::string_view text) : bytes(bytesOf(text)), reader({bytes.size(), 1}, {{0, bytes}}) {}
  Bytes bytes;
  vignet::ExtentReader reader;
};

// The code of the Error that `call` throws; "" if none.
template <class Call>
std::string codeOf(Call call) {
  try {
    call();
    return "";
  } catch (const vignet::Error& error) {
    return error.code();
  }
}

}  // namespace fits_test
