#include "core/stack/cut_stamps.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/bytes/missing_bytes.h"
#include "core/fits/image_wcs.h"
#include "core/fits/mask_map.h"
#include "core/pixels/read_pixels.h"
#include "core/stack/locate.h"

namespace vignet {
namespace {

constexpr uint64_t kBandBytes = 1 << 20;

struct Stamp {
  StampFrame frame;
  Box part;  // of the image; empty if the stamp is outside
  size_t number;
};

class Cutter {
 public:
  Cutter(Reader& reader, const Layout& layout, const Plane& plane, SeekTable* seek, uint32_t size,
         std::span<const StampCentre> centres, std::span<std::byte> out, const Control& control)
      : reader_(reader),
        layout_(layout),
        plane_(plane),
        seek_(seek),
        pixel_(plane.pixelBytes()),
        size_(size),
        out_(out),
        control_(control) {
    tileWidth_ = plane.tiles ? plane.tiles->tileWidth : 1;
    const uint32_t tileHeight = plane.tiles ? plane.tiles->tileHeight : 1;
    const uint64_t rows = kBandBytes / (uint64_t{plane.width} * pixel_) / tileHeight * tileHeight;
    bandRows_ = static_cast<uint32_t>(std::clamp<uint64_t>(rows, tileHeight, plane.height));
    if (bandRows_ < tileHeight) bandRows_ = tileHeight;  // the last row of tiles may be cut
    for (size_t i = 0; i < centres.size(); ++i) {
      const StampFrame frame = stampFrame(centres[i].x, centres[i].y, size);
      stamps_.push_back({frame, touched(frame, plane.width, plane.height).value_or(Box{}), i});
    }
    // By last row; those outside, whose box is empty, come first.
    std::sort(stamps_.begin(), stamps_.end(), [](const Stamp& a, const Stamp& b) {
      return std::pair(a.part.y1, a.number) < std::pair(b.part.y1, b.number);
    });
    outside_ = outsidePixel();
  }

  size_t run(size_t cursor) {
    size_t done = cursor;
    for (size_t i = done; i < stamps_.size(); ++i) prepare(stamps_[i]);
    uint32_t next = 0;  // the first row not yet read
    MissingBytes missing;
    std::optional<size_t> whole;  // the stamps done before bytes were missing first
    while (!missing.enough() && done < stamps_.size()) {
      while (done < stamps_.size() && stamps_[done].part.y1 <= next) ++done;
      if (done == stamps_.size()) break;
      // Every call finishes at least one stamp.
      if (control_.poll() == Control::Signal::yield && done > cursor) break;
      uint32_t first = plane_.height;
      for (size_t i = done; i < stamps_.size(); ++i) first = std::min(first, stamps_[i].part.y0);
      const uint32_t from = std::max(first, next);
      next = std::min(plane_.height, (from / bandRows_ + 1) * bandRows_);
      if (!missing.attempt([&] { band(from, next, done); }) && !whole) whole = done;
    }
    return whole.value_or(done);
  }

 private:
  struct Columns {
    uint32_t x0, x1;
  };

  // Rows [y0, y1), which no band boundary divides, into all stamps that touch them.
  void band(uint32_t y0, uint32_t y1, size_t done) {
    touching_.clear();
    for (size_t i = done; i < stamps_.size(); ++i) {
      const Box& part = stamps_[i].part;
      if (part.y0 < y1 && part.y1 > y0) touching_.push_back(&stamps_[i]);
    }
    std::sort(touching_.begin(), touching_.end(),
              [](const Stamp* a, const Stamp* b) { return a->part.x0 < b->part.x0; });
    MissingBytes missing;
    for (size_t i = 0; i < touching_.size();) {
      // Stamps whose tiles overlap are read together.
      Columns columns{touching_[i]->part.x0, touching_[i]->part.x1};
      uint32_t top = y1, bottom = y0;
      size_t end = i;
      for (; end < touching_.size(); ++end) {
        const Box& part = touching_[end]->part;
        if (part.x0 / tileWidth_ > (columns.x1 - 1) / tileWidth_) break;
        columns.x1 = std::max(columns.x1, part.x1);
        top = std::min(top, std::max(part.y0, y0)), bottom = std::max(bottom, std::min(part.y1, y1));
      }
      const Box box{columns.x0, top, columns.x1, bottom};
      pixels_.resize(size_t{box.width()} * box.height() * pixel_);
      missing.attempt([&] { readPixels(reader_, layout_, plane_, box, pixels_, control_, seek_); });
      for (; i < end; ++i) copy(*touching_[i], box);
    }
    missing.check();
  }

