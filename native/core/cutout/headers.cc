#include "core/cutout/headers.h"

#include <algorithm>

#include "core/fits/planes.h"
#include "core/header/cards.h"
#include "core/header/frames.h"
#include "core/header/keywords.h"

namespace vignet {
namespace {

void copyCard(HeaderWriter& out, const CardLines& card) {
  for (const auto line : card.lines) out.addCard(line);
}

bool whole(const Plane& plane, const WideBox& window, const Slices& slices) {
  return window == WideBox{0, 0, plane.width, plane.height} && slices.axes == allSlices(plane).axes;
}

// CASA's card for the table BEAMS, which has a row for each slice of the whole cube. It goes where the table
// would be absent, or speak of other slices.
bool isOfBeams(const CardLines& card) { return card.name == "CASAMBM"; }

// Integers need their scaling. Floats keep a scaling that changes them; BLANK is forbidden for them
// (FITS 4.0, 4.4.2.5).
bool isScalingToDrop(const CardLines& card, const Plane& plane) {
  if (plane.bitpix > 0) return false;
  if (card.name == "BLANK") return true;
  return (card.name == "BSCALE" || card.name == "BZERO") && plane.bscale == 1 && plane.bzero == 0;
}

// The Rubin pipelines write `BUNIT   =` without a value for masks, which fitsverify reports as an error.
bool isEmptyUnit(const CardLines& card) { return card.name == "BUNIT" && !card.text(); }

const CardLines* find(const std::vector<CardLines>& cards, std::string_view name) {
  const auto it =
      std::find_if(cards.begin(), cards.end(), [&](const CardLines& c) { return c.name == name; });
  return it == cards.end() ? nullptr : &*it;
}

// Where the slices are in the source: VIGNETZ of axis 3, VIGNETW of axis 4.
void addSlices(HeaderWriter& out, const Plane& plane, const Slices& slices) {
  if (!plane.isCube()) return;
  for (size_t i = 0; i < 2; ++i) {
    const std::string stem = i == 0 ? "VIGNETZ" : "VIGNETW", axis = i == 0 ? "axis 3" : "axis 4";
    const AxisRange& range = slices.axes[i];
    if (plane.depth[i] == 1) continue;
    out.add(stem + "0", int64_t{range.from}, "first pixel of " + axis + " of the parent (0-based)");
    out.add(stem + "1", static_cast<int64_t>(range.last() + 1), "pixel after the last");
    if (range.step > 1) out.add(stem + "S", int64_t{range.step}, "step between them");
  }
}

uint16_t primaryOf(const Layout& layout) {
  const uint16_t file = layout.planes.at(0).file;
  for (std::size_t i = 0; i < layout.hdus.size(); ++i) {
    if (layout.hdus[i].file == file) return static_cast<uint16_t>(i);
  }
  return 0;
}

}  // namespace

Slices allSlices(const Plane& plane) {
  return {{AxisRange{.count = plane.depth[0]}, AxisRange{.count = plane.depth[1]}}};
}

HeaderWriter planeHeader(const Layout& layout, const Plane& plane, const WideBox& window,
                         const PlaneHeaderOptions& options) {
  const std::vector<CardLines> cards = splitCards(layout.hdus.at(plane.hdu).cards);
  const std::string& name = options.name;
  HeaderWriter out;
  out.add("XTENSION", "IMAGE", "image extension");
  out.add("BITPIX", int{plane.bitpix}, "array data type");
  out.add("NAXIS", int{plane.naxis}, "number of array dimensions");
  out.add("NAXIS1", int64_t{window.width()}, "pixels along axis 1");
  if (plane.naxis > 1) out.add("NAXIS2", int64_t{window.height()}, "pixels along axis 2");
  const auto& axes = options.slices.axes;
  for (int axis = 3; axis <= plane.naxis; ++axis)
    out.add("NAXIS" + std::to_string(axis), axis > 4 ? int64_t{1} : axes[static_cast<size_t>(axis - 3)].count,
            axis > 4 ? "" : "pixels along axis " + std::to_string(axis));
  out.add("PCOUNT", 0, "number of parameters");
  out.add("GCOUNT", 1, "number of groups");
  out.add("EXTNAME", name, "extension name");
  if (const CardLines* version = find(cards, "EXTVER");
      version && plane.kind == PlaneKind::other && version->number().value_or(1) != 1)
    copyCard(out, *version);
  if (const CardLines* type = find(cards, "EXTTYPE")) {
    if (plane.kind == PlaneKind::other)
      copyCard(out, *type);
    else
      out.add("EXTTYPE", planeName(plane.kind), "what the extension holds");
  }
  const std::string& old = layout.hdus.at(plane.hdu).name;
  if (find(cards, "EXTNAME") && !old.empty() && old != name && old != "COMPRESSED_IMAGE")
    out.add("VIGNETEX", old, "EXTNAME in the source");

  const MovedCards moved = moveFrames(cards, {window.x0, window.y0}, axes);
  const std::set<std::string> pointers = pointersIn(cards);
  const bool part = !whole(plane, window, options.slices);
  for (const CardLines& card : cards) {
    const Topic topic = topicOf(card.name);
    if (topic.structural || topic.provenance || (topic.scaling && isScalingToDrop(card, plane))) continue;
    if (isEmptyUnit(card)) continue;
    if (plane.tiles && topic.tileTable) continue;
    // Extrema and sections of the whole image do not apply to a part of it.
    if (part && topic.whole) continue;
    if (isOfBeams(card) && (!options.keepBeams || axes != allSlices(plane).axes)) continue;
    if (pointers.contains(card.name)) continue;
    const auto change = moved.changed.find(card.name);
    if (change == moved.changed.end()) {
      copyCard(out, card);
    } else {
      out.addLiteral(card.name, change->second, card.comment);
    }
  }
  for (const auto& [key, value] : moved.added) out.addLiteral(key, value);
  // The null value of a compressed integer image may be given by ZBLANK only.
  if (plane.bitpix > 0 && plane.blank && !find(cards, "BLANK"))
    out.add("BLANK", int64_t{*plane.blank}, "value of undefined pixels");
  if (options.checksums) out.reserveChecksums();
  return out;
}

HeaderWriter primaryHeader(const Layout& layout, const CutoutRequest& request, const WideBox& window,
                           const PrimaryHeaderOptions& options) {
  const uint16_t source = primaryOf(layout);
  const std::vector<CardLines> cards = splitCards(layout.hdus.at(source).cards);
  const std::set<std::string> pointers = pointersIn(cards);
  // Cards of a plane in the primary go with the plane; pointers to other HDUs stay in the primary.
  const bool taken = std::any_of(layout.planes.begin(), layout.planes.end(),
                                 [&](const Plane& p) { return p.hdu == source; });

  HeaderWriter out;
  out.add("SIMPLE", true, "conforms to FITS standard");
  out.add("BITPIX", 8, "array data type");
  out.add("NAXIS", 0, "number of array dimensions");
  out.add("EXTEND", true, "extensions follow");
  for (const CardLines& card : cards) {
    const Topic topic = topicOf(card.name);
    if (topic.structural || topic.provenance || topic.wcs || topic.whole || topic.scaling ||
        card.name == "INHERIT")
      continue;
    const bool pointer = pointers.contains(card.name), tree = isOfTree(card.name);
    const bool stays = tree ? options.treeSchema.has_value() : options.keepArchive;
    if (pointer ? !stays : taken) continue;
    const auto value = options.pointers.find(card.name);
    if (pointer && value != options.pointers.end()) {
      out.add(card.name, static_cast<int64_t>(value->second), card.comment);
    } else if (card.name == "DATAMODL" && !options.treeSchema.value_or("").empty()) {
      out.add(card.name, *options.treeSchema, card.comment);
    } else {
      copyCard(out, card);
    }
  }
  // FITS 4.0 does not require LONGSTRN before CONTINUE cards, but older verifiers warn without it.
  constexpr std::size_t kOneCard = 68;
  if (std::max({request.datasetId.size(), request.stencil.size(), options.wholeHdus.size()}) > kOneCard &&
      !find(cards, "LONGSTRN")) {
    out.add("LONGSTRN", "OGIP 1.0", "long texts go on in CONTINUE cards");
  }
  if (!request.datasetId.empty()) out.add("VIGNETID", request.datasetId, "dataset this was cut from");
  if (!request.stencil.empty()) out.add("VIGNETST", request.stencil, "region asked for");
  out.add("VIGNETX0", window.x0, "first column of the parent (0-based)");
  out.add("VIGNETX1", window.x1, "column after the last");
  out.add("VIGNETY0", window.y0, "first row of the parent (0-based)");
  out.add("VIGNETY1", window.y1, "row after the last");
  addSlices(out, layout.planes.at(0), options.slices);
  if (!options.missingPlanes.empty())
    out.add("VIGNETLK", options.missingPlanes, "planes that the dataset lacks");
  if (!options.wholeHdus.empty()) out.add("VIGNETWH", options.wholeHdus, "HDUs that are not cut");
  if (!request.software.empty()) out.add("VIGNETVR", request.software, "software that cut this");
  if (options.checksums) out.reserveChecksums();
  return out;
}

}  // namespace vignet
