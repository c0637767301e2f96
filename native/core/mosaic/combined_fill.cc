#include "core/mosaic/combined_fill.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/bytes/missing_bytes.h"
#include "core/mosaic/input_on_grid.h"
#include "core/mosaic/masks.h"
#include "core/mosaic/pixels.h"
#include "core/mosaic/row_group.h"

namespace vignet {
namespace {

// Pixels of all inputs together in memory at once.
constexpr uint32_t kSamples = 4u << 20;
// Blocks are no smaller than this, even to stay below kSamples: the margin that kernels read would dominate.
constexpr uint32_t kLeastSide = 32;

class CombinedFill {
 public:
  CombinedFill(const MosaicStrip& strip, std::span<const MosaicPart> parts, std::span<std::byte* const> out,
               const Control& control, std::vector<MosaicFailure>& failures)
      : strip_(strip),
        how_(std::get<CombinedAssignment>(strip.assignment).how),
        parts_(parts),
        out_(out),
        control_(control),
        failures_(failures),
        masked_(std::any_of(parts.begin(), parts.end(),
                            [](const MosaicPart& part) { return part.plane == PlaneKind::mask; })),
        noData_(maskBit(strip.maskNames, "NO_DATA")),
        clippedBit_(maskBit(strip.maskNames, "CLIPPED")) {
    for (const MosaicStripInput& input : strip.inputs)
      inputs_.push_back(std::make_unique<InputOnGrid>(strip, input, control, failures, scratch_));
    const auto n = static_cast<uint32_t>(std::max<size_t>(1, inputs_.size()));
    const uint32_t width = strip.frame.width, rows = strip.y1 - strip.y0;
    // Nearly square: of an input that is rotated against the grid, the whole bounding box of a block is read.
    const uint32_t pixels = kSamples / n;
    const auto side = std::max(kLeastSide, static_cast<uint32_t>(std::sqrt(pixels)));
    blockRows_ = std::min(rows, side);
    const uint32_t columns = std::clamp(pixels / blockRows_, std::min(width, kLeastSide), width);
    const uint32_t across = (width + columns - 1) / columns;
    blockColumns_ = (width + across - 1) / across;
  }

  // From block `cursor` on; where to go on when it is interrupted, or bytes are missing; absent when all is
  // done.
  std::optional<uint64_t> run(uint64_t cursor) {
    const uint32_t width = strip_.frame.width;
    const uint64_t across = (width + blockColumns_ - 1) / blockColumns_;
    const uint64_t blocks = across * ((strip_.y1 - strip_.y0 + blockRows_ - 1) / blockRows_);
    std::optional<uint64_t> first;
    size_t reported = failures_.size();
    for (; cursor < blocks && !missing_.enough(); ++cursor) {
      const auto x = static_cast<uint32_t>(cursor % across * blockColumns_);
      const auto y = static_cast<uint32_t>(strip_.y0 + cursor / across * blockRows_);
      const Box block{x, y, std::min(width, x + blockColumns_), std::min(strip_.y1, y + blockRows_)};
      try {
        if (!missing_.attempt([&] { fill(block); }) && !first) first = cursor;
      } catch (const Yielded&) {
        if (!first) first = cursor;
        break;
      }
      if (!first) reported = failures_.size();
    }
    // Blocks behind one whose bytes are missing are done again.
    failures_.resize(reported);
    return first;
  }

  const MissingBytes& missing() const { return missing_; }

 private:
  void fill(const Box& block) {
    const uint32_t around = how_ == Combine::clipped ? kRangeReach : 0;
    const MosaicFrame& frame = strip_.frame;
    const Box wide{block.x0 - std::min(block.x0, around), block.y0 - std::min(block.y0, around),
                   std::min(frame.width, block.x1 + around), std::min(frame.height, block.y1 + around)};
    size_t n = 0;
    present_.clear();
    MissingBytes missing;
    for (size_t i = 0; i < inputs_.size() && !missing.enough(); ++i) {
      if (planes_.size() == n) planes_.emplace_back();
      planes_[n].box = wide;
      bool there = false;
      missing.attempt([&] { there = inputs_[i]->load(planes_[n], masked_); });
      if (!there) continue;
      present_.push_back(&strip_.inputs[i]);
      ++n;
      control_.poll();
    }
    missing.check();
    control_.poll();
    const std::vector<float> tolerance = around ? toleranceOf(wide) : std::vector<float>();
    std::vector<float> image(block.width()), variance(block.width());
    std::vector<uint8_t> clipped(block.width());
    for (uint32_t y = block.y0; y < block.y1; ++y) {
      control_.poll();
      const size_t from = size_t{y - wide.y0} * wide.width() + (block.x0 - wide.x0);
      row(from);
      combineRow(how_, row_, block.width(), around ? tolerance.data() + from : nullptr, image.data(),
                 variance.data(), clipped.data());
      for (size_t p = 0; p < parts_.size(); ++p)
        write(p, block.x0, y, from, parts_[p].plane == PlaneKind::image ? image : variance, clipped);
    }
  }

