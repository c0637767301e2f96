#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/bytes/missing_bytes.h"
#include "core/cutout/answer.h"
#include "core/fits/write.h"
#include "core/pixels/read_pixels.h"
#include "core/pixels/tiling.h"

namespace vignet {
namespace {

// Work between two polls of the control word: about a millisecond of the slowest codec, or of copying.
constexpr uint64_t kPollPixels = 1u << 16;
constexpr uint64_t kPollPlainPixels = 1u << 18;
constexpr uint64_t kPollBytes = 1u << 20;

// Repeats the bytes of a pixel; `phase` bytes went before.
void fillEmptyPixels(std::span<std::byte> out, const std::string& pixel, uint64_t phase) {
  for (std::size_t i = 0; i < std::min(out.size(), pixel.size()); ++i)
    out[i] = static_cast<std::byte>(pixel[(phase + i) % pixel.size()]);
  for (std::size_t done = pixel.size(); done < out.size(); done *= 2)
    std::memcpy(out.data() + done, out.data(), std::min(done, out.size() - done));
}

class Filler {
 public:
  Filler(const Answer& answer, std::span<Reader* const> readers, uint64_t begin, std::span<std::byte> out,
         uint64_t cursor, const Control& control, SeekTable* seek)
      : layout_(*answer.layout),
        answer_(answer),
        readers_(readers),
        begin_(begin),
        out_(out),
        done_(cursor),
        complete_(cursor),
        control_(control),
        seek_(seek) {}

  // Until all is done, or a yield. Steps whose bytes are missing are left out.
  void run() {
    auto part = std::partition_point(answer_.parts.begin(), answer_.parts.end(),
                                     [&](const AnswerPart& p) { return p.end() <= position(); });
    for (; done_ < out_.size(); ++part) {
      while (done_ < out_.size() && position() < part->end()) {
        if (control_.poll() == Control::Signal::yield || missing_.enough()) return;
        missing_.attempt([&] { step(*part); });
        done_ += step_;
        if (!missing_.any()) complete_ = done_;
      }
    }
  }

  // Everything before this has been written.
  uint64_t done() const { return complete_; }

 private:
  uint64_t position() const { return begin_ + done_; }

  // Writes `step_` bytes of a part at the position: at most what is left of the part and of the window.
  void step(const AnswerPart& part) {
    const uint64_t inPart = position() - part.begin;
    const uint64_t left = std::min<uint64_t>(part.size - inPart, out_.size() - done_);
    if (part.kind == AnswerPart::Kind::pixels) return pixels(part, inPart, left);
    if (part.kind == AnswerPart::Kind::index) return index(part, inPart, left);
    step_ = std::min(left, kPollBytes);
    const auto target = out_.subspan(done_, step_);
    switch (part.kind) {
      case AnswerPart::Kind::text:
        std::memcpy(target.data(), part.text.data() + inPart, target.size());
        break;
      case AnswerPart::Kind::copy:
        reader(layout_.planes[0].file).read(part.source + inPart, target);
        break;
      default:
        std::memset(target.data(), 0, target.size());
    }
  }

  void pixels(const AnswerPart& part, uint64_t inPart, uint64_t left) {
    const uint64_t size = part.size / part.slices.count(), number = inPart / size;
    inPart %= size;
    left = std::min(left, size - inPart);
    if (hasDeepTiles(*part.plane) && boxBytes(part) <= kMostTogether) {
      step_ = left;
      const auto slice = together(part, number);
      return copySlice(part, slice, inPart, out_.subspan(done_, left));
    }
    slicePixels(part, size, part.slices.at(number), inPart, left);
  }

  // Of one slice, which takes `size` bytes of the answer.
  void slicePixels(const AnswerPart& part, uint64_t size, const Slice& slice, uint64_t inPart,
                   uint64_t left) {
    const Plane& plane = *part.plane;
    const WideBox& window = answer_.window;
    const Box& box = answer_.box;
    const uint64_t row = size / window.height(), skipped = inPart % row;
    const int64_t first = window.y0 + static_cast<int64_t>(inPart / row);
    const int64_t last = window.y0 + static_cast<int64_t>((inPart + left + row - 1) / row);
    if (first < box.y0 || first >= box.y1) {
      const uint64_t above = first < box.y0 ? static_cast<uint64_t>(box.y0 - first) * row - skipped : left;
      step_ = std::min({left, above, kPollBytes});
      return fillEmptyPixels(out_.subspan(done_, step_), part.text, inPart);
    }
    const uint32_t end = groupEnd(tilingOf(plane, box), static_cast<uint32_t>(first),
                                  static_cast<uint32_t>(std::min<int64_t>(last, box.y1)),
                                  plane.tiles ? kPollPixels : kPollPlainPixels);
    const Box rows{box.x0, static_cast<uint32_t>(first), box.x1, end};
    const uint64_t bytes = uint64_t{rows.height()} * row;
    step_ = std::min(bytes - skipped, left);
    const auto target = out_.subspan(done_, step_);
    if (step_ == bytes) {
      readRows(part, slice, rows, target, row);
    } else {
      // The window begins or ends inside a row.
      std::vector<std::byte> whole(bytes);
      readRows(part, slice, rows, whole, row);
      std::memcpy(target.data(), whole.data() + skipped, step_);
    }
  }

