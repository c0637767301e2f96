#include "core/mosaic/headers.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/planes.h"
#include "core/fits/write.h"
#include "core/header/cards.h"

namespace vignet {
namespace {

std::string bunitOf(const Layout& layout, const Plane& plane) {
  for (const CardLines& card : splitCards(layout.hdus.at(plane.hdu).cards)) {
    if (card.name == "BUNIT") return card.text().value_or("");
  }
  return "";
}

// Of a plane of `kind` that is made of `plane`.
std::string unitOf(const Layout& layout, const Plane& plane, PlaneKind kind) {
  std::string unit = bunitOf(layout, plane);
  if (plane.kind == kind || unit.empty()) return unit;
  const bool compound = unit.find_first_of(" */.") != std::string::npos;
  return (compound ? "(" + unit + ")" : unit) + "**2";
}

}  // namespace

std::string mosaicPrimary(std::span<const HeaderText> provenance) {
  HeaderWriter out;
  out.add("SIMPLE", true, "conforms to FITS standard");
  out.add("BITPIX", 8, "array data type");
  out.add("NAXIS", 0, "number of array dimensions");
  out.add("EXTEND", true, "extensions follow");
  // FITS 4.0 needs no LONGSTRN before CONTINUE cards, but checkers older than it warn without.
  constexpr std::size_t kOneCard = 68;
  if (std::any_of(provenance.begin(), provenance.end(),
                  [](const HeaderText& c) { return c.value.size() > kOneCard; }))
    out.add("LONGSTRN", "OGIP 1.0", "long texts go on in CONTINUE cards");
  for (const HeaderText& card : provenance) out.add(card.name, card.value, card.comment);
  return out.finish();
}

std::string mosaicHeader(const MosaicFrame& frame, const MosaicPlane& plane, const std::string& unit,
                         std::span<const std::string> maskNames) {
  HeaderWriter out;
  out.add("XTENSION", "IMAGE", "image extension");
  out.add("BITPIX", int{plane.bitpix}, "array data type");
  out.add("NAXIS", 2, "number of array dimensions");
  out.add("NAXIS1", int64_t{frame.width}, "pixels along axis 1");
  out.add("NAXIS2", int64_t{frame.height}, "pixels along axis 2");
  out.add("PCOUNT", 0, "number of parameters");
  out.add("GCOUNT", 1, "number of groups");
  out.add("EXTNAME", planeName(plane.kind),
          plane.kind == PlaneKind::owner ? "row of PROVENANCE, 0 where there is none" : "");
  if (!unit.empty()) out.add("BUNIT", unit, "unit of the pixels");
  for (const CardLines& card : splitCards(frame.cards)) {
    for (const auto line : card.lines) out.addCard(line);
  }
  if (plane.kind == PlaneKind::mask) {
    for (size_t bit = 0; bit < maskNames.size(); ++bit)
      out.add("MP_" + maskNames[bit], static_cast<int64_t>(bit));
  }
  return out.finish();
}

std::string unitOf(std::span<const Layout* const> layouts, PlaneKind kind, const std::string& wanted) {
  if (!wanted.empty()) {
    if (kind == PlaneKind::variance) return wanted + "**2";
    return kind == PlaneKind::weight ? wanted + "**-2" : wanted;
  }
  std::set<std::string> units;
  for (const Layout* layout : layouts) {
    if (const Plane* plane = layout->giving(kind)) units.insert(unitOf(*layout, *plane, kind));
  }
  if (units.size() > 1) {
    std::string list;
    for (const std::string& unit : units)
      list += (list.empty() ? "" : ", ") + (unit.empty() ? "none" : printable(unit));
    throw Error(
        Kind::usage, "MIXED_UNITS",
        expectedFor("one unit", std::string("the ") + planeName(kind) + " planes of the inputs", list) +
            "; give UNIT=nJy, or choose inputs of one unit");
  }
  return units.empty() ? "" : *units.begin();
}

}  // namespace vignet
