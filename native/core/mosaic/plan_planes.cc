#include "core/mosaic/plan_planes.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/fits/planes.h"
#include "core/mosaic/headers.h"
#include "core/mosaic/masks.h"
#include "core/pixels/tiling.h"

namespace vignet {
namespace {

class Planes {
 public:
  Planes(std::span<const MosaicInput> inputs, const MosaicRequest& request, MosaicPlan& plan)
      : inputs_(inputs), request_(request), plan_(plan) {
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (!plan.inputs[i].box.width()) continue;
      used_.push_back(inputs[i].layout);
      weighed_ = weighed_ || (inputs[i].inverseVariance && inputs[i].layout->find(PlaneKind::weight));
    }
  }

  void add() {
    for (const PlaneKind kind : kinds()) {
      MosaicPlane plane;
      plane.kind = kind;
      if (kind == PlaneKind::mask) {
        plan_.maskNames = unitedMaskNames(used_, request_.combine == Combine::clipped);
        plane.bitpix = plan_.maskNames.size() > 31 ? 64 : 32;
      } else {
        plane.bitpix = request_.combine ? -32 : floatOf(kind);
      }
      finish(plane, kind == PlaneKind::mask ? "" : unitOf(kind));
    }
    if (!request_.owners) return;
    MosaicPlane plane;
    plane.kind = PlaneKind::owner;
    plane.bitpix = 32;
    finish(plane, "");
  }

  // An upper bound: planes are counted as often as they are read.
  void count() {
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (!plan_.inputs[i].box.width()) continue;
      for (const MosaicPlane& plane : plan_.planes) {
        for (const Plane& source : inputs_[i].layout->planes) {
          const bool gives = inputs_[i].layout->giving(plane.kind) == &source;
          if (gives || request_.combine) count(plan_.inputs[i], source);
        }
      }
    }
  }

 private:
  std::vector<PlaneKind> kinds() {
    std::vector<PlaneKind> kinds{PlaneKind::image};
    if (!request_.planes) return kinds;
    const auto had = [&](PlaneKind kind) {
      return std::any_of(used_.begin(), used_.end(),
                         [&](const Layout* l) { return l->giving(kind) != nullptr; });
    };
    for (const PlaneKind kind : {PlaneKind::mask, PlaneKind::variance}) {
      if (had(kind) || (kind == PlaneKind::variance && request_.combine && weighed_))
        kinds.push_back(kind);
      else
        plan_.missingPlanes.push_back(planeName(kind));
    }
    if (!request_.combine && had(PlaneKind::weight)) kinds.push_back(PlaneKind::weight);
    return kinds;
  }

  // A combined variance is in the square of the image's unit, whatever BUNIT of the inputs' variances says.
  std::string unitOf(PlaneKind kind) const {
    if (!request_.combine || kind == PlaneKind::image) return vignet::unitOf(used_, kind, request_.unit);
    const std::string unit = vignet::unitOf(used_, PlaneKind::image, request_.unit);
    return unit.empty() ? "" : unit + "**2";
  }

  void finish(MosaicPlane& plane, const std::string& unit) {
    plane.header = mosaicHeader(plan_.frame, plane, unit, plan_.maskNames);
    plane.cuts = cutsOf(plane);
    plan_.planes.push_back(std::move(plane));
  }

