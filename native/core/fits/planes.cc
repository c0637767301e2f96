#include "core/fits/planes.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/mask_map.h"
#include "core/fits/tile_table.h"

namespace vignet {
namespace {

std::optional<PlaneKind> kindOf(std::string_view name) {
  for (const PlaneKind kind :
       {PlaneKind::image, PlaneKind::mask, PlaneKind::variance, PlaneKind::weight, PlaneKind::sigma})
    if (name == planeName(kind)) return kind;
  return std::nullopt;
}

std::optional<PlaneKind> namedKind(const Header& header) {
  if (const auto kind = kindOf(header.stringIfAny("EXTTYPE").value_or(""))) return kind;
  const std::string name = extensionName(header);
  return name == "SCI" ? PlaneKind::image : kindOf(name);
}

// Whether the header gives the first two axes a place on the sky.
bool isOfSky(const Header& header) {
  for (const char* keyword : {"CTYPE1", "CTYPE2"}) {
    const std::string type = header.stringIfAny(keyword).value_or("");
    if (type.starts_with("RA--") || type.starts_with("DEC-") ||
        (type.size() >= 4 && (type.substr(1, 3) == "LON" || type.substr(1, 3) == "LAT")))
      return true;
  }
  return false;
}

bool isOldMaskedImage(const std::vector<FoundImage>& found) {
  if (found.size() != 3) return false;
  const FoundImage &image = found[0], &mask = found[1], &variance = found[2];
  return !image.kind && !mask.kind && !variance.kind && mask.hdu == image.hdu + 1 &&
         variance.hdu == mask.hdu + 1 && liesOn(mask.shape, image.shape) &&
         liesOn(variance.shape, image.shape) && mask.shape.bitpix > 0 && variance.shape.bitpix < 0;
}

// The planes named in HDUs [from, to) that belong to `image`.
std::vector<PlaneChoice> gather(std::span<const HduRecord> records, const std::vector<FoundImage>& found,
                                const FoundImage& image, size_t from, size_t to) {
  std::vector<PlaneChoice> group{{PlaneKind::image, image.hdu}};
  for (const FoundImage& other : found) {
    if (other.hdu < from || other.hdu >= to || !other.kind || *other.kind == PlaneKind::image) continue;
    if (std::any_of(group.begin(), group.end(), [&](const PlaneChoice& p) { return p.kind == *other.kind; }))
      continue;
    if (!liesOn(other.shape, image.shape)) {
      if (!image.kind || (other.shape.isCube() && !image.shape.isCube())) continue;
      throw Error(Kind::data, "BAD_PLANE",
                  records[other.hdu].header.where() + ": " +
                      expectedFor(sizeText(image.shape) + " pixels, as its image has,",
                                  planeName(*other.kind), sizeText(other.shape)));
    }
    group.push_back({*other.kind, other.hdu});
  }
  return group;
}

int64_t rounded(double value) { return std::abs(value) < 0x1p31 ? std::lround(value) : 0; }

// A number that all readers must agree on: of two different ones cfitsio takes the last, astropy the first.
std::optional<double> oneNumber(const Header& header, std::string_view keyword) {
  const auto first = header.getDouble(keyword);
  for (size_t i = 0; first && i < header.size(); ++i) {
    if (header.keyword(i) != keyword) continue;
    const CardValue value = header.value(i);
    const bool number = value.type == ValueType::integer || value.type == ValueType::real;
    if (!number || value.real != *first) header.fail(i, "one value, as the card before has");
  }
  return first;
}

// afw's parent frame: in the "A" WCS, which counts only with its reference at the first pixel; in files
// without one in LTV, which counts only where it is a shift by whole pixels.
std::array<int64_t, 2> parentFrame(const Header& header) {
  const auto crpix1 = header.doubleIfAny("CRPIX1A"), crpix2 = header.doubleIfAny("CRPIX2A");
  if (crpix1 == 1.0 && crpix2 == 1.0 && header.stringIfAny("CTYPE1A") == "LINEAR" &&
      header.stringIfAny("CTYPE2A") == "LINEAR") {
    return {rounded(header.doubleIfAny("CRVAL1A").value_or(0)),
            rounded(header.doubleIfAny("CRVAL2A").value_or(0))};
  }
  const double x = header.doubleIfAny("LTV1").value_or(0), y = header.doubleIfAny("LTV2").value_or(0);
  const bool shift =
      header.doubleIfAny("LTM1_1").value_or(1) == 1 && header.doubleIfAny("LTM2_2").value_or(1) == 1 &&
      header.doubleIfAny("LTM1_2").value_or(0) == 0 && header.doubleIfAny("LTM2_1").value_or(0) == 0;
  if (!shift || x != std::trunc(x) || y != std::trunc(y)) return {0, 0};
  return {-rounded(x), -rounded(y)};
}

}  // namespace

std::string sizeText(uint32_t width, uint32_t height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

std::string sizeText(const ImageShape& shape) {
  std::string text = sizeText(shape.width, shape.height);
  if (shape.isCube()) text += " x " + std::to_string(shape.depth[0]);
  return shape.depth[1] > 1 ? text + " x " + std::to_string(shape.depth[1]) : text;
}

ImageShape shapeOf(const Plane& plane) {
  return {plane.bitpix, plane.naxis, plane.width, plane.height, plane.depth};
}

bool liesOn(const ImageShape& plane, const ImageShape& image) {
  return plane.width == image.width && plane.height == image.height &&
         (plane.depth == image.depth || !plane.isCube());
}

const char* planeName(PlaneKind kind) {
  switch (kind) {
    case PlaneKind::image:
      return "IMAGE";
    case PlaneKind::mask:
      return "MASK";
    case PlaneKind::variance:
      return "VARIANCE";
    case PlaneKind::weight:
      return "WEIGHT";
    case PlaneKind::sigma:
      return "SIGMA";
    case PlaneKind::owner:
      return "OWNER";
    case PlaneKind::other:
      break;
  }
  return "";
}

std::vector<FoundImage> findImages(std::span<const HduRecord> records, std::exception_ptr& broken) {
  std::vector<FoundImage> found;
  for (size_t i = 0; i < records.size(); ++i) {
    try {
      if (const auto shape = imageShape(records[i]))
        found.push_back({static_cast<uint16_t>(i), *shape, namedKind(records[i].header)});
    } catch (const Error&) {
      if (!broken) broken = std::current_exception();
    }
  }
  const auto aside = [&](const FoundImage& c) {
    return c.shape.isCube() && !c.kind && !isOfSky(records[c.hdu].header);
  };
  if (!std::all_of(found.begin(), found.end(), aside)) std::erase_if(found, aside);
  return found;
}

std::vector<std::vector<PlaneChoice>> groupPlanes(std::span<const HduRecord> records) {
  std::exception_ptr broken;
  const std::vector<FoundImage> found = findImages(records, broken);
  if (isOldMaskedImage(found))
    return {{{PlaneKind::image, found[0].hdu},
             {PlaneKind::mask, found[1].hdu},
             {PlaneKind::variance, found[2].hdu}}};

  std::vector<FoundImage> images;
  for (const FoundImage& c : found)
    if (c.kind == PlaneKind::image) images.push_back(c);
  if (images.empty()) {
    for (const FoundImage& c : found)
      if (!c.kind) images.push_back(c);
  }
  if (images.empty() && broken) std::rethrow_exception(broken);

  std::vector<std::vector<PlaneChoice>> groups;
  for (size_t i = 0; i < images.size(); ++i) {
    const size_t from = images.size() == 1 ? 0 : images[i].hdu;
    const size_t to = i + 1 < images.size() ? images[i + 1].hdu : records.size();
    groups.push_back(gather(records, found, images[i], from, to));
  }
  return groups;
}

uint16_t companionHdu(std::span<const HduRecord> records, PlaneKind role, std::optional<uint16_t> chosen,
                      std::string_view imageName) {
  if (chosen) return *chosen;
  std::exception_ptr broken;
  const std::vector<FoundImage> found = findImages(records, broken);
  for (const FoundImage& c : found)
    if (c.kind == role) return c.hdu;
  for (const FoundImage& c : found)
    if (!imageName.empty() && records[c.hdu].hdu.name == imageName) return c.hdu;
  if (!found.empty()) return found.front().hdu;
  if (broken) std::rethrow_exception(broken);
  throw Error(Kind::data, "NO_IMAGE",
              std::string("expected an image in the ") + planeName(role) + " file, received none");
}

Plane readPlane(std::span<const HduRecord> records, const PlaneChoice& choice, uint16_t fileHdus) {
  if (choice.hdu >= records.size())
    throw Error(
        Kind::data, "NO_IMAGE",
        expectedFor("0 to " + std::to_string(records.size() - 1), "the number of the HDU", choice.hdu));
  const HduRecord& record = records[choice.hdu];
  const Header& header = record.header;
  const auto shape = imageShape(record);
  if (!shape)
    throw Error(
        Kind::data, "NO_IMAGE",
        header.where() +
            ": expected an image (axes beyond four of length 1, none of length 0), received another HDU");
  if (choice.kind == PlaneKind::mask && shape->bitpix < 0)
    throw Error(
        Kind::data, "BAD_PLANE",
        header.where() + ": " + expectedFor("a positive BITPIX (integers)", "the mask", shape->bitpix));

  Plane plane;
  plane.kind = choice.kind;
  plane.file = record.hdu.file;
  plane.hdu = static_cast<uint16_t>(fileHdus + choice.hdu);
  plane.bitpix = shape->bitpix;
  plane.naxis = shape->naxis;
  plane.width = shape->width;
  plane.height = shape->height;
  plane.depth = shape->depth;
  plane.bscale = oneNumber(header, "BSCALE").value_or(1.0);
  plane.bzero = oneNumber(header, "BZERO").value_or(0.0);
  if (plane.kind == PlaneKind::mask && (plane.bscale != 1 || (plane.bzero != 0 && invertedBit(plane) == 0)))
    throw Error(Kind::data, "BAD_PLANE",
                header.where() + ": " +
                    expectedFor("BSCALE = 1 and the BZERO of unsigned integers or none", "the mask",
                                "BSCALE = " + decimal(plane.bscale) + ", BZERO = " + decimal(plane.bzero)));
  if (record.compressedImage) plane.tiles = readTileTable(record, *shape);
  // BLANK is defined for integers only. In tables it may be named ZBLANK.
  if (plane.bitpix > 0) {
    plane.blank = header.getInt("BLANK");
    if (!plane.blank && plane.tiles) plane.blank = plane.tiles->blank;
  }
  plane.xy0 = parentFrame(header);
  const auto softening = header.doubleIfAny("BSOFTEN"), offset = header.doubleIfAny("BOFFSET");
  if (softening && offset && *softening > 0) {
    plane.softening = *softening;
    plane.softOffset = *offset;
  }
  return plane;
}

}  // namespace vignet
