#include "core/fits/layout.h"

#include <algorithm>
#include <exception>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/layout_check.h"
#include "core/fits/mask_planes.h"
#include "core/fits/planes.h"
#include "core/fits/planes_beside.h"
#include "core/wcs/over_image.h"

namespace vignet {
namespace {

struct SourceFile {
  std::vector<HduRecord> records;
  uint16_t firstHdu = 0;  // index in Layout::hdus
};

std::string labelOf(const LayoutSource& source) {
  if (!source.role || *source.role == PlaneKind::image) return "";
  std::string name = planeName(*source.role);
  for (char& c : name) c = static_cast<char>(c + 32);
  return name + " file, ";
}

// The image and what belongs to it in the first file.
std::vector<PlaneChoice> choosePlanes(std::span<const HduRecord> records, const LayoutSource& source) {
  if (!source.planes.empty()) return source.planes;
  const std::optional<uint16_t> chosen = source.hdu;
  if (!chosen) {
    const auto groups = groupPlanes(records);
    if (groups.empty())
      throw Error(Kind::data, "NO_IMAGE", "expected an image of 2 to 4 axes in the file, received none");
    return groups.front();
  }
  try {
    for (const auto& group : groupPlanes(records))
      if (group.front().hdu == *chosen) return group;
  } catch (const Error&) {
    // Other images of the file may be broken; the chosen one need not be.
  }
  return {{PlaneKind::image, *chosen}};
}

// Cards that differ between planes with the same WCS and have no part in it.
bool outsideWcs(std::string_view card) {
  for (const std::string_view prefix :
       {"SIMPLE",  "XTENSION", "BITPIX", "NAXIS",    "PCOUNT",   "GCOUNT",   "EXTEND",   "INHERIT", "EXTNAME",
        "EXTTYPE", "EXTVER",   "BUNIT",  "BSCALE",   "BZERO",    "BLANK",    "CHECKSUM", "DATASUM", "TFIELDS",
        "TTYPE",   "TFORM",    "THEAP",  "ZIMAGE",   "ZTENSION", "ZBITPIX",  "ZNAXIS",   "ZPCOUNT", "ZGCOUNT",
        "ZTILE",   "ZCMPTYPE", "ZNAME",  "ZVAL",     "ZQUANTIZ", "ZDITHER0", "ZBLANK",   "UZSCALE", "MP_",
        "MSKN",    "MSKM",     "MSKD",   "HIERARCH", "COMMENT",  "HISTORY"})
    if (card.starts_with(prefix)) return true;
  return card.empty();
}

std::string wcsCards(const Header& header) {
  std::string text;
  bool dropped = false;
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string_view card = header.card(i);
    if (!card.starts_with("CONTINUE")) dropped = outsideWcs(card);
    if (dropped) continue;
    text += card;
    text += '\n';
  }
  return text;
}

// Bounds of the stored form.
void requireStorable(const NumericWcs& wcs) {
  constexpr size_t kMost = 10'000;
  if (wcs.pv.size() > kMost || wcs.ps.size() > kMost || wcs.distortion[0].size() > kMost ||
      wcs.distortion[1].size() > kMost || wcs.note.size() > 4096)
    throw Error(Kind::data, "BAD_WCS",
                "expected at most 10000 parameters of each kind for the WCS, received more");
}

// Parses each WCS once: the planes of an LSST file all carry the same.
class WcsCollector {
 public:
  explicit WcsCollector(Layout& layout) : layout_(layout) {}

  void add(Plane& plane, const Header& header) {
    std::string cards = wcsCards(header);
    const auto seen =
        std::find_if(seen_.begin(), seen_.end(), [&](const Seen& s) { return s.cards == cards; });
    if (seen != seen_.end()) {
      plane.wcs = seen->wcs;
      return;
    }
    try {
      if (auto parsed = parseImageWcs(header.text(), plane.naxis, plane.width, plane.height)) {
        requireStorable(*parsed);
        plane.wcs = static_cast<uint16_t>(layout_.wcs.size());
        layout_.wcs.push_back(std::move(*parsed));
      }
    } catch (const Error& error) {
      if (error.kind() != Kind::data) throw;
      if (plane.kind == PlaneKind::image)
        layout_.wcsProblem = (header.where() + ": " + error.what()).substr(0, 4096);
    }
    seen_.push_back({std::move(cards), plane.wcs});
  }

