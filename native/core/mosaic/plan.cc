#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/header.h"
#include "core/fits/image_wcs.h"
#include "core/mosaic/camera.h"
#include "core/mosaic/headers.h"
#include "core/mosaic/mosaic.h"
#include "core/mosaic/plan_planes.h"
#include "core/mosaic/reach.h"
#include "core/sky/image_sky.h"

namespace vignet {
namespace {

// Pixels around an image within which a region is followed to see whether it leaves the image.
constexpr int64_t kAround = 10'000;

struct Placed {
  std::optional<Shift> shift;  // on the grid
  uint8_t quarterTurns = 0;
  GridBox coverage;  // on the grid
  std::string code, problem;
};

GridBox imageBox(const Layout& layout, const Shift& shift = {0, 0}) {
  const Plane& image = layout.planes.at(0);
  return {shift[0], shift[1], shift[0] + image.width, shift[1] + image.height};
}

class Planner {
 public:
  Planner(std::span<const MosaicInput> inputs, const MosaicRequest& request, const Control& control)
      : inputs_(inputs), request_(request), control_(control) {
    if (request.skymap) skymap_.emplace(*request.skymap);
  }

  MosaicPlan plan() {
    plan_.inputs.resize(inputs_.size());
    placed_.resize(inputs_.size());
    refuseCubes();
    if (request_.camera) return finish(placeDetectors());
    chooseGrid();
    if (cards_.empty()) return finish({});
    const NumericWcs numbers = numbersOf(cards_);
    Wcs grid(numbers);
    grid.pollWith(control_);
    Reach reach(cards_, request_.region ? &*request_.region : nullptr, control_);
    GridBox covered;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      control_.poll();
      try {
        place(i, numbers, grid, reach);
      } catch (const Error& e) {
        if (e.kind() != Kind::data && e.code() != "CUBE") throw;
        placed_[i] = {std::nullopt, 0, {}, e.code(), e.what()};
      }
      covered = united(covered, placed_[i].coverage);
    }
    if (request_.region && request_.grid.empty() && !request_.align && !request_.combine) findSingle();
    if (covered.empty()) return finish({});
    checkSize(covered);
    if (request_.sized) return finish(sizedBox(grid, covered));
    return finish(request_.region ? regionOnGrid(cards_, covered, *request_.region) : covered);
  }

 private:
  // A cube beside images is a missing input; a mosaic of nothing else is not made.
  void refuseCubes() const {
    const auto cube = [](const MosaicInput& input) { return input.layout->planes.at(0).isCube(); };
    if (!request_.camera && !std::all_of(inputs_.begin(), inputs_.end(), cube)) return;
    for (const MosaicInput& input : inputs_) requireFlat(*input.layout);
  }

  GridBox placeDetectors() {
    CameraLayout camera = layOutCamera(inputs_);
    GridBox covered;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const CameraPlace& place = camera.places[i];
      if (place.code.empty())
        placed_[i] = {place.corner, place.quarterTurns, place.box, "", ""};
      else
        placed_[i] = {std::nullopt, 0, {}, place.code, place.problem};
      covered = united(covered, placed_[i].coverage);
    }
    cards_ = std::move(camera.cards);
    return covered;
  }

  static void checkSize(const GridBox& box) {
    if (box.x1 - box.x0 > kMaxSide || box.y1 - box.y0 > kMaxSide) {
      throw Error(Kind::usage, "TOO_LARGE",
                  expectedFor("at most 2^30 pixels on a side", "the mosaic",
                              std::max(box.x1 - box.x0, box.y1 - box.y0)) +
                      "; ask for a smaller region or larger pixels");
    }
  }

  void chooseGrid() {
    if (!request_.grid.empty() || request_.align) {
      cards_ = request_.align ? gridCards(*request_.align) : gridCards(request_.grid);
      try {
        Wcs usable(numbersOf(cards_));
      } catch (const Error& e) {
        throw Error(Kind::usage, "BAD_GRID", std::string("WCS: ") + e.what());
      }
      return;
    }
    if (skymap_) {
      if (request_.region) {
        Sky at;
        toLonLat(request_.region->region->capCentre(), at.lon, at.lat);
        tract_ = skymap_->find(at);
      } else if (!inputs_.empty() && inputs_[0].patch) {
        tract_ = inputs_[0].patch->tract;
      }
      if (tract_) cards_ = skymap_->cards(skymap_->tract(*tract_));
      return;
    }
    double nearest = INFINITY;
    std::optional<Vec3> wanted;
    for (const MosaicInput& input : inputs_) {
      control_.poll();
      try {
        const std::optional<Vec3> centre = centreOf(*input.layout);
        if (!centre) continue;
        if (!wanted) wanted = request_.region ? request_.region->region->capCentre() : *centre;
        const double distance = angle(*wanted, *centre);
        if (distance >= nearest) continue;
        cards_ = gridCards(*input.layout);
        nearest = distance;
      } catch (const Error& e) {
        if (e.kind() != Kind::data) throw;  // said of the input when it is placed
      }
    }
  }

