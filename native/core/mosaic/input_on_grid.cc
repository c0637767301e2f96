#include "core/mosaic/input_on_grid.h"

#include <algorithm>
#include <array>

#include "core/base/constants.h"
#include "core/bytes/missing_bytes.h"
#include "core/fits/image_wcs.h"
#include "core/fits/mask_map.h"
#include "core/mosaic/masks.h"
#include "core/mosaic/missing.h"
#include "core/mosaic/pixels.h"

namespace vignet {
namespace {

// Pixels of an input held at once for resampling; beyond, the box is divided.
constexpr uint64_t kMostInput = 8u << 20;
// The same for an input that reuses what it read.
constexpr uint64_t kLargestOwnBand = 2u << 20;
// Plain rows that are read at once.
constexpr uint32_t kReadRows = 16;
// A box of the mosaic is divided where its bounding box in the input has more than so many times its pixels,
// as with rows of a strongly rotated image.
constexpr uint64_t kMostShare = 3, kLeastPart = 1u << 14;
// Strides that are multiples of this map all rows to the same cache sets; such rows are padded.
constexpr size_t kCacheConflict = 512, kPadding = 16;

uint64_t areaOf(const Box& box) { return uint64_t{box.width()} * box.height(); }

constexpr std::array<std::string_view, 1> kMissing{"NO_DATA"}, kInterpolated{"INTERPOLATED"};
constexpr std::array<std::string_view, 2> kMissingUnlessInterpolated{"BAD", "COSMIC_RAY"};

const Plane* noiseOf(const MosaicStripInput& input) {
  const Plane* variance = input.layout->giving(PlaneKind::variance);
  return variance || !input.inverseVariance ? variance : input.layout->find(PlaneKind::weight);
}

}  // namespace

InputOnGrid::InputOnGrid(const MosaicStrip& strip, const MosaicStripInput& input, const Control& control,
                         std::vector<MosaicFailure>& failures, GridScratch& scratch, bool rowAfterRow)
    : strip_(strip),
      input_(input),
      image_(input.layout->planes.at(0)),
      noise_(noiseOf(input)),
      mask_(input.layout->find(PlaneKind::mask)),
      kernel_(strip.resampling.kernel),
      reader_(input, control, failures, scratch.bytes),
      rowAfterRow_(rowAfterRow),
      scratch_(scratch),
      band_(&scratch.band) {
  if (input.shift) return;
  const MosaicFrame& frame = strip.frame;
  map_ =
      std::make_unique<PixelMap>(numbersOf(frame.cards), frame.width, frame.height, imageWcs(*input.layout),
                                 image_.width, image_.height, strip.resampling.positionError, control);
}

bool InputOnGrid::load(GridPixels& out, bool withMask, bool withVariance) {
  withMask_ = withMask;
  withVariance_ = withVariance && noise_;
  const size_t pixels = size_t{out.box.width()} * out.box.height();
  const bool elsewhere =
      input_.box.width() > 0 && (out.box.x0 >= input_.box.x1 || out.box.x1 <= input_.box.x0 ||
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
  if (input_.shift) {
    empty(block, out);
    const GridBox mine =
        overlap({int64_t{block.x0} - (*input_.shift)[0], int64_t{block.y0} - (*input_.shift)[1],
                 int64_t{block.x1} - (*input_.shift)[0], int64_t{block.y1} - (*input_.shift)[1]},
                {0, 0, image_.width, image_.height});
    if (mine.empty()) return;
    const Box in{static_cast<uint32_t>(mine.x0), static_cast<uint32_t>(mine.y0),
                 static_cast<uint32_t>(mine.x1), static_cast<uint32_t>(mine.y1)};
    band_ = &scratch_.band;
    read(in);
    return shifted(in, out);
  }
  Box in = inputBoxOf(*map_, kernel_, block);
  if (in.x0 >= in.x1 || in.y0 >= in.y1) return empty(block, out);
  const bool own = keepsBand(in);
  const bool large =
      areaOf(in) > kMostInput || (!image_.tiles && areaOf(in) > kMostShare * areaOf(block) + kLeastPart);
  if (!own && large && areaOf(block) > 1) {
    const uint32_t w = block.width(), h = block.height();
    const uint32_t x = w >= h ? block.x0 + w / 2 : block.x1, y = w >= h ? block.y1 : block.y0 + h / 2;
    MissingBytes missing;
    missing.attempt([&] { part({block.x0, block.y0, x, y}, out); });
    missing.attempt([&] { part({w >= h ? x : block.x0, w >= h ? block.y0 : y, block.x1, block.y1}, out); });
    return missing.check();
  }
  band_ = own ? &own_ : &scratch_.band;
  read(in);
  resampled(block, out);
}

// Whether the box, extended to whole rows and tiles, is small enough to reuse; extends it if so.
bool InputOnGrid::keepsBand(Box& in) const {
  if (!rowAfterRow_ || 4 * uint64_t{in.width()} < 3 * uint64_t{image_.width}) return false;
  const uint32_t tile = image_.tiles ? image_.tiles->tileHeight : 1;
  const uint64_t rows = (uint64_t{in.y1} + tile - 1) / tile * tile;
  const Box whole{0, in.y0, image_.width, static_cast<uint32_t>(std::min<uint64_t>(image_.height, rows))};
  if (areaOf(whole) > kLargestOwnBand) return false;
  in = whole;
  return true;
}

// Makes room for the box in the band and keeps the rows that are in it already. Returns the rest to be read.
Box InputOnGrid::extendBand(const Box& in) {
  Band& band = *band_;
  const Box had = band.box;
  const bool below = band_ == &own_ && had.x0 == in.x0 && had.x1 == in.x1 && had.y0 <= in.y0 &&
                     in.y0 < had.y1 && band.masked == withMask_;
  const size_t from = below ? band.row(in.y0) : 0, to = below ? band.row(had.y1) : 0;
  band.box = {in.x0, in.y0, in.x1, below ? std::max(in.y1, had.y1) : in.y1};
  band.stride = in.width() % kCacheConflict ? in.width() : in.width() + kPadding;
  band.masked = withMask_;
  const size_t pixels = band.stride * band.box.height();
  // Twice the memory, so that reused rows are moved only now and then.
  const bool stays = below && from + pixels <= band.values.room();
  band.first = stays ? from : 0;
  if (!stays) {
    const size_t room = band_ == &own_ ? std::max(2 * pixels, band.values.room()) : pixels;
    band.values.move(from, to, room);
    if (noise_ || input_.shift) band.variances.move(from, to, room);
    if (withMask_) band.bits.move(from, to, room);
  }
  return {in.x0, below ? std::min(had.y1, in.y1) : in.y0, in.x1, in.y1};
}

void InputOnGrid::read(const Box& in) {
  const Box rest = extendBand(in);
  // Uncompressed pixels some rows at a time, which stay in the cache until they are converted.
  const uint32_t step = image_.tiles ? UINT32_MAX : kReadRows;
  MissingBytes missing;
  for (uint32_t y = rest.y0; y < rest.y1; y += std::min(step, rest.y1 - y))
    missing.attempt([&] { readRows({rest.x0, y, rest.x1, y + std::min(step, rest.y1 - y)}); });
  missing.check();
}

void InputOnGrid::readRows(const Box& rest) {
  const Layout& layout = *input_.layout;
  const size_t width = rest.width();
  MissingBytes missing;
  const auto floats = [&](const Plane& plane, double offset, const PixelBuffer<float>& to, const auto& then) {
    const PixelConverter convert(layout, plane, -32, input_.scale, offset, {});
    reader_.rows(plane, rest, [&](uint32_t y, const std::byte* row) {
      float* const at = to.data() + band_->row(y);
      if (row)
        convert.floats(row, width, at);
      else
        std::fill_n(at, width, kNan);
      then(at, band_->row(y));
    });
  };
  missing.attempt(
      [&] { floats(image_, input_.shift ? input_.offset : 0, band_->values, [](float*, size_t) {}); });
  if (mask_) missing.attempt([&] { readMask(rest); });
  for (uint32_t y = rest.y0; y < rest.y1; ++y) {
    if (!noise_ && input_.shift) std::fill_n(band_->variances.data() + band_->row(y), width, kNan);
    if (!mask_ && withMask_) std::fill_n(band_->bits.data() + band_->row(y), width, 0);
  }
  if (!noise_) return missing.check();
  const bool weights = noise_->kind == PlaneKind::weight;
  missing.attempt([&] {
    floats(*noise_, 0, band_->variances,
           [&](float* noise, size_t at) { dropUndefined(noise, band_->values.data() + at, width, weights); });
  });
  missing.check();
}

// Where the mask cannot be read the image counts as good and the mask has NO_DATA.
void InputOnGrid::readMask(const Box& in) {
  const size_t width = in.width();
  const auto dictionary = maskDictionary(*input_.layout);
  const uint64_t missing = maskBitsOf(dictionary, kMissing),
                 missingUnless = maskBitsOf(dictionary, kMissingUnlessInterpolated);
  const uint64_t interpolated = maskBitsOf(dictionary, kInterpolated),
                 noData = maskBit(strip_.maskNames, "NO_DATA");
  const PixelConverter stored(*input_.layout, *mask_, 64, 1, 0, {});
  const MaskMap moved(dictionary, strip_.maskNames);
  reader_.rows(*mask_, in, [&](uint32_t y, const std::byte* row) {
    float* const values = band_->values.data() + band_->row(y);
    uint64_t* const bits = withMask_ ? band_->bits.data() + band_->row(y) : nullptr;
    for (size_t x = 0; x < width; ++x) {
      const uint64_t here = row ? stored.bitsAt(row, x) : 0;
      if ((here & missing) || ((here & missingUnless) && !(here & interpolated))) values[x] = kNan;
      if (bits) bits[x] = row ? moved(here) : noData;
    }
  });
}

void InputOnGrid::shifted(const Box& in, GridPixels& out) const {
  for (uint32_t y = in.y0; y < in.y1; ++y) {
    const size_t from = band_->row(y);
    const auto to = static_cast<std::ptrdiff_t>((y + (*input_.shift)[1] - out.box.y0) * out.box.width() +
                                                (in.x0 + (*input_.shift)[0] - out.box.x0));
    std::copy_n(band_->values.data() + from, in.width(), out.image.begin() + to);
    std::copy_n(band_->variances.data() + from, in.width(), out.variance.begin() + to);
    if (withMask_) std::copy_n(band_->bits.data() + from, in.width(), out.mask.begin() + to);
  }
}

// Masks of more than 32 bits are resampled as two halves.
void InputOnGrid::resampled(const Box& block, GridPixels& out) {
  const Band& band = *band_;
  const size_t stride = out.box.width();
  const size_t at = size_t{block.y0 - out.box.y0} * stride + (block.x0 - out.box.x0);
  InputPlanes in{band.box, band.values.data() + band.first, nullptr, nullptr, band.stride};
  if (withVariance_) in.variance = band.variances.data() + band.first;
  OutputPlanes to{block, stride, out.image.data() + at, out.variance.data() + at, nullptr};
  ResampleOptions options;
  options.flux = strip_.resampling.flux;
  if (!withMask_) {
    resample(*map_, kernel_, in, to, options);
    return addOffset(block, out);
  }
  std::vector<int32_t>&half = scratch_.half, &found = scratch_.found;
  half.resize(band.stride * band.box.height());
  found.resize(stride * block.height());
  in.mask = half.data();
  to.mask = found.data();
  const uint64_t noData = maskBit(strip_.maskNames, "NO_DATA");
  const auto part = [](uint64_t bits, int shift) {
    return static_cast<int32_t>(static_cast<uint32_t>(bits >> shift));
  };
  for (int shift = 0; shift < (strip_.maskNames.size() > 31 ? 64 : 32); shift += 32) {
    const uint64_t* const bits = band.bits.data() + band.first;
    for (size_t k = 0; k < half.size();) {
      map_->poll();
      for (const size_t end = std::min(half.size(), k + band.stride); k < end; ++k)
        half[k] = part(bits[k], shift);
    }
    options.noDataBits = part(noData, shift);
    resample(*map_, kernel_, in, to, options);
    for (uint32_t y = 0; y < block.height(); ++y) {
      uint64_t* const row = out.mask.data() + at + y * stride;
      const int32_t* const from = found.data() + y * stride;
      for (uint32_t x = 0; x < block.width(); ++x)
        row[x] = (shift ? row[x] : 0) | uint64_t{static_cast<uint32_t>(from[x])} << shift;
    }
  }
  addOffset(block, out);
}

// It is in units of the mosaic's pixels.
void InputOnGrid::addOffset(const Box& block, GridPixels& out) const {
  if (input_.offset == 0) return;
  for (uint32_t y = block.y0; y < block.y1; ++y) {
    float* const row = out.image.data() + size_t{y - out.box.y0} * out.box.width() + (block.x0 - out.box.x0);
    for (uint32_t x = 0; x < block.width(); ++x) row[x] = static_cast<float>(row[x] + input_.offset);
  }
}

}  // namespace vignet
