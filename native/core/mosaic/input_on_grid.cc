#include "core/mosaic/input_on_grid.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/numbers.h"
#include "core/fits/mask_map.h"
#include "core/mosaic/masks.h"
#include "core/mosaic/pixels.h"

namespace vignet {
namespace {

// Pixels of an input held at once for resampling; beyond, the box is divided.
constexpr uint64_t kMostInput = 8u << 20;

constexpr std::array<std::string_view, 1> kNever{"NO_DATA"}, kMended{"INTERPOLATED"};
constexpr std::array<std::string_view, 2> kUnlessMended{"BAD", "COSMIC_RAY"};

// Of `weights` makes variances. What has no value or no variance is missing in both.
void dropBad(float* image, float* noise, size_t pixels, bool weights) {
  if (weights) {
    for (size_t i = 0; i < pixels; ++i) noise[i] = noise[i] > 0 ? 1 / noise[i] : kNan;
  }
  for (size_t i = 0; i < pixels; ++i) {
    const bool good = image[i] * 0 + noise[i] * 0 == 0;
    image[i] = good ? image[i] : kNan;
    noise[i] = good ? noise[i] : kNan;
  }
}

const Plane* noiseOf(const Layout& layout) {
  const Plane* variance = layout.find(PlaneKind::variance);
  return variance ? variance : layout.find(PlaneKind::weight);
}

}  // namespace

InputOnGrid::InputOnGrid(const MosaicStrip& strip, const MosaicStripInput& input, const Control& control,
                         std::vector<MosaicFailure>& failures, GridScratch& scratch)
    : strip_(strip),
      input_(input),
      image_(input.layout->planes.at(0)),
      noise_(noiseOf(*input.layout)),
      mask_(input.layout->find(PlaneKind::mask)),
      kernel_(strip.kernel),
      reader_(input, control, failures, scratch.bytes),
      scratch_(scratch) {
  const MosaicFrame& frame = strip.frame;
  const NumericWcs grid = numbersOf(frame.cards);
  Wcs mosaic(grid);
  offset_ = alignedOffset(mosaic, *input.layout);
  if (offset_) return;
  map_ = std::make_unique<PixelMap>(grid, frame.width, frame.height, imageWcs(*input.layout), image_.width, image_.height);
}

bool InputOnGrid::load(GridPixels& out, bool withMask, bool withVariance) {
  withMask_ = withMask;
  withVariance_ = withVariance && noise_;
  const size_t pixels = size_t{out.box.width()} * out.box.height();
  const bool elsewhere = input_.box.width() > 0 && (out.box.x0 >= input_.box.x1 || out.box.x1 <= input_.box.x0 ||
                                                    out.box.y0 >= input_.box.y1 || out.box.y1 <= input_.box.y0);
  if (elsewhere || !reader_.open()) return false;
  out.image.resize(pixels);
  out.variance.resize(pixels);
  out.mask.resize(withMask ? pixels : 0);
  part(out.box, out);
  return true;
}

void InputOnGrid::empty(const Box& block, GridPixels& out) const {
  const size_t stride = out.box.width();
  const uint64_t noData = maskBit(strip_.maskNames, "NO_DATA");
  for (uint32_t y = block.y0; y < block.y1; ++y) {
    const size_t from = size_t{y - out.box.y0} * stride + (block.x0 - out.box.x0);
    std::fill_n(out.image.data() + from, block.width(), kNan);
    std::fill_n(out.variance.data() + from, block.width(), kNan);
    if (withMask_) std::fill_n(out.mask.data() + from, block.width(), noData);
  }
}

void InputOnGrid::part(const Box& block, GridPixels& out) {
  if (offset_) {
    empty(block, out);
    const GridBox mine = overlap({int64_t{block.x0} - (*offset_)[0], int64_t{block.y0} - (*offset_)[1],
                                  int64_t{block.x1} - (*offset_)[0], int64_t{block.y1} - (*offset_)[1]},
                                 {0, 0, image_.width, image_.height});
    if (mine.empty()) return;
    const Box in{static_cast<uint32_t>(mine.x0), static_cast<uint32_t>(mine.y0), static_cast<uint32_t>(mine.x1),
                 static_cast<uint32_t>(mine.y1)};
    read(in);
    return shifted(in, out);
  }
  const Box in = inputBoxOf(*map_, kernel_, block);
  if (in.x0 >= in.x1 || in.y0 >= in.y1) return empty(block, out);
  const uint32_t w = block.width(), h = block.height();
  if (uint64_t{in.width()} * in.height() > kMostInput && w * h > 1) {
    const uint32_t x = w >= h ? block.x0 + w / 2 : block.x1, y = w >= h ? block.y1 : block.y0 + h / 2;
    part({block.x0, block.y0, x, y}, out);
    return part({w >= h ? x : block.x0, w >= h ? block.y0 : y, block.x1, block.y1}, out);
  }
  read(in);
  resampled(in, block, out);
}

void InputOnGrid::read(const Box& in) {
  const Layout& layout = *input_.layout;
  const size_t pixels = size_t{in.width()} * in.height(), width = in.width();
  const auto floats = [&](const Plane& plane, double offset, std::vector<float>& to) {
    to.resize(pixels);
    const PixelTurner turn(layout, plane, -32, input_.scale, offset, {});
    reader_.rows(plane, in, [&](uint32_t y, const std::byte* row) {
      float* const at = to.data() + size_t{y - in.y0} * width;
      if (row) turn.floats(row, width, at);
      else std::fill_n(at, width, kNan);
    });
  };
  floats(image_, input_.offset, scratch_.values);
  if (noise_) floats(*noise_, 0, scratch_.variances);
  else if (offset_) scratch_.variances.assign(pixels, kNan);
  if (mask_) readMask(in);
  else if (withMask_) scratch_.bits.assign(pixels, 0);
  if (noise_) dropBad(scratch_.values.data(), scratch_.variances.data(), pixels, noise_->kind == PlaneKind::weight);
}

// Pixels whose mask cannot be read count as good ones without data in the mask.
void InputOnGrid::readMask(const Box& in) {
  const size_t width = in.width();
  if (withMask_) scratch_.bits.resize(width * in.height());
  const auto dictionary = maskDictionary(*input_.layout);
  const uint64_t never = maskBitsOf(dictionary, kNever), unless = maskBitsOf(dictionary, kUnlessMended);
  const uint64_t mended = maskBitsOf(dictionary, kMended), noData = maskBit(strip_.maskNames, "NO_DATA");
  const PixelTurner stored(*input_.layout, *mask_, 64, 1, 0, {});
  const MaskMap moved(dictionary, strip_.maskNames);
  reader_.rows(*mask_, in, [&](uint32_t y, const std::byte* row) {
    float* const values = scratch_.values.data() + size_t{y - in.y0} * width;
    uint64_t* const bits = withMask_ ? scratch_.bits.data() + size_t{y - in.y0} * width : nullptr;
    for (size_t x = 0; x < width; ++x) {
      const uint64_t here = row ? stored.storedBits(row, x) : 0;
      if ((here & never) || ((here & unless) && !(here & mended))) values[x] = kNan;
      if (bits) bits[x] = row ? moved(here) : noData;
    }
  });
}

void InputOnGrid::shifted(const Box& in, GridPixels& out) const {
  for (uint32_t y = in.y0; y < in.y1; ++y) {
    const size_t from = size_t{y - in.y0} * in.width();
    const auto to = static_cast<std::ptrdiff_t>((y + (*offset_)[1] - out.box.y0) * out.box.width() +
                                                (in.x0 + (*offset_)[0] - out.box.x0));
    std::copy_n(scratch_.values.begin() + static_cast<std::ptrdiff_t>(from), in.width(), out.image.begin() + to);
    std::copy_n(scratch_.variances.begin() + static_cast<std::ptrdiff_t>(from), in.width(), out.variance.begin() + to);
    if (withMask_) std::copy_n(scratch_.bits.begin() + static_cast<std::ptrdiff_t>(from), in.width(), out.mask.begin() + to);
  }
}

// Masks of 31 and more bits go in two halves.
void InputOnGrid::resampled(const Box& in, const Box& block, GridPixels& out) {
  const size_t stride = out.box.width();
  const size_t at = size_t{block.y0 - out.box.y0} * stride + (block.x0 - out.box.x0);
  resample(*map_, kernel_, {in, scratch_.values.data(), withVariance_ ? scratch_.variances.data() : nullptr, nullptr},
           {block, stride, out.image.data() + at, out.variance.data() + at, nullptr});
  if (!withMask_) return;
  const size_t pixels = size_t{block.width()} * block.height();
  std::vector<int32_t> half(scratch_.bits.size()), result(pixels);
  std::vector<float> unused(pixels);
  for (size_t y = 0; y < block.height(); ++y)
    std::fill_n(out.mask.begin() + static_cast<std::ptrdiff_t>(at + y * stride), block.width(), 0);
  const uint64_t noData = maskBit(strip_.maskNames, "NO_DATA");
  for (int shift = 0; shift < (strip_.maskNames.size() > 31 ? 64 : 32); shift += 32) {
    for (size_t k = 0; k < scratch_.bits.size(); ++k) half[k] = static_cast<int32_t>(static_cast<uint32_t>(scratch_.bits[k] >> shift));
    ResampleOptions options;
    options.noDataBits = static_cast<int32_t>(static_cast<uint32_t>(noData >> shift));
    resample(*map_, kernel_, {in, scratch_.values.data(), nullptr, half.data()},
             {block, block.width(), unused.data(), nullptr, result.data()}, options);
    for (size_t k = 0; k < pixels; ++k)
      out.mask[at + k / block.width() * stride + k % block.width()] |= uint64_t{static_cast<uint32_t>(result[k])} << shift;
  }
}

}  // namespace vignet