  // Rows of the answer, with empty pixels on both sides of what the image has.
  void readRows(const AnswerPart& part, const Slice& slice, const Box& rows, std::span<std::byte> out,
                uint64_t row) {
    const Plane& plane = *part.plane;
    const uint64_t pixel = row / answer_.window.width();
    const uint64_t before = static_cast<uint64_t>(rows.x0 - answer_.window.x0) * pixel;
    const uint64_t read = rows.width() * pixel;
    if (read < row) {
      fillEmptyPixels(out, part.text, 0);
      out = out.subspan(before, out.size() - row + read);
    }
    readPixels(reader(plane.file), layout_, plane, rows, out, control_, seek_, row, slice);
  }

  uint64_t boxBytes(const AnswerPart& part) const {
    return uint64_t{answer_.box.width()} * answer_.box.height() * part.plane->pixelBytes();
  }

  // The box of a slice whose tiles have several: read with those that follow in the same tiles, and kept for
  // them.
  std::span<const std::byte> together(const AnswerPart& part, uint64_t number) {
    const uint64_t size = boxBytes(part);
    if (part.plane != held_.plane || number < held_.first || number >= held_.first + held_.slices.size()) {
      held_.plane = nullptr;
      held_.slices.clear();
      const uint64_t end = endTogether(part, answer_.box, number);
      for (uint64_t i = number; i < end; ++i) held_.slices.push_back(part.slices.at(i));
      held_.pixels.resize(size * held_.slices.size());
      readSlices(reader(part.plane->file), layout_, *part.plane, answer_.box, held_.slices, held_.pixels,
                 control_);
      held_.plane = part.plane;
      held_.first = number;
    }
    return std::span(held_.pixels).subspan((number - held_.first) * size, size);
  }

  // A slice of the window from byte `at` on, with empty pixels around what the image has.
  void copySlice(const AnswerPart& part, std::span<const std::byte> slice, uint64_t at,
                 std::span<std::byte> out) const {
    const WideBox& window = answer_.window;
    const Box& box = answer_.box;
    const uint64_t pixel = part.plane->pixelBytes(), row = window.width() * pixel, line = box.width() * pixel;
    const uint64_t left = static_cast<uint64_t>(box.x0 - window.x0) * pixel, end = at + out.size();
    if (WideBox(box) != window) fillEmptyPixels(out, part.text, at);
    for (uint32_t y = 0; y < box.height(); ++y) {
      const uint64_t start = (y + static_cast<uint64_t>(box.y0 - window.y0)) * row + left;
      const uint64_t from = std::max(start, at), to = std::min(start + line, end);
      if (from < to) std::memcpy(&out[from - at], &slice[y * line + from - start], to - from);
    }
  }

  void index(const AnswerPart& part, uint64_t inPart, uint64_t left) {
    step_ = left;
    std::vector<std::byte> hdu(part.size);
    reader(layout_.planes[0].file).read(part.source, hdu);
    rewriteIndex(hdu, answer_.moved);
    std::memcpy(out_.data() + done_, hdu.data() + inPart, left);
  }

  Reader& reader(uint16_t file) const {
    if (file >= readers_.size() || readers_[file] == nullptr) {
      throw Error(Kind::fatal, "NO_READER",
                  "expected file " + std::to_string(file) + " of the dataset to be open; report this");
    }
    return *readers_[file];
  }

  const Layout& layout_;
  const Answer& answer_;
  std::span<Reader* const> readers_;
  uint64_t begin_;
  std::span<std::byte> out_;
  uint64_t done_, step_ = 0;
  uint64_t complete_;  // where bytes were missing first
  MissingBytes missing_;
  struct {
    const Plane* plane = nullptr;
    uint64_t first = 0;
    std::vector<Slice> slices;
    std::vector<std::byte> pixels;
  } held_;
  const Control& control_;
  SeekTable* seek_;
};

}  // namespace

uint64_t fillCutout(const Answer& answer, std::span<Reader* const> readers, uint64_t begin,
                    std::span<std::byte> out, uint64_t cursor, const Control& control, SeekTable* seek) {
  if (begin > answer.size || out.size() > answer.size - begin || cursor > out.size()) {
    throw Error(Kind::fatal, "BAD_WINDOW",
                expectedFor("bytes of an answer of " + std::to_string(answer.size), "the window",
                            std::to_string(begin) + " to " + std::to_string(begin + out.size()) + " from " +
                                std::to_string(cursor) + " on"));
  }
  if (answer.checksums && out.size() != answer.size) {
    throw Error(Kind::fatal, "BAD_WINDOW",
                expectedFor("all " + std::to_string(answer.size) + " bytes of an answer with checksums",
                            "the window", out.size()));
  }
  if (cursor == out.size()) return cursor;
  Filler filler(answer, readers, begin, out, cursor, control, seek);
  filler.run();
  if (filler.done() < out.size()) return filler.done();
  for (const SummedHdu& hdu : answer.summed)
    writeChecksums(out.subspan(hdu.begin, hdu.end - hdu.begin), hdu.data - hdu.begin);
  return filler.done();
}

}  // namespace vignet
