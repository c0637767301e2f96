#include "core/stack/common_grid.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/image_wcs.h"

namespace vignet {
namespace {

constexpr double kLargestPixel = 3600;  // arc seconds

}  // namespace

NumericWcs commonGridWcs(const CommonGrid& grid, double lon, double lat, uint32_t size) {
  stampFrame(0, 0, size);
  if (!(grid.pixelScale > 0 && grid.pixelScale <= kLargestPixel))
    throw Error(Kind::usage, "BAD_STAMP",
                expectedFor("above 0 and at most 3600 arc seconds", "the pixels of the common grid",
                            grid.pixelScale));
  if (!(std::abs(lat) <= 90) || !std::isfinite(lon))
    throw Error(Kind::usage, "BAD_STAMP",
                expectedFor("a longitude and a latitude of -90 to 90 degrees", "the position of a stamp",
                            decimal(lon) + " " + decimal(lat)));
  const uint32_t index = size / 2;
  const double step = grid.pixelScale / 3600, middle = index + 1.0;
  NumericWcs wcs;
  wcs.ctype = {"RA---TAN", "DEC--TAN"};
  wcs.cunit = {"deg", "deg"};
  wcs.crpix = {middle, middle};
  wcs.crval = {lon, lat};
  wcs.pc = {-step, 0, 0, step};
  wcs.lonpole = wcs.latpole = kNotGiven;
  return wcs;
}

GridStamp::GridStamp(const Layout& layout, const CommonGrid& grid, double lon, double lat, uint32_t size,
                     const Control& control)
    : size_(size),
      how_(grid.resampling),
      map_(commonGridWcs(grid, lon, lat, size), size, size, imageWcs(layout), layout.planes.front().width,
           layout.planes.front().height, grid.resampling.positionError, control) {}

std::optional<StampFrame> GridStamp::sourceFrame() {
  in_ = inputBoxOf(map_, how_.kernel, {0, 0, size_, size_});
  if (in_.x0 >= in_.x1 || in_.y0 >= in_.y1) return std::nullopt;
  frame_ = {in_.x0, in_.y0, std::max(in_.width(), in_.height())};
  if (frame_.size > kMaxStampSize)
    throw Error(Kind::data, "TOO_COARSE",
                expectedFor("at most " + std::to_string(kMaxStampSize) + " pixels of the image on a side",
                            "a stamp to be resampled", frame_.size) +
                    "; give a smaller SIZE or PIXSCALE");
  return frame_;
}

void GridStamp::resample(const StampPlanes& in, StampPlanes& out) {
  const size_t pixels = size_t{size_} * size_;
  cropFloats(in.image, image_);
  const bool withVariance = !in.variance.empty();
  bool split = false;  // whether some pixel has a value but no variance
  if (withVariance) {
    cropFloats(in.variance, variance_);
    for (size_t k = 0; k < image_.size() && !split; ++k)
      split = std::isfinite(image_[k]) && !std::isfinite(variance_[k]);
  }
  uint64_t used = 0;
  for (const uint64_t one : in.mask) used |= one;
  out.image.resize(pixels);
  out.variance.resize(withVariance ? pixels : 0);
  out.mask.assign(in.mask.empty() ? 0 : pixels, 0);
  out.dictionary = in.dictionary;
  const bool together = withVariance && !split;
  run(together ? variance_.data() : nullptr, used ? &in.mask : nullptr, 0, out.image.data(),
      together ? out.variance.data() : nullptr, out.mask);
  unused_.resize(pixels);
  // Masks go 32 bits at a time.
  if (used >> 32) run(nullptr, &in.mask, 32, unused_.data(), nullptr, out.mask);
  if (split) {
    dropBadPixels(image_.data(), variance_.data(), nullptr, image_.size(), 0);
    run(variance_.data(), nullptr, 0, unused_.data(), out.variance.data(), out.mask);
  }
  out.edge = leavesImage();
}

// The bits of the mask from `shift` on; adds them to `outMask`.
void GridStamp::run(const float* variance, const std::vector<uint64_t>* mask, int shift, float* image,
                    float* outVariance, std::vector<uint64_t>& outMask) {
  const size_t width = in_.width(), height = in_.height(), pixels = size_t{size_} * size_;
  ResampleOptions options;
  options.flux = how_.flux;
  if (mask) {
    half_.resize(width * height);
    outHalf_.resize(pixels);
    for (size_t y = 0; y < height; ++y) {
      const uint64_t* from = mask->data() + y * frame_.size;
      std::transform(from, from + width, half_.data() + y * width, [shift](uint64_t bits) {
        return static_cast<int32_t>(static_cast<uint32_t>(bits >> shift));
      });
    }
  }
  const InputPlanes from{in_, image_.data(), variance, mask ? half_.data() : nullptr};
  const Box all{0, 0, size_, size_};
  const OutputPlanes to{all, size_, image, outVariance, mask ? outHalf_.data() : nullptr};
  vignet::resample(map_, how_.kernel, from, to, options);
  for (size_t k = 0; mask && k < pixels; ++k)
    outMask[k] |= uint64_t{static_cast<uint32_t>(outHalf_[k])} << shift;
}

// The part of the square that lies in the box, without gaps.
void GridStamp::cropFloats(const std::vector<float>& from, std::vector<float>& to) const {
  const size_t width = in_.width(), height = in_.height();
  to.resize(width * height);
  for (size_t y = 0; y < height; ++y)
    std::copy_n(from.data() + y * frame_.size, width, to.data() + y * width);
}

// By its corners: the edges of an image are nearly straight across a stamp.
bool GridStamp::leavesImage() {
  const double last = size_ - 1.0;
  const std::array<Pixel, 4> corners{{{0, 0}, {last, 0}, {0, last}, {last, last}}};
  std::array<Pixel, 4> at;
  map_.exact(corners, at);
  return std::any_of(at.begin(), at.end(), [&](const Pixel& p) {
    return !(p.x > -0.5 && p.y > -0.5 && p.x < map_.inputWidth() - 0.5 && p.y < map_.inputHeight() - 0.5);
  });
}

}  // namespace vignet