  // Doubles only where all inputs are copied and one is double or has integers that a float cannot hold.
  int8_t floatOf(PlaneKind kind) const {
    bool wide = false;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (!plan_.inputs[i].box.width()) continue;
      if (!plan_.inputs[i].shift) return -32;
      const Plane* plane = inputs_[i].layout->giving(kind);
      wide = wide || (plane && (plane->bitpix == -64 || plane->bitpix > 16));
    }
    return wide ? -64 : -32;
  }

  // Rows where windows of some MiB end: where rows of tiles meet, if there are such.
  std::vector<uint32_t> cutsOf(const MosaicPlane& plane) const {
    constexpr uint64_t kPiece = 8u << 20, kTallest = 32u << 20, kResampled = 16u << 20;
    constexpr uint32_t kMostCuts = 1u << 16;
    const uint32_t height = plan_.frame.height;
    const uint64_t rowBytes = uint64_t{plan_.frame.width} * static_cast<unsigned>(std::abs(plane.bitpix)) / 8;
    // Bounded in number, because the size of the mosaic is checked against limits only later.
    const auto rowsOf = [&](uint64_t bytes, uint32_t most) {
      const auto rows = static_cast<uint32_t>(std::clamp<uint64_t>(bytes / rowBytes, 1, most));
      return std::max(rows, height / kMostCuts);
    };
    uint32_t least = rowsOf(kPiece, height);
    if (least > kTileTeam) least -= least % kTileTeam;
    uint32_t resampledRows = rowsOf(kResampled, 512);
    // Squares of Kernel::exact (core/resample/area_tile.h) end there, too.
    if (resampledRows > 64) resampledRows -= resampledRows % 64;
    std::vector<uint32_t> cuts{0};
    while (cuts.back() < height) {
      const uint32_t y = cuts.back();
      uint32_t end = std::min(height, y + least);
      // The input with the tallest tiles of those that meet these rows.
      uint32_t tile = 1;
      int64_t phase = 0;  // row in that input minus row of the mosaic
      bool resampled = request_.combine.has_value();
      for (size_t i = 0; plane.kind != PlaneKind::owner && i < inputs_.size(); ++i) {
        const MosaicPlacement& in = plan_.inputs[i];
        if (!in.box.width() || in.box.y1 <= y || in.box.y0 >= end) continue;
        resampled = resampled || !in.shift || in.quarterTurns;
        const Plane* source = inputs_[i].layout->giving(plane.kind);
        if (!in.shift || !source || !source->tiles || source->tiles->tileHeight <= tile) continue;
        tile = source->tiles->tileHeight;
        phase = -(*in.shift)[1];
      }
      if (resampled) {
        end = std::min(height, y + resampledRows);
      } else if (tile > 1 && tile * rowBytes <= kTallest) {
        const int64_t row = int64_t{end} + phase + tile - 1;
        end = static_cast<uint32_t>(
            std::clamp<int64_t>(row - ((row % tile) + tile) % tile - phase, y + 1, height));
      } else if (tile > 1) {
        end = std::min(height, y + rowsOf(kTallest, height));
      }
      cuts.push_back(end);
    }
    return cuts;
  }

  void count(const MosaicPlacement& in, const Plane& source) {
    Box box{0, 0, source.width, source.height};
    if (in.shift && !in.quarterTurns) {
      const auto [dx, dy] = *in.shift;
      const GridBox part = overlap({in.box.x0 - dx, in.box.y0 - dy, in.box.x1 - dx, in.box.y1 - dy},
                                   {0, 0, source.width, source.height});
      if (part.empty()) return;
      box = {static_cast<uint32_t>(part.x0), static_cast<uint32_t>(part.y0), static_cast<uint32_t>(part.x1),
             static_cast<uint32_t>(part.y1)};
    }
    plan_.decodedPixels += decodedPixels(source, box);
  }

  std::span<const MosaicInput> inputs_;
  const MosaicRequest& request_;
  MosaicPlan& plan_;
  std::vector<const Layout*> used_;  // of the inputs that have a place
  bool weighed_ = false;             // one of them has an inverse variance
};

}  // namespace

void addPlanes(std::span<const MosaicInput> inputs, const MosaicRequest& request, MosaicPlan& plan) {
  Planes(inputs, request, plan).add();
}

void countPixels(std::span<const MosaicInput> inputs, const MosaicRequest& request, MosaicPlan& plan) {
  Planes(inputs, request, plan).count();
}

}  // namespace vignet
