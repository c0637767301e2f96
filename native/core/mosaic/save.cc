#include <algorithm>
#include <memory>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/bytes/missing_bytes.h"
#include "core/fits/write.h"
#include "core/mosaic/combined_fill.h"
#include "core/mosaic/mosaic.h"
#include "core/mosaic/row_filler.h"

namespace vignet {
namespace {

// A group of rows of all planes, and where it goes.
class Group {
 public:
  Group(const MosaicStrip& strip, std::span<const MosaicPart> planes, uint32_t rows)
      : strip_(strip), planes_(planes) {
    for (const MosaicPart& part : planes) {
      rooms_.push_back(std::make_unique_for_overwrite<std::byte[]>(rowBytesOf(strip, part) * rows));
      out_.push_back(rooms_.back().get());
    }
  }
  std::span<std::byte* const> out() const { return out_; }
  std::span<std::byte> bytes(size_t p, uint32_t rows) const {
    return {out_[p], rowBytesOf(strip_, planes_[p]) * rows};
  }
  void put(uint32_t y0, uint32_t y1, const MosaicSink& sink, std::span<Checksum> sums) const {
    for (size_t p = 0; p < planes_.size(); ++p) {
      const std::span<const std::byte> all = bytes(p, y1 - y0);
      sums[p].add(all);
      sink(p, rowBytesOf(strip_, planes_[p]) * y0, all);
    }
  }

 private:
  const MosaicStrip& strip_;
  std::span<const MosaicPart> planes_;
  std::vector<std::unique_ptr<std::byte[]>> rooms_;
  std::vector<std::byte*> out_;
};

}  // namespace

uint32_t saveMosaic(const MosaicStrip& strip, std::span<const MosaicPart> planes, const MosaicSink& sink,
                    uint32_t from, const Control& control, std::span<MosaicOutcome> saved) {
  for (const MosaicPart& part : planes) rowBytesOf(strip, part);
  if (planes.empty() || planes.size() != saved.size() || from < strip.y0 || from > strip.y1)
    throw Error(
        Kind::fatal, "BAD_WINDOW",
        expectedFor(
            "rows " + std::to_string(strip.y0) + " to " + std::to_string(strip.y1) + " of one plane or more",
            "the rows to be written",
            "those from " + std::to_string(from) + " on, of " + std::to_string(planes.size()) + " planes"));
  std::vector<std::vector<MosaicFailure>> failures(planes.size());
  std::vector<Checksum> sums(planes.size());
  const Control inner = control.interrupting();
  std::optional<RowFiller> filler;
  if (!std::holds_alternative<CombinedAssignment>(strip.assignment))
    filler.emplace(strip, planes, inner, failures);
  const uint32_t step = filler ? filler->step(strip.y1 - strip.y0) : strip.y1 - strip.y0;
  const Group group(strip, planes, step);
  MissingBytes missing;
  uint32_t done = from;
  std::vector<size_t> reported(planes.size());
  const auto fill = [&] {
    for (uint32_t y = from, end; y < strip.y1 && !missing.enough(); y = end) {
      end = y + std::min(step, strip.y1 - y);
      if (filler) {
        filler->start(y, end, group.out());
        for (size_t i = 0; i < strip.inputs.size(); ++i) missing.attempt([&] { filler->place(i); });
      } else {
        MosaicStrip rows = strip;
        rows.y0 = y, rows.y1 = end;
        missing.attempt([&] { fillCombined(rows, planes, group.out(), inner, failures[0]); });
      }
      // Rows behind some whose bytes are missing are done again.
      if (!missing.any()) {
        group.put(y, end, sink, sums);
        done = end;
        for (size_t p = 0; p < planes.size(); ++p) reported[p] = failures[p].size();
      }
      inner.poll();
    }
  };
  // Rows that a yield interrupts are done again too.
  try {
    fill();
  } catch (const Yielded&) {
    // `done` is where to go on.
  }
  for (size_t p = 0; p < planes.size(); ++p) {
    failures[p].resize(reported[p]);
    saved[p] = {sums[p].value(), std::move(failures[p])};
  }
  return done;
}

}  // namespace vignet
