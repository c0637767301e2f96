#include "core/mosaic/input_on_grid.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/fits/mask_map.h"
#include "core/mosaic/masks.h"
#include "core/mosaic/pixels.h"

namespace vignet {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
// Pixels of an input held at once for resampling; beyond, the box is divided.
constexpr uint64_t kMostInput = 8u << 20;

constexpr std::array<std::string_view, 1> kNever{"NO_DATA"}, kMended{"INTERPOLATED"};
constexpr std::array<std::string_view, 2> kUnlessMended{"BAD", "COSMIC_RAY"};

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

bool InputOnGrid::load(GridPixels& out, bool withMask) {
  withMask_ = withMask;
  const size_t pixels = size_t{out.box.width()} * out.box.height();
  const bool elsewhere = input_.box.width() > 0 && (out.box.x0 >= input_.box.x1 || out.box.x1 <= input_.box.x0 ||
                                                    out.box.y0 >= input_.box.y1 || out.box.y1 <= input_.box.y0);
  if (elsewhere || !reader_.open()) return false;
  out.image.assign(pixels, kNone);
  out.variance.assign(pixels, kNone);
  out.mask.assign(withMask ? pixels : 0, maskBit(strip_.maskNames, "NO_DATA"));
  part(out.box, out);
  return true;
}

void InputOnGrid::part(const Box& block, GridPixels& out) {
  if (offset_) {
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
  if (in.x0 >= in.x1 || in.y0 >= in.y1) return;
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
  std::vector<float>&values = scratch_.values, &variances = scratch_.variances;
  std::vector<uint64_t>& bits = scratch_.bits;
  const Layout& layout = *input_.layout;
  const size_t pixels = size_t{in.width()} * in.height(), width = in.width();
  const auto from = [&](uint32_t y) { return size_t{y - in.y0} * width; };
  values.assign(pixels, kNone);
  const PixelTurner image(layout, image_, -32, input_.scale, input_.offset, {});
  reader_.rows(image_, in, [&](uint32_t y, const std::byte* row) { image.floats(row, width, values.data() + from(y)); });
  variances.assign(pixels, kNone);
  if (noise_) {
    const PixelTurner noise(layout, *noise_, -32, input_.scale, 0, {});
    reader_.rows(*noise_, in, [&](uint32_t y, const std::byte* row) { noise.floats(row, width, variances.data() + from(y)); });
    if (noise_->kind == PlaneKind::weight) {
      for (float& w : variances) w = w > 0 ? 1 / w : kNone;
    }
    for (size_t i = 0; i < pixels; ++i) {
      if (!std::isfinite(variances[i])) values[i] = kNone;
    }
  }
  if (withMask_) bits.assign(pixels, maskBit(strip_.maskNames, "NO_DATA"));
  if (!mask_) {
    if (withMask_) std::fill(bits.begin(), bits.end(), 0);
    return;
  }
  const auto dictionary = maskDictionary(layout);
  const uint64_t never = maskBitsOf(dictionary, kNever), unless = maskBitsOf(dictionary, kUnlessMended);
  const uint64_t mended = maskBitsOf(dictionary, kMended);
  const PixelTurner stored(layout, *mask_, 64, 1, 0, {});
  const MaskMap moved(dictionary, strip_.maskNames);
  reader_.rows(*mask_, in, [&](uint32_t y, const std::byte* row) {
    for (size_t x = 0; x < width; ++x) {
      const uint64_t here = stored.storedBits(row, x);
      if ((here & never) || ((here & unless) && !(here & mended))) values[from(y) + x] = kNone;
      if (withMask_) bits[from(y) + x] = moved(here);
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
  if (noise_) dropBadPixels(scratch_.values.data(), scratch_.variances.data(), nullptr, scratch_.values.size(), 0);
  resample(*map_, kernel_, {in, scratch_.values.data(), noise_ ? scratch_.variances.data() : nullptr, nullptr},
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
