// Lookup tables of a distortion (Calabretta et al., "Distortions", draft of 2004; as HST's pipelines write
// them): images WCSDVARR, of CPDISj = 'Lookup', and D2IMARR, of D2IMDISj = 'Lookup'. Their own WCS maps
// pixels of the science image to pixels of the table.
#include <charconv>

#include "core/cutout/parts.h"
#include "core/fits/planes_beside.h"
#include "core/fits/write.h"
#include "core/header/cards.h"
#include "core/header/keywords.h"
#include "core/header/shift.h"

namespace vignet {
namespace {

// Of a record `DP1 = 'EXTVER: 1'`.
std::optional<int64_t> versionIn(const CardLines& card) {
  constexpr std::string_view kField = "EXTVER:";
  const std::string text = card.text().value_or("");
  if (!text.starts_with(kField)) return std::nullopt;
  const size_t from = std::min(text.find_first_not_of(' ', kField.size()), text.size());
  int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data() + from, text.data() + text.size(), version);
  return error == std::errc{} ? std::optional(version) : std::nullopt;
}

std::optional<std::string_view> tableOf(std::string_view keyword) {
  if (matchIndexed(keyword, "DP")) return "WCSDVARR";
  if (matchIndexed(keyword, "D2IM")) return "D2IMARR";
  return std::nullopt;
}

int64_t versionOfHdu(const Hdu& hdu) {
  for (const CardLines& card : splitCards(hdu.cards))
    if (card.name == "EXTVER") return static_cast<int64_t>(card.number().value_or(1));
  return 1;
}

}  // namespace

std::vector<uint16_t> lookupTablesOf(const Layout& layout, const Plane& plane) {
  std::vector<uint16_t> tables;
  for (const CardLines& card : splitCards(layout.hdus.at(plane.hdu).cards)) {
    const auto name = tableOf(card.name);
    const auto version = name ? versionIn(card) : std::nullopt;
    if (!version) continue;
    for (size_t i = 0; i < layout.hdus.size(); ++i) {
      const Hdu& hdu = layout.hdus[i];
      if (hdu.file == plane.file && hdu.name == *name && versionOfHdu(hdu) == *version)
        tables.push_back(static_cast<uint16_t>(i));
    }
  }
  return tables;
}

std::string lookupHeader(const Layout& layout, uint16_t hdu, const WideBox& window, bool checksums) {
  HeaderWriter out;
  for (const CardLines& card : splitCards(layout.hdus.at(hdu).cards)) {
    if (card.name == "CHECKSUM" || card.name == "DATASUM") continue;
    const auto axis = matchIndexed(card.name, "CRVAL");
    const bool moves = axis && axis->alt == ' ' && (axis->i == 1 || axis->i == 2);
    const auto moved = moves ? addExactly(card.value, axis->i == 1 ? -window.x0 : -window.y0) : std::nullopt;
    if (moved) {
      out.addLiteral(card.name, *moved, card.comment);
    } else {
      for (const auto line : card.lines) out.addCard(line);
    }
  }
  if (checksums) out.reserveChecksums();
  return out.finish();
}

}  // namespace vignet
