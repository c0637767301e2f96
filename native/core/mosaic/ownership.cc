#include "core/mosaic/ownership.h"

#include <algorithm>
#include <cmath>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {
namespace {

// Blocks that may have several owners are halved down to so many pixels. Then, without a skymap, positions
// are interpolated between nine exact ones; where that is too inaccurate, small blocks are tested pixel by
// pixel.
constexpr uint32_t kInterpolatedBlock = 1024, kSmallBlock = 64;
// Radians from its centre beyond which an image is wide.
constexpr double kWideImage = 0.3;
// Enlarges the circle around a block, whose sides may be curved on the sky.
constexpr double kSlack = 1.02;

}  // namespace

Ownership::Ownership(const Frame& frame, const std::optional<RingsConfig>& skymap,
                     std::span<const OwnerInput> inputs)
    : frame_(frame), wcs_(numbersOf(frame.cards)), inputs_(inputs) {
  if (skymap) {
    skymap_.emplace(*skymap);
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (!inputs[i].patch)
        throw Error(
            Kind::fatal, "INTERNAL",
            expectedFor("a patch of the skymap", "each input", "none for input " + std::to_string(i)));
      byPatch_.emplace(*inputs[i].patch, static_cast<int32_t>(i));
    }
    return;
  }
  for (const OwnerInput& input : inputs) {
    Image image{Wcs(*input.wcs), {}, 0, false};
    double coarsest = INFINITY;
    // The finest scale over the image: steps of one pixel at its corners and its centre.
    const double w = input.width - 1.0, h = input.height - 1.0;
    for (const Pixel p : {Pixel{w / 2, h / 2}, {0, 0}, {w, 0}, {0, h}, {w, h}}) {
      const Pixel steps[3] = {p, {p.x + 1, p.y}, {p.x, p.y + 1}};
      Sky sky[3];
      uint8_t ok[3];
      image.wcs.toSky(steps, sky, ok);
      if (!ok[0] || !ok[1] || !ok[2]) {
        image.wide = true;
        continue;
      }
      const Vec3 here = direction(sky[0]);
      if (image.centre == Vec3{}) image.centre = here;
      const double step = std::min(angle(here, direction(sky[1])), angle(here, direction(sky[2])));
      image.pixelsPerRadian = std::max(image.pixelsPerRadian, 1.2 / step);
      coarsest = std::min(coarsest, 1.2 / step);
      image.wide = image.wide || angle(here, image.centre) > kWideImage;
    }
    image.wide = image.wide || image.pixelsPerRadian > 2 * coarsest;
    if (image.pixelsPerRadian == 0) image.pixelsPerRadian = INFINITY;
    images_.push_back(std::move(image));
  }
}

std::span<const OwnedRun> Ownership::rows(uint32_t y0, uint32_t y1) {
  if (y0 >= y1 || y1 > frame_.height)
    throw Error(Kind::fatal, "BAD_WINDOW",
                expectedFor("rows of the mosaic's " + std::to_string(frame_.height), "the window",
                            std::to_string(y0) + " to " + std::to_string(y1)));
  owned_.clear();
  runs_.clear();
  divide({0, y0, frame_.width, y1});
  for (const auto& [b, owner] : owned_) {
    for (uint32_t y = b.y0; y < b.y1; ++y) runs_.push_back({y, b.x0, b.x1, owner});
  }
  std::sort(runs_.begin(), runs_.end(),
            [](const OwnedRun& a, const OwnedRun& b) { return a.y != b.y ? a.y < b.y : a.x0 < b.x0; });
  size_t last = 0;
  for (size_t i = 1; i < runs_.size(); ++i) {
    const OwnedRun& run = runs_[i];
    if (run.y == runs_[last].y && run.x0 == runs_[last].x1 && run.owner == runs_[last].owner)
      runs_[last].x1 = run.x1;
    else
      runs_[++last] = run;
  }
  runs_.resize(std::min(runs_.size(), last + 1));
  return runs_;
}

void Ownership::divide(const Block& b) {
  if (whole(b)) return;
  const uint32_t w = b.x1 - b.x0, h = b.y1 - b.y0;
  const uint64_t pixels = uint64_t{w} * h;
  if (!skymap_ && pixels <= kInterpolatedBlock && interpolated(b)) return;
  if (pixels <= kSmallBlock) return eachPixel(b);
  if (w >= h) {
    divide({b.x0, b.y0, b.x0 + w / 2, b.y1});
    divide({b.x0 + w / 2, b.y0, b.x1, b.y1});
  } else {
    divide({b.x0, b.y0, b.x1, b.y0 + h / 2});
    divide({b.x0, b.y0 + h / 2, b.x1, b.y1});
  }
}

