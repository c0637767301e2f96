#include "core/stack/common_grid.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.h"

namespace vignet {
namespace {

constexpr double kUndefined = 987654321.0e99;  // wcslib's, for LONPOLE and LATPOLE that are not given
constexpr double kLargestPixel = 3600;         // arc seconds

const NumericWcs& wcsOf(const Layout& layout) {
  if (layout.planes.empty()) throw Error(Kind::data, "NO_IMAGE", "the dataset has no image plane");
  const std::optional<uint16_t> index = layout.planes.front().wcs;
  if (!index || *index >= layout.wcs.size())
    throw Error(Kind::data, "NO_WCS", "the image has no celestial WCS");
  return layout.wcs[*index];
}

}  // namespace

NumericWcs commonGridWcs(const CommonGrid& grid, double lon, double lat, uint32_t size) {
  stampFrame(0, 0, size);
  if (!(grid.pixelScale > 0 && grid.pixelScale <= kLargestPixel))
    throw Error(Kind::usage, "BAD_STAMP", "pixels of a common grid must be above 0 and at most 3600 arc seconds");
  if (!(std::abs(lat) <= 90) || !std::isfinite(lon))
    throw Error(Kind::usage, "BAD_STAMP", "the position of a stamp is not on the sky");
  const double step = grid.pixelScale / 3600, middle = size / 2 + 1.0;
  NumericWcs wcs;
  wcs.ctype = {"RA---TAN", "DEC--TAN"};
  wcs.cunit = {"deg", "deg"};
  wcs.crpix = {middle, middle};
  wcs.crval = {lon, lat};
  wcs.pc = {-step, 0, 0, step};
  wcs.lonpole = wcs.latpole = kUndefined;
  return wcs;
}

GridStamp::GridStamp(const Layout& layout, const CommonGrid& grid, double lon, double lat, uint32_t size)
    : size_(size),
      kernel_(grid.kernel),
      map_(commonGridWcs(grid, lon, lat, size), size, size, wcsOf(layout), layout.planes.front().width,
           layout.planes.front().height) {}

std::optional<StampFrame> GridStamp::needs() {
  in_ = inputBoxOf(map_, kernel_, {0, 0, size_, size_});
  if (in_.x0 >= in_.x1 || in_.y0 >= in_.y1) return std::nullopt;
  frame_ = {in_.x0, in_.y0, std::max(in_.width(), in_.height())};
  if (frame_.size > kMaxStampSize)
    throw Error(Kind::data, "TOO_COARSE",
                "the stamp covers " + std::to_string(frame_.size) + " pixels of the image, at most " +
                    std::to_string(kMaxStampSize) + " are resampled; ask for a smaller SIZE or PIXSCALE");
  return frame_;
}

void GridStamp::resample(const StampPlanes& in, StampPlanes& out) {
  const size_t pixels = size_t{size_} * size_;
  const Box all{0, 0, size_, size_};
  ResampleOptions options;
  options.flux = true;
  cropFloats(in.image, image_);
  const bool withVariance = !in.variance.empty();
  bool split = false;  // whether some pixel has a value but no variance
  if (withVariance) {
    cropFloats(in.variance, variance_);
    for (size_t k = 0; k < image_.size() && !split; ++k)
      split = std::isfinite(image_[k]) && !std::isfinite(variance_[k]);
  }
  out.image.resize(pixels);
  out.variance.resize(withVariance ? pixels : 0);
  out.mask.clear();
  out.dictionary = in.dictionary;
  if (!in.mask.empty()) resampleMask(in.mask, out.mask);
  const auto run = [&](const float* variance, float* image, float* outVariance) {
    vignet::resample(map_, kernel_, {in_, image_.data(), variance, nullptr},
                     {all, size_, image, outVariance, nullptr}, options);
  };
  if (withVariance && !split) {
    run(variance_.data(), out.image.data(), out.variance.data());
  } else {
    run(nullptr, out.image.data(), nullptr);
    if (split) {
      dropBadPixels(image_.data(), variance_.data(), nullptr, image_.size(), 0);
      unused_.resize(pixels);
      run(variance_.data(), unused_.data(), out.variance.data());
    }
  }
  out.edge = leavesImage();
}

// The part of the square that lies in the box, without gaps.
void GridStamp::cropFloats(const std::vector<float>& from, std::vector<float>& to) const {
  const size_t width = in_.width(), height = in_.height();
  to.resize(width * height);
  for (size_t y = 0; y < height; ++y) std::copy_n(from.data() + y * frame_.size, width, to.data() + y * width);
}

// `resample` takes 32 bits at a time. No pixel's mask depends on what its value is, but missing pixels have no say.
void GridStamp::resampleMask(const std::vector<uint64_t>& bits, std::vector<uint64_t>& out) {
  const size_t width = in_.width(), height = in_.height(), pixels = size_t{size_} * size_;
  uint64_t used = 0;
  for (const uint64_t one : bits) used |= one;
  out.assign(pixels, 0);
  unused_.resize(pixels);
  std::vector<int32_t> half(width * height), result(pixels);
  for (int shift = 0; shift < 64; shift += 32) {
    if (static_cast<uint32_t>(used >> shift) == 0) continue;
    for (size_t y = 0; y < height; ++y) {
      for (size_t x = 0; x < width; ++x)
        half[y * width + x] = static_cast<int32_t>(static_cast<uint32_t>(bits[y * frame_.size + x] >> shift));
    }
    vignet::resample(map_, kernel_, {in_, image_.data(), nullptr, half.data()},
                     {{0, 0, size_, size_}, size_, unused_.data(), nullptr, result.data()});
    for (size_t k = 0; k < pixels; ++k) out[k] |= uint64_t{static_cast<uint32_t>(result[k])} << shift;
  }
}

// By its corners: images are rectangles, and all but straight on a stamp.
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