  // What is delivered of the box asked for; empty where no image has anything of it.
  GridBox sizedBox(Wcs& grid, const GridBox& covered) {
    const SizedMosaic& sized = *request_.sized;
    const std::optional<WideBox> box = boxAround(grid, sized.lon, sized.lat, sized.size);
    if (!box) return {};
    plan_.reach = reachOf(grid, sized.lon, sized.lat, *box);
    const GridBox whole{box->x0, box->y0, box->x1, box->y1};
    const GridBox inside = overlap(whole, covered);
    if (inside.empty()) return {};
    if (sized.edge == AtEdge::trim) return inside;
    if (sized.edge == AtEdge::refuse && !isCovered(whole))
      throw Error(Kind::usage, "BAD_BOX",
                  "EDGE=refuse: the images do not cover all of SIZE around the position; give EDGE=pad or "
                  "EDGE=trim, or a smaller SIZE");
    return whole;
  }

  // Whether the boxes of the images, together, hold all of a box.
  bool isCovered(const GridBox& whole) const {
    std::vector<GridBox> parts;
    std::vector<int64_t> rows{whole.y0, whole.y1};
    for (const Placed& placed : placed_) {
      const GridBox part = overlap(placed.coverage, whole);
      if (part.empty()) continue;
      parts.push_back(part);
      rows.insert(rows.end(), {part.y0, part.y1});
    }
    std::sort(rows.begin(), rows.end());
    std::sort(parts.begin(), parts.end(), [](const GridBox& a, const GridBox& b) { return a.x0 < b.x0; });
    for (size_t i = 0; i + 1 < rows.size(); ++i) {
      if (rows[i] == rows[i + 1]) continue;
      control_.poll();
      int64_t x = whole.x0;  // all before it is covered
      for (const GridBox& part : parts) {
        if (part.y0 <= rows[i] && part.y1 >= rows[i + 1] && part.x0 <= x) x = std::max(x, part.x1);
      }
      if (x < whole.x1) return false;
    }
    return true;
  }

  static std::optional<Vec3> centreOf(const Layout& layout) {
    Wcs wcs(imageWcs(layout));
    const Plane& image = layout.planes.at(0);
    const auto sky = wcs.toSky(Pixel{(image.width - 1) / 2.0, (image.height - 1) / 2.0});
    if (sky) return toVector(sky->lon, sky->lat);
    const ImageSky all(layout);  // the middle is not on the sky: somewhere near it
    if (all.samples().empty()) return std::nullopt;
    return all.samples()[all.samples().size() / 2].direction;
  }

  void place(size_t i, const NumericWcs& numbers, Wcs& grid, Reach& reach) {
    const Layout& layout = *inputs_[i].layout;
    requireFlat(layout);
    Placed& placed = placed_[i];
    if (!skymap_) {
      placed.shift = sameGrid(numbers, imageWcs(layout));
      if (!placed.shift) placed.shift = alignedShift(grid, layout);
      placed.coverage =
          placed.shift ? imageBox(layout, *placed.shift) : reach.of(imageWcs(layout), imageBox(layout));
      return;
    }
    if (!inputs_[i].patch)
      throw Error(
          Kind::data, "NO_PATCH",
          "expected a tract and a patch for the dataset, received none; choose datasets of the skymap");
    const PatchKey key = *inputs_[i].patch;
    const Tract tract = skymap_->tract(key.tract);
    const NumericWcs tractNumbers = numbersOf(skymap_->cards(tract));
    Wcs tractGrid(tractNumbers);
    const auto inTract = alignedShift(tractGrid, layout);
    const int64_t side = skymap_->config().inner;
    const int64_t x0 = key.patch % tract.patches[0] * side, y0 = key.patch / tract.patches[0] * side;
    const GridBox inner{x0, y0, x0 + side, y0 + side};
    if (!inTract || key.patch >= uint64_t{tract.patches[0]} * tract.patches[1] ||
        !imageBox(layout, *inTract).holds(inner)) {
      throw Error(Kind::data, "SKYMAP_MISMATCH",
                  "expected the image where the skymap has patch " + std::to_string(key.patch) +
                      " of tract " + std::to_string(key.tract) +
                      ", received it elsewhere; check the skymap's definition");
    }
    if (tract_ == key.tract) {
      placed.shift = inTract;
      placed.coverage = inner;
      return;
    }
    placed.shift = alignedShift(grid, layout);
    placed.coverage = reach.of(tractNumbers, inner);
  }