bool Ownership::whole(const Block& b) {
  const Pixel pixels[5] = {{(b.x0 + b.x1 - 1) / 2.0, (b.y0 + b.y1 - 1) / 2.0},
                           {static_cast<double>(b.x0), static_cast<double>(b.y0)},
                           {b.x1 - 1.0, static_cast<double>(b.y0)},
                           {static_cast<double>(b.x0), b.y1 - 1.0},
                           {b.x1 - 1.0, b.y1 - 1.0}};
  Sky sky[5];
  uint8_t ok[5];
  wcs_.toSky(pixels, sky, ok);
  double radius = 0;
  for (int i = 0; i < 5; ++i) {
    if (!ok[i]) return false;
    radius = std::max(radius, angle(direction(sky[0]), direction(sky[i])));
  }
  if (radius > 0.1) return false;
  radius = radius * kSlack + 1e-10;
  return skymap_ ? wholeByTract(b, sky[0], radius) : wholeByDistance(b, sky[0], radius);
}

bool Ownership::wholeByTract(const Block& b, const Sky& centre, double radius) {
  const std::optional<uint32_t> tract = skymap_->findAll(centre, radius);
  if (!tract) return false;
  if (frame_.tract == tract) {
    fillInTract(b);
    return true;
  }
  const std::optional<Pixel> at = tractWcs(*tract).toPixel(centre);
  if (!at) return false;
  const double reach = radius / kDegree * 3600 / skymap_->config().pixelScale * 1.1 + kSlackPixels;
  const Tract& t = tractOf(*tract);
  const auto patchAt = [&](double dx, double dy) { return skymap_->patch(t, Pixel{at->x + dx, at->y + dy}); };
  const auto patch = patchAt(-reach, -reach);
  if (!patch || patch != patchAt(reach, reach)) return false;
  fill(b, inputOf(*tract, patch));
  return true;
}

void Ownership::eachPixel(const Block& b) {
  std::vector<Pixel> pixels;
  for (uint32_t y = b.y0; y < b.y1; ++y) {
    for (uint32_t x = b.x0; x < b.x1; ++x) pixels.push_back({static_cast<double>(x), static_cast<double>(y)});
  }
  std::vector<Sky> sky(pixels.size());
  std::vector<uint8_t> ok(pixels.size());
  wcs_.toSky(pixels, sky, ok);
  size_t i = 0;
  for (uint32_t y = b.y0; y < b.y1; ++y) {
    for (uint32_t x = b.x0; x < b.x1; ++x, ++i) {
      const int32_t owner = !ok[i]    ? kNone
                            : skymap_ ? ownerBySkymap(sky[i], x, y)
                                      : ownerByDistance(sky[i], x, y);
      fill({x, y, x + 1, y + 1}, owner);
    }
  }
}

int32_t Ownership::ownerBySkymap(const Sky& at, uint32_t x, uint32_t y) {
  const uint32_t tract = skymap_->find(at);
  if (frame_.tract == tract)
    return inputOf(tract, skymap_->patch(tractOf(tract), frame_.inTract[0] + x, frame_.inTract[1] + y));
  const std::optional<Pixel> pixel = tractWcs(tract).toPixel(at);
  return pixel ? inputOf(tract, skymap_->patch(tractOf(tract), *pixel)) : kNone;
}

// A block in the mosaic's own tract, patch by patch.
void Ownership::fillInTract(const Block& b) {
  const Tract& tract = tractOf(*frame_.tract);
  const int64_t inner = skymap_->config().inner;
  const auto next = [&](uint32_t at, int64_t origin, uint32_t end) {
    const int64_t in = origin + at;
    const int64_t edge = in < 0 ? 0 : (in / inner + 1) * inner;
    return static_cast<uint32_t>(std::min<int64_t>(edge - origin, end));
  };
  for (uint32_t y = b.y0; y < b.y1;) {
    const uint32_t y1 = next(y, frame_.inTract[1], b.y1);
    for (uint32_t x = b.x0; x < b.x1;) {
      const uint32_t x1 = next(x, frame_.inTract[0], b.x1);
      fill({x, y, x1, y1},
           inputOf(tract.id, skymap_->patch(tract, frame_.inTract[0] + x, frame_.inTract[1] + y)));
      x = x1;
    }
    y = y1;
  }
}

void Ownership::fill(const Block& b, int32_t owner) {
  if (owner == kNone) return;
  if (!owned_.empty()) {
    auto& [before, its] = owned_.back();
    if (its == owner && before.y0 == b.y0 && before.y1 == b.y1 && before.x1 == b.x0) {
      before.x1 = b.x1;
      return;
    }
  }
  owned_.emplace_back(b, owner);
}

int32_t Ownership::inputOf(uint32_t tract, std::optional<uint32_t> patch) const {
  if (!patch) return kNone;
  const auto it = byPatch_.find({tract, *patch});
  return it == byPatch_.end() ? kNone : it->second;
}

const Tract& Ownership::tractOf(uint32_t id) {
  const auto it = tracts_.find(id);
  return it != tracts_.end() ? it->second : tracts_.emplace(id, skymap_->tract(id)).first->second;
}

Wcs& Ownership::tractWcs(uint32_t id) {
  const auto it = tractWcs_.find(id);
  if (it != tractWcs_.end()) return it->second;
  return tractWcs_.emplace(id, Wcs(numbersOf(skymap_->cards(tractOf(id))))).first->second;
}

}  // namespace vignet