  void copy(const Stamp& stamp, const Box& box) const {
    const Box& part = stamp.part;
    const size_t bytes = part.width() * pixel_, line = box.width() * pixel_;
    for (uint32_t y = std::max(part.y0, box.y0); y < std::min(part.y1, box.y1); ++y) {
      std::memcpy(placeOf(stamp, part.x0, y),
                  pixels_.data() + (y - box.y0) * line + (part.x0 - box.x0) * pixel_, bytes);
    }
  }

  std::byte* placeOf(const Stamp& stamp, int64_t x, int64_t y) const {
    const auto index = static_cast<size_t>((y - stamp.frame.y0) * size_ + (x - stamp.frame.x0));
    return out_.data() + (stamp.number * size_ * size_ + index) * pixel_;
  }

  // Pixels outside the image.
  void prepare(const Stamp& stamp) const {
    if (stamp.part.width() == size_ && stamp.part.height() == size_) return;
    std::byte* to = placeOf(stamp, stamp.frame.x0, stamp.frame.y0);
    for (size_t i = 0; i < size_t{size_} * size_; ++i) std::memcpy(to + i * pixel_, outside_.data(), pixel_);
  }

  std::vector<std::byte> outsidePixel() const {
    std::vector<std::byte> value(8);
    if (plane_.bitpix == -32) storeBe(value.data(), kNan);
    if (plane_.bitpix == -64) storeBe(value.data(), double{kNan});
    if (plane_.kind != PlaneKind::mask) return value;
    const std::string_view name = "NO_DATA";
    const uint64_t bit = maskBitsOf(maskDictionary(layout_), {&name, 1});
    for (size_t i = 0; i < pixel_; ++i) value[i] = static_cast<std::byte>(bit >> (8 * (pixel_ - 1 - i)));
    return value;
  }

  Reader& reader_;
  const Layout& layout_;
  const Plane& plane_;
  SeekTable* seek_;
  size_t pixel_;
  uint32_t size_, tileWidth_, bandRows_;
  std::span<std::byte> out_;
  const Control& control_;
  std::vector<Stamp> stamps_;
  std::vector<const Stamp*> touching_;
  std::vector<std::byte> outside_, pixels_;
};

}  // namespace

size_t cutStamps(Reader& reader, const Layout& layout, const Plane& plane, SeekTable* seek, uint32_t size,
                 std::span<const StampCentre> centres, std::span<std::byte> out, size_t cursor,
                 const Control& control) {
  stampFrame(0, 0, size);
  requireFlat(layout);
  const auto bytes = static_cast<unsigned __int128>(centres.size()) * size * size * plane.pixelBytes();
  if (bytes != out.size())
    throw Error(
        Kind::usage, "BAD_STAMP",
        expectedFor("the bytes of " + std::to_string(centres.size()) + " stamps", "`out`", out.size()));
  if (cursor > centres.size())
    throw Error(Kind::usage, "BAD_STAMP",
                expectedFor("at most " + std::to_string(centres.size()), "the cursor", cursor));
  return Cutter(reader, layout, plane, seek, size, centres, out, control).run(cursor);
}

}  // namespace vignet
