#include "core/mosaic/row_owners.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/image_wcs.h"

namespace vignet {
namespace {

// Pixels whose owners are found at a time.
constexpr uint32_t kOwnedPixels = 1u << 21;

// A detector has its place in the camera by its box, whatever its WCS.
Shift placeInCamera(const MosaicFrame& frame, const MosaicStripInput& input) {
  const Plane& image = input.layout->planes.at(0);
  const bool sideways = input.quarterTurns % 2 == 1;
  const Box& box = input.box;
  if (input.quarterTurns > 3 || box.width() != (sideways ? image.height : image.width) ||
      box.height() != (sideways ? image.width : image.height) || box.x1 > frame.width ||
      box.y1 > frame.height)
    throw Error(Kind::fatal, "BAD_WINDOW",
                expectedFor("a box of the image's size within the camera", "a detector's place",
                            std::to_string(box.width()) + " x " + std::to_string(box.height()) +
                                " pixels after " + std::to_string(input.quarterTurns) + " quarter turns"));
  return {box.x0, box.y0};
}

}  // namespace

RowOwners::RowOwners(const MosaicStrip& strip) : strip_(strip) {
  const bool camera = std::holds_alternative<CameraAssignment>(strip.assignment);
  const bool single = std::holds_alternative<SingleAssignment>(strip.assignment);
  for (const MosaicStripInput& input : strip.inputs) {
    const Plane& image = input.layout->planes.at(0);
    inputs_.push_back({input.patch, &imageWcs(*input.layout), image.width, image.height,
                       camera ? placeInCamera(strip.frame, input) : input.shift, input.box});
  }
  if (single && strip.inputs.size() > 1)
    throw Error(Kind::fatal, "BAD_WINDOW",
                expectedFor("one input", "a mosaic of a single one", strip.inputs.size()));
  if (camera || single) return;
  const auto* skymap = std::get_if<SkymapAssignment>(&strip.assignment);
  ownership_.emplace(strip.frame, skymap ? std::optional(skymap->skymap) : std::nullopt, inputs_);
}

std::span<const OwnedRun> RowOwners::rows(uint32_t y0, uint32_t y1) {
  return ownership_ ? byOwnership(y0, y1) : byBoxes(y0, y1);
}

std::span<const OwnedRun> RowOwners::byBoxes(uint32_t y0, uint32_t y1) {
  std::vector<size_t> order;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].box.y0 < y1 && inputs_[i].box.y1 > y0) order.push_back(i);
  }
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return inputs_[a].box.x0 < inputs_[b].box.x0; });
  boxed_.clear();
  for (uint32_t y = y0; y < y1; ++y) {
    for (const size_t i : order) {
      const Box& box = inputs_[i].box;
      if (y >= box.y0 && y < box.y1) boxed_.push_back({y, box.x0, box.x1, static_cast<int32_t>(i)});
    }
  }
  return boxed_;
}

// Owners of more rows than wanted now are found at once, because the set-up costs more than the search.
std::span<const OwnedRun> RowOwners::byOwnership(uint32_t y0, uint32_t y1) {
  if (y0 < from_ || y1 > to_) {
    from_ = y0;
    to_ = std::max(y1, std::min(strip_.y1, y0 + kOwnedPixels / strip_.frame.width));
    known_ = ownership_->rows(from_, to_);
  }
  const auto above = [](const OwnedRun& run, uint32_t y) { return run.y < y; };
  const auto first = std::lower_bound(known_.begin(), known_.end(), y0, above);
  return {first, std::lower_bound(first, known_.end(), y1, above)};
}

}  // namespace vignet
