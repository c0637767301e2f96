#include "core/fits/planes_beside.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include "core/base/error.h"
#include "core/fits/planes.h"
#include "core/wcs/over_image.h"

namespace vignet {
namespace {

enum class Beside { no, yes, undecided };

std::optional<NumericWcs> wcsOf(const HduRecord& record, const ImageShape& shape) {
  try {
    return parseImageWcs(record.header.text(), shape.naxis, shape.width, shape.height);
  } catch (const Error& error) {
    if (error.kind() != Kind::data) throw;
    return std::nullopt;
  }
}

// Where the linear part puts FITS pixel (x, y): degrees from the reference point.
std::array<double, 2> intermediate(const NumericWcs& wcs, double x, double y) {
  const double u = x - wcs.crpix[0], v = y - wcs.crpix[1];
  return {wcs.cdelt[0] * (wcs.pc[0] * u + wcs.pc[1] * v), wcs.cdelt[1] * (wcs.pc[2] * u + wcs.pc[3] * v)};
}

// The distance in pixels of `a` between the places of a pixel, for reference points that are close together.
double apart(const NumericWcs& a, const NumericWcs& b, double x, double y) {
  const size_t latitude = a.ctype[0].starts_with("DEC") || a.ctype[0].substr(1).starts_with("LAT") ? 0 : 1;
  const double cosine = std::cos(a.crval[latitude] * std::numbers::pi / 180);
  const auto here = intermediate(a, x, y), there = intermediate(b, x, y);
  std::array<double, 2> offset{};
  for (size_t i = 0; i < 2; ++i) {
    double reference = b.crval[i] - a.crval[i];
    if (i != latitude) reference = std::remainder(reference, 360.0) * cosine;
    offset[i] = there[i] - here[i] + reference;
  }
  const double scale = std::sqrt(std::abs(a.cdelt[0] * a.cdelt[1] * (a.pc[0] * a.pc[3] - a.pc[1] * a.pc[2])));
  return scale > 0 ? std::hypot(offset[0], offset[1]) / scale : HUGE_VAL;
}

bool sameAxes(const NumericWcs& a, const NumericWcs& b) {
  return a.frame == b.frame && a.equinox == b.equinox && a.ctype[0].substr(0, 4) == b.ctype[0].substr(0, 4) &&
         a.ctype[1].substr(0, 4) == b.ctype[1].substr(0, 4);
}

class Neighbours {
 public:
  Neighbours(std::span<const HduRecord> records, const Layout& layout, uint16_t image)
      : image_(layout.planes.front()), record_(records[image]) {
    if (image_.wcs) wcs_ = layout.wcs.at(*image_.wcs);
    const std::string name = extensionName(record_.header);
    named_ = name == "SCI" || name == "IMAGE" || record_.header.stringIfAny("EXTTYPE") == "IMAGE";
    name_ = name;
  }

  bool has(const HduRecord& other) const {
    const auto shape = imageShape(other);
    if (!shape || !liesOn(*shape, shapeOf(image_))) return false;
    if (!name_.empty() && extensionName(other.header) == name_) return false;  // an image of its own
    const auto mine = record_.header.doubleIfAny("EXTVER"), others = other.header.doubleIfAny("EXTVER");
    const bool pair = mine && others && *mine == *others;
    if (mine && others && !pair) return false;
    if (const Beside by = byParentFrame(other); by != Beside::undecided) return by == Beside::yes;
    const auto wcs = wcsOf(other, *shape);
    if (wcs && wcs_) return isNear(*wcs, pair);
    return named_;
  }

 private:
  Beside byParentFrame(const HduRecord& other) const {
    const auto origin = [](const Header& header, const char* name) { return header.doubleIfAny(name); };
    if (origin(record_.header, "CRPIX1A") != 1.0 || record_.header.stringIfAny("CTYPE1A") != "LINEAR")
      return Beside::undecided;
    for (const char* name : {"CRPIX1A", "CRPIX2A", "CRVAL1A", "CRVAL2A"})
      if (origin(record_.header, name) != origin(other.header, name)) return Beside::no;
    return Beside::yes;
  }

  bool isNear(const NumericWcs& other, bool pair) const {
    if (!sameAxes(*wcs_, other)) return false;
    const double w = image_.width, h = image_.height;
    if (pair) return apart(*wcs_, other, (w + 1) / 2, (h + 1) / 2) <= std::hypot(w, h) / 4;
    constexpr double kSame = 0.5;
    for (const double x : {1.0, w})
      for (const double y : {1.0, h})
        if (!(apart(*wcs_, other, x, y) <= kSame)) return false;
    return true;
  }

  const Plane& image_;
  const HduRecord& record_;
  std::optional<NumericWcs> wcs_;
  std::string name_;
  bool named_ = false;
};

}  // namespace

std::vector<uint16_t> hdusBeside(std::span<const HduRecord> records, const Layout& layout) {
  // The image's file is the first, so that its HDUs have the same numbers in both.
  const Neighbours neighbours(records, layout, layout.planes.front().hdu);
  std::vector<uint16_t> hdus;
  for (size_t i = 0; i < records.size(); ++i) {
    const auto isPlane = [&](const Plane& plane) { return plane.file == 0 && plane.hdu == i; };
    if (std::any_of(layout.planes.begin(), layout.planes.end(), isPlane)) continue;
    try {
      if (neighbours.has(records[i])) hdus.push_back(static_cast<uint16_t>(i));
    } catch (const Error& error) {
      if (error.kind() != Kind::data) throw;  // a broken HDU belongs to nothing
    }
  }
  return hdus;
}

bool isLookupTable(std::string_view name) { return name == "WCSDVARR" || name == "D2IMARR"; }

}  // namespace vignet