 private:
  struct Seen {
    std::string cards;
    std::optional<uint16_t> wcs;
  };
  Layout& layout_;
  std::vector<Seen> seen_;
};

std::vector<SourceFile> walkSources(std::span<const LayoutSource> sources, Layout& layout) {
  std::vector<SourceFile> files;
  size_t hdus = 0;
  for (const LayoutSource& source : sources) {
    if (!source.reader)
      throw Error(Kind::usage, "BAD_SOURCE", "expected a reader for each source of a layout, received none");
    const auto number = static_cast<uint16_t>(files.size());
    layout.files.push_back(source.reader->stamp());
    files.push_back({walkHdus(*source.reader, number, labelOf(source)), static_cast<uint16_t>(hdus)});
    hdus += files.back().records.size();
    if (hdus > UINT16_MAX)
      throw Error(Kind::data, "TOO_MANY_HDUS", expectedFor("at most 65535 HDUs", "the files together", hdus));
  }
  return files;
}

std::vector<MaskPlane> namesOf(const Header& header) {
  std::vector<MaskPlane> names;
  for (const auto& [name, bit] : maskPlanes(header.text())) {
    if (name.size() > MaskPlane::kLongestName)
      throw Error(Kind::data, "BAD_CARD",
                  header.where() + ": " +
                      expectedFor("at most 80 characters", "the name of a mask plane", printable(name)));
    names.push_back({name, static_cast<uint8_t>(bit)});
  }
  if (names.size() > MaskPlane::kMost)
    throw Error(Kind::data, "BAD_CARD",
                header.where() + ": " + expectedFor("at most 1000 mask planes", "the mask", names.size()));
  return names;
}

void addPlane(Layout& layout, WcsCollector& wcs, const SourceFile& file, const PlaneChoice& choice,
              const MaskMeaning& mask) {
  Plane plane = readPlane(file.records, choice, file.firstHdu);
  const Header& header = file.records[choice.hdu].header;
  if (!layout.planes.empty()) {
    const Plane& image = layout.planes.front();
    if (!liesOn(shapeOf(plane), shapeOf(image)))
      throw Error(Kind::data, "BAD_PLANE",
                  header.where() + ": " +
                      expectedFor(sizeText(shapeOf(image)) + " pixels, as the image has,",
                                  planeName(plane.kind), sizeText(shapeOf(plane))));
  }
  wcs.add(plane, header);
  if (plane.kind == PlaneKind::mask) {
    layout.maskPlanes = namesOf(header);
    if (layout.maskPlanes.empty()) {
      layout.maskPlanes = mask.planes;
      plane.codes = mask.codes;
    }
  }
  layout.planes.push_back(plane);
}

// The other planes of the image; in lsst.images files the tree knows them.
void addOthers(Layout& layout, const SourceFile& file, Reader& reader) {
  const Plane& image = layout.planes.front();
  const auto inFile = [&](const Plane& plane) { return static_cast<uint16_t>(plane.hdu - file.firstHdu); };
  auto found = findTree(file.records, reader, inFile(image), image.width, image.height);
  std::vector<uint16_t> hdus = found ? std::move(found->hdus) : hdusBeside(file.records, layout);
  const auto isKnown = [&](const Plane& plane) {
    return plane.file != 0 || std::find(hdus.begin(), hdus.end(), inFile(plane)) != hdus.end();
  };
  if (found && std::all_of(layout.planes.begin(), layout.planes.end(), isKnown)) {
    layout.tree = std::move(found->tree);
  }
  std::sort(hdus.begin(), hdus.end());
  hdus.erase(std::unique(hdus.begin(), hdus.end()), hdus.end());
  std::erase_if(hdus, [&](uint16_t hdu) {
    return std::any_of(layout.planes.begin(), layout.planes.end(),
                       [&](const Plane& plane) { return plane.file == 0 && inFile(plane) == hdu; });
  });
  if (hdus.size() > kMostOthers) {
    hdus.resize(kMostOthers);
    layout.tree.reset();
  }
  for (const uint16_t hdu : hdus) {
    try {
      layout.others.push_back(readPlane(file.records, {PlaneKind::other, hdu}, file.firstHdu));
    } catch (const Error& error) {
      // It stays as it is in the file, and does not cost the image.
      if (error.kind() != Kind::data) throw;
      layout.tree.reset();
    }
  }
}

}  // namespace

