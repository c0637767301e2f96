#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/cutout/parts.h"
#include "core/fits/planes.h"
#include "core/fits/table_fields.h"

namespace vignet {
namespace {

bool holds(const std::vector<AskedPlane>& planes, const Plane& plane) {
  return std::any_of(planes.begin(), planes.end(), [&](const AskedPlane& p) { return p.plane == &plane; });
}

void addKind(const Layout& layout, PlaneKind kind, std::vector<AskedPlane>& out) {
  const Plane* plane = layout.find(kind);
  if (!plane) return;
  out.push_back({plane, planeName(kind)});
  if (kind != PlaneKind::mask) return;
  // A mask of more than 31 planes goes on in further HDUs of its name.
  const std::string& name = layout.hdus[plane->hdu].name;
  for (const Plane& other : layout.others)
    if (plane->file == other.file && layout.hdus[other.hdu].name == name) out.push_back({&other, name});
}

std::vector<const Plane*> allPlanes(const Layout& layout) {
  std::vector<const Plane*> all;
  for (const auto* list : {&layout.planes, &layout.others})
    for (const Plane& plane : *list) all.push_back(&plane);
  return all;
}

// "IMAGE (SCI), MASK (DQ), VAR_POISSON"
std::string knownPlanes(const Layout& layout) {
  std::string known;
  for (const Plane* plane : allPlanes(layout)) {
    const std::string kind = planeName(plane->kind), source = layout.hdus[plane->hdu].name;
    if (kind.empty() && source.empty()) continue;
    known += (known.empty() ? "" : ", ") + (kind.empty() ? source : kind);
    if (!kind.empty() && !source.empty() && source != kind) known += " (" + source + ")";
  }
  return known;
}

// Every plane that has this name in the source or in answers. The case of letters counts only where one name
// fits in its case.
std::vector<AskedPlane> named(const Layout& layout, const std::string& name) {
  for (const bool exact : {true, false}) {
    const auto fits = [&](const std::string& own) {
      return exact ? own == name : upperCase(own) == upperCase(name);
    };
    std::vector<AskedPlane> found;
    for (const Plane* plane : allPlanes(layout)) {
      const std::string &source = layout.hdus[plane->hdu].name, kind = planeName(plane->kind);
      if (fits(source))
        found.push_back({plane, source});
      else if (fits(kind))
        found.push_back({plane, kind});
    }
    if (!found.empty()) return found;
  }
  throw Error(Kind::usage, "NO_SUCH_PLANE",
              expectedFor("planes of the dataset, which has " + printable(knownPlanes(layout)) + ",",
                          "PLANES", printable(name)));
}

}  // namespace

std::vector<AskedPlane> planesAsked(const Layout& layout, const CutoutRequest& request) {
  if (layout.planes.empty())
    throw Error(Kind::data, "NO_IMAGE", "expected an image plane in the dataset, received none");
  std::vector<AskedPlane> out;
  for (const std::string& name : request.planes)
    for (AskedPlane& asked : named(layout, name))
      if (!holds(out, *asked.plane)) out.push_back(std::move(asked));
  if (!out.empty()) return out;
  addKind(layout, PlaneKind::image, out);
  if (request.detail == Detail::image) return out;
  for (const PlaneKind kind : {PlaneKind::mask, PlaneKind::variance, PlaneKind::weight, PlaneKind::sigma})
    addKind(layout, kind, out);
  if (request.detail == Detail::exposure)
    for (const Plane& plane : layout.others)
      if (!holds(out, plane)) out.push_back({&plane, layout.hdus[plane.hdu].name});
  return out;
}

}  // namespace vignet
