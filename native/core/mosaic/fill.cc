#include <algorithm>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/bytes/missing_bytes.h"
#include "core/fits/write.h"
#include "core/mosaic/combined_fill.h"
#include "core/mosaic/mosaic.h"
#include "core/mosaic/row_filler.h"

namespace vignet {
namespace {

// The cursor is where the next group of rows begins, and in it how many inputs have been placed. An input
// that a yield interrupts is placed again.
uint64_t fillOwned(const MosaicStrip& strip, const MosaicPart& part, std::span<std::byte> out,
                   uint64_t cursor, const Control& control, std::vector<MosaicFailure>& failures,
                   Checksum& sum) {
  const uint64_t rowBytes = rowBytesOf(strip, part);
  const Control inner = control.interrupting();
  const uint32_t rows = strip.y1 - strip.y0;
  auto row = static_cast<uint32_t>(cursor / rowBytes);
  auto next = static_cast<size_t>(cursor % rowBytes);
  const size_t inputs = part.plane == PlaneKind::owner ? 0 : strip.inputs.size();
  MissingBytes missing;
  // Where to go on, and the failures up to there: what comes after bytes that are missing is done again.
  uint64_t done = cursor;
  size_t reported = failures.size();
  const auto reached = [&](uint64_t place) {
    if (!missing.any()) done = place, reported = failures.size();
  };
  const auto fill = [&] {
    RowFiller filler(strip, {&part, 1}, inner, {&failures, 1});
    const uint32_t step = filler.step(rows);
    for (; row < rows && !missing.enough(); row += std::min(step, rows - row), next = 0) {
      inner.poll();
      const uint32_t end = row + std::min(step, rows - row);
      const std::span<std::byte> group = out.subspan(row * rowBytes, (end - row) * rowBytes);
      std::byte* const to = group.data();
      filler.start(strip.y0 + row, strip.y0 + end, {&to, 1});
      for (; next < inputs; ++next) {
        missing.attempt([&] { filler.place(next); });
        if (inputs < rowBytes && next + 1 < inputs) {
          reached(row * rowBytes + next + 1);
          inner.poll();
        }
      }
      if (!missing.any()) sum.add(group);
      reached(end * rowBytes);
    }
  };
  try {
    fill();
  } catch (const Yielded&) {
    // What was reached is where to go on.
  }
  failures.resize(reported);
  return done;
}

}  // namespace

uint64_t fillMosaic(const MosaicStrip& strip, const MosaicPart& part, std::span<std::byte> out,
                    uint64_t cursor, const Control& control, MosaicOutcome& outcome) {
  outcome.sum = 0;
  const uint64_t rowBytes = rowBytesOf(strip, part);
  if (out.size() != rowBytes * (strip.y1 - strip.y0))
    throw Error(
        Kind::fatal, "BAD_WINDOW",
        expectedFor(std::to_string(strip.y1 - strip.y0) + " rows of " + std::to_string(rowBytes) + " bytes",
                    "the window", std::to_string(out.size()) + " bytes"));
  if (cursor > out.size())
    throw Error(Kind::fatal, "BAD_WINDOW",
                expectedFor("at most " + std::to_string(out.size()), "the cursor", cursor));
  if (cursor == out.size()) return cursor;
  Checksum sum;
  if (std::holds_alternative<CombinedAssignment>(strip.assignment)) {
    cursor = fillCombined(strip, part, out, cursor, control, outcome.failures);
    if (cursor == out.size()) sum.add(out);
  } else {
    cursor = fillOwned(strip, part, out, cursor, control, outcome.failures, sum);
  }
  outcome.sum = sum.value();
  return cursor;
}

}  // namespace vignet