  // The rows of all present inputs from index `from` on.
  void row(size_t from) {
    row_.clear();
    for (size_t i = 0; i < present_.size(); ++i)
      row_.push_back(
          {planes_[i].image.data() + from, planes_[i].variance.data() + from, present_[i]->weight});
  }

  std::vector<float> toleranceOf(const Box& box) {
    std::vector<float> median(size_t{box.width()} * box.height());
    for (uint32_t y = 0; y < box.height(); ++y) {
      control_.poll();
      const size_t from = size_t{y} * box.width();
      row(from);
      medianRow(row_, box.width(), median.data() + from);
    }
    return localRange(median, box.width(), box.height(), control_);
  }

  void write(size_t p, uint32_t x0, uint32_t y, size_t from, const std::vector<float>& values,
             const std::vector<uint8_t>& clipped) {
    const auto& [plane, bitpix] = parts_[p];
    const size_t bytes = bitpix < 0 ? 4 : static_cast<size_t>(bitpix / 8);
    std::byte* to = out_[p] + (size_t{y - strip_.y0} * strip_.frame.width + x0) * bytes;
    for (size_t x = 0; x < values.size(); ++x, to += bytes) {
      if (plane == PlaneKind::owner) {
        storeBe<int32_t>(to, ownerOf(from + x));
      } else if (plane != PlaneKind::mask) {
        storeBe<float>(to, values[x]);
      } else {
        const uint64_t bits = bitsOf(from + x, clipped[x]);
        if (bytes == 8)
          storeBe<uint64_t>(to, bits);
        else
          storeBe<uint32_t>(to, static_cast<uint32_t>(bits));
      }
    }
  }

  bool counts(size_t i, size_t at) const { return std::isfinite(planes_[i].image[at]); }

  int32_t ownerOf(size_t at) const {
    const MosaicStripInput* best = nullptr;
    const bool equal = how_ == Combine::mean || how_ == Combine::median;
    for (size_t i = 0; i < present_.size(); ++i) {
      if (counts(i, at) && (!best || (!equal && present_[i]->weight > best->weight))) best = present_[i];
    }
    return best ? best->number : 0;
  }

  uint64_t bitsOf(size_t at, bool clipped) const {
    uint64_t bits = 0;
    bool any = false;
    for (size_t i = 0; i < present_.size(); ++i) {
      if (!counts(i, at)) continue;
      any = true;
      bits |= planes_[i].mask[at];
    }
    if (!any) return noData_;
    return (bits & ~noData_) | (clipped ? clippedBit_ : 0);
  }

  const MosaicStrip& strip_;
  Combine how_;
  std::span<const MosaicPart> parts_;
  std::span<std::byte* const> out_;
  const Control& control_;
  std::vector<MosaicFailure>& failures_;
  bool masked_;
  uint64_t noData_, clippedBit_;
  uint32_t blockRows_ = 0, blockColumns_ = 0;
  GridScratch scratch_;
  std::vector<std::unique_ptr<InputOnGrid>> inputs_;
  // The inputs with data in the block, in the order of the strip.
  std::vector<const MosaicStripInput*> present_;
  std::vector<GridPixels> planes_;
  std::vector<CombineInput> row_;
  MissingBytes missing_;
};

}  // namespace

uint64_t fillCombined(const MosaicStrip& strip, const MosaicPart& part, std::span<std::byte> out,
                      uint64_t cursor, const Control& control, std::vector<MosaicFailure>& failures) {
  if (part.bitpix == -64 || (part.plane == PlaneKind::owner && part.bitpix != 32) ||
      out.size() != rowBytesOf(strip, part) * (strip.y1 - strip.y0))
    throw Error(Kind::fatal, "BAD_WINDOW",
                expectedFor("rows of the mosaic, in 32-bit pixels or a 64-bit mask", "the window",
                            std::to_string(out.size()) + " bytes of BITPIX " + std::to_string(part.bitpix)));
  std::byte* const room = out.data();
  const Control inner = control.interrupting();
  return CombinedFill(strip, {&part, 1}, {&room, 1}, inner, failures).run(cursor).value_or(out.size());
}

void fillCombined(const MosaicStrip& strip, std::span<const MosaicPart> parts,
                  std::span<std::byte* const> out, const Control& control,
                  std::vector<MosaicFailure>& failures) {
  for (const MosaicPart& part : parts) {
    rowBytesOf(strip, part);
    if (part.bitpix == -64)
      throw Error(Kind::fatal, "BAD_WINDOW", expectedFor("-32, 32 or 64", "BITPIX of a combined plane", -64));
  }
  CombinedFill fill(strip, parts, out, control, failures);
  for (std::optional<uint64_t> at = 0; at;) {
    const uint64_t from = *at;
    at = fill.run(from);
    fill.missing().check();
    control.poll();
  }
}

}  // namespace vignet