const Plane* Layout::find(PlaneKind kind) const {
  for (const Plane& plane : planes)
    if (plane.kind == kind) return &plane;
  return nullptr;
}

const Plane* Layout::giving(PlaneKind kind) const {
  const Plane* plane = find(kind);
  return plane || kind != PlaneKind::variance ? plane : find(PlaneKind::sigma);
}

Layout readLayout(std::span<const LayoutSource> sources) {
  if (sources.empty() || sources.size() > 16)
    throw Error(Kind::usage, "BAD_SOURCE", expectedFor("1 to 16 files", "a layout", sources.size()));
  std::vector<PlaneKind> roles;
  for (size_t i = 0; i < sources.size(); ++i) {
    const PlaneKind role = sources[i].role.value_or(PlaneKind::image);
    if ((role == PlaneKind::image) != (i == 0))
      throw Error(
          Kind::usage, "BAD_SOURCE",
          "expected the image first and its mask, variance, weight or sigma after it, received another "
          "order of files");
    if (std::find(roles.begin(), roles.end(), role) != roles.end())
      throw Error(Kind::usage, "BAD_SOURCE", expectedFor("one file", planeName(role), "two"));
    roles.push_back(role);
  }

  Layout layout;
  const std::vector<SourceFile> files = walkSources(sources, layout);
  WcsCollector wcs(layout);
  for (const PlaneChoice& choice : choosePlanes(files[0].records, sources[0])) {
    // A companion file takes precedence over a plane of the same kind inside the image's file.
    if (choice.kind == PlaneKind::image || std::find(roles.begin(), roles.end(), choice.kind) == roles.end())
      addPlane(layout, wcs, files[0], choice, sources[0].mask);
  }
  const std::string imageName = files[0].records[layout.planes[0].hdu].hdu.name;
  for (size_t i = 1; i < files.size(); ++i) {
    const uint16_t hdu = companionHdu(files[i].records, roles[i], sources[i].hdu, imageName);
    addPlane(layout, wcs, files[i], {roles[i], hdu}, sources[0].mask);
  }

  addOthers(layout, files[0], *sources[0].reader);
  for (const SourceFile& file : files) {
    for (const HduRecord& record : file.records) {
      layout.hdus.push_back(record.hdu);
      const size_t here = layout.hdus.size() - 1;
      const auto isHere = [&](const Plane& plane) { return plane.hdu == here; };
      const bool storesCards = record.type == HduType::primary || isLookupTable(record.hdu.name) ||
                               std::any_of(layout.planes.begin(), layout.planes.end(), isHere) ||
                               std::any_of(layout.others.begin(), layout.others.end(), isHere);
      if (storesCards) layout.hdus.back().cards = record.header.text();
    }
  }
  checkLayout(layout);
  return layout;
}

FileImages listImages(Reader& reader) {
  const std::vector<HduRecord> records = walkHdus(reader);
  FileImages file{records.at(0).header.text(), {}};
  std::exception_ptr broken;
  for (const FoundImage& image : findImages(records, broken))
    file.images.push_back({image.hdu, image.shape.bitpix, image.shape.width, image.shape.height,
                           image.shape.depth, records[image.hdu].header.text()});
  if (file.images.empty() && broken) std::rethrow_exception(broken);
  return file;
}

}  // namespace vignet