  void findSingle() {
    const Vec3 centre = request_.region->region->capCentre();
    std::optional<size_t> owner;
    if (skymap_) {
      if (!tract_) return;
      const Tract tract = skymap_->tract(*tract_);
      Wcs grid(numbersOf(cards_));
      Sky at;
      toLonLat(centre, at.lon, at.lat);
      const std::optional<Pixel> p = grid.toPixel(at);
      if (!p) return;
      const auto patch = skymap_->patch(tract, *p);
      for (size_t i = 0; patch && i < inputs_.size(); ++i) {
        if (inputs_[i].patch == PatchKey{*tract_, *patch}) owner = i;
      }
    } else {
      double nearest = INFINITY;
      for (size_t i = 0; i < inputs_.size(); ++i) {
        if (placed_[i].coverage.empty()) continue;
        const auto middle = centreOf(*inputs_[i].layout);
        const double distance = middle ? angle(centre, *middle) : INFINITY;
        if (distance < nearest && holdsCentre(*inputs_[i].layout, centre)) nearest = distance, owner = i;
      }
    }
    if (!owner || !placed_[*owner].problem.empty() || placed_[*owner].coverage.empty()) return;
    const Layout& layout = *inputs_[*owner].layout;
    const GridBox image = imageBox(layout);
    const GridBox around{image.x0 - kAround, image.y0 - kAround, image.x1 + kAround, image.y1 + kAround};
    const GridBox wanted =
        request_.sized ? sizedOn(layout) : regionOnGrid(gridCards(layout), around, *request_.region);
    if (wanted.empty() || !image.holds(wanted)) return;
    plan_.single = static_cast<uint32_t>(*owner);
  }

  GridBox sizedOn(const Layout& layout) const {
    const auto box = boxAround(layout, request_.sized->lon, request_.sized->lat, request_.sized->size);
    return box ? GridBox{box->x0, box->y0, box->x1, box->y1} : GridBox{};
  }

  static bool holdsCentre(const Layout& layout, const Vec3& centre) {
    Wcs wcs(imageWcs(layout));
    Sky at;
    toLonLat(centre, at.lon, at.lat);
    const std::optional<Pixel> p = wcs.toPixel(at);
    const Plane& image = layout.planes.at(0);
    return p && p->x >= -0.5 && p->y >= -0.5 && p->x < image.width - 0.5 && p->y < image.height - 0.5;
  }

  MosaicPlan finish(const GridBox& box) {
    bool any = false;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      MosaicPlacement& out = plan_.inputs[i];
      if (const auto& shift = placed_[i].shift) out.shift = Shift{(*shift)[0] - box.x0, (*shift)[1] - box.y0};
      out.quarterTurns = placed_[i].quarterTurns;
      out.code = placed_[i].code;
      out.problem = placed_[i].problem;
      const GridBox mine = overlap(placed_[i].coverage, box);
      if (mine.empty()) continue;
      out.box = {static_cast<uint32_t>(mine.x0 - box.x0), static_cast<uint32_t>(mine.y0 - box.y0),
                 static_cast<uint32_t>(mine.x1 - box.x0), static_cast<uint32_t>(mine.y1 - box.y0)};
      any = true;
    }
    if (box.empty() || !any) return std::move(plan_);
    checkSize(box);
    MosaicFrame& frame = plan_.frame;
    frame.cards = movedCards(cards_, {box.x0, box.y0});
    frame.width = static_cast<uint32_t>(box.x1 - box.x0);
    frame.height = static_cast<uint32_t>(box.y1 - box.y0);
    frame.tract = tract_;
    frame.inTract = {box.x0, box.y0};
    addPlanes(inputs_, request_, plan_);
    std::vector<HeaderText> provenance = request_.provenance;
    std::string names;
    for (const std::string& name : plan_.missingPlanes) names += (names.empty() ? "" : " ") + name;
    if (!names.empty()) provenance.push_back({"VIGNETLK", names, "planes that no input has"});
    plan_.primary = mosaicPrimary(provenance);
    countPixels(inputs_, request_, plan_);
    return std::move(plan_);
  }

  std::span<const MosaicInput> inputs_;
  const MosaicRequest& request_;
  const Control& control_;
  std::optional<RingsSkymap> skymap_;
  std::string cards_;
  std::optional<uint32_t> tract_;
  std::vector<Placed> placed_;
  MosaicPlan plan_;
};

}  // namespace

MosaicPlan planMosaic(std::span<const MosaicInput> inputs, const MosaicRequest& request,
                      const Control& control) {
  return Planner(inputs, request, control).plan();
}

}  // namespace vignet
