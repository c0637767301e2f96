#include "core/stack/fill.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/base/words.h"
#include "core/bytes/missing_bytes.h"
#include "core/fits/image_wcs.h"
#include "core/fits/mask_map.h"
#include "core/stack/locate.h"
#include "core/stack/stamp.h"

namespace vignet {
namespace {

constexpr uint64_t kMost = uint64_t{1} << 60;

[[noreturn]] void refuse(const std::string& detail) { throw Error(Kind::usage, "BAD_STAMP", detail); }

uint64_t partBytes(const StackTask& task, const StampPart& part) {
  const uint64_t pixels = uint64_t{task.size} * task.size;
  switch (part.kind) {
    case StampPart::Kind::text:
      return part.bytes.size();
    case StampPart::Kind::zeros:
      return std::min(part.zeros, kMost);
    case StampPart::Kind::record:
      return kRecordBytes;
    case StampPart::Kind::mask:
      return pixels * (task.maskBits / 8);
    case StampPart::Kind::quality:
      return 4;
    default:
      return pixels * 4;
  }
}

void check(const StackTask& task, std::span<const std::byte> out) {
  stampFrame(0, 0, task.size);
  if (task.maskBits != 32 && task.maskBits != 64)
    refuse(expectedFor("32 or 64", "the bits of masks", task.maskBits));
  if (task.maskNames.size() >= task.maskBits)
    refuse(expectedFor("at most " + std::to_string(task.maskBits - 1), "the names of mask planes",
                       task.maskNames.size()));
  for (const StackJob& job : task.jobs) {
    stampFrame(job.x, job.y, task.size);
    const uint64_t bytes = stampBytes(task, job);
    if (job.at > out.size() || bytes > out.size() - job.at)
      refuse(expectedFor("bytes within the answer of " + std::to_string(out.size()), "a stamp",
                         std::to_string(bytes) + " from " + std::to_string(job.at) + " on"));
  }
}

StampSelection selectionOf(const StackTask& task, const StackJob& job) {
  const auto has = [&](StampPart::Kind kind) {
    return std::any_of(job.parts.begin(), job.parts.end(),
                       [&](const StampPart& p) { return p.kind == kind; });
  };
  using Kind = StampPart::Kind;
  const bool quality = has(Kind::quality);
  return {task.grid || quality || has(Kind::image) || has(Kind::record), quality || has(Kind::mask),
          quality || has(Kind::variance) || has(Kind::error), job.inverseVariance};
}

// Errors of a file fail its job only; faults of ours, cancellation and deadlines fail the call.
bool failsJob(const Error& error) {
  return error.kind() != Kind::fatal && error.code() != "CANCELLED" && error.code() != "DEADLINE";
}

class Filler {
 public:
  Filler(const StackTask& task, const OpenStamp& open, std::span<std::byte> out, const Control& control)
      : task_(task), open_(open), out_(out), control_(control) {
    const auto found = std::find_if(task.maskNames.begin(), task.maskNames.end(),
                                    [](const std::string& name) { return name == "NO_DATA"; });
    if (found != task.maskNames.end()) noData_ = uint64_t{1} << (found - task.maskNames.begin());
  }

  void run(size_t number, std::vector<StackFailure>& failures) {
    const StackJob& job = task_.jobs[number];
    const StampSelection selection = selectionOf(task_, job);
    frame_ = task_.grid ? StampFrame{0, 0, task_.size} : stampFrame(job.x, job.y, task_.size);
    failed_ = false;
    try {
      read(number, job, selection);
    } catch (const NeedRanges&) {
      throw;
    } catch (const Error& error) {
      if (!failsJob(error)) throw;
      failures.push_back({number, error.code(), error.what()});
      planes_.clear(frame_);
      failed_ = true;
    }
    write(job);
  }

 private:
  void read(size_t number, const StackJob& job, const StampSelection& selection) {
    const Layout layout = decodeLayout(job.layout, CardsOf::none);
    requireFlat(layout);
    if (task_.grid) return resample(number, job, selection, layout);
    const Plane& image = layout.planes.front();
    part_ = touched(frame_, image.width, image.height);
    StampFiles files;
    if (part_) files = open_(number, layout, filesOf(layout, selection));
    reader_.read(layout, files.readers, files.seek, frame_, selection, job.scale, control_, planes_);
  }

  void resample(size_t number, const StackJob& job, const StampSelection& selection, const Layout& layout) {
    GridStamp stamp(layout, *task_.grid, job.lon, job.lat, task_.size, control_);
    const std::optional<StampFrame> source = stamp.sourceFrame();
    if (!source) return planes_.clear(frame_);
    const StampFiles files = open_(number, layout, filesOf(layout, selection));
    reader_.read(layout, files.readers, files.seek, *source, selection, job.scale, control_, native_);
    stamp.resample(native_, planes_);
  }

  void write(const StackJob& job) {
    uint64_t at = job.at;
    for (const StampPart& part : job.parts) {
      const auto to = out_.subspan(at, partBytes(task_, part));
      at += to.size();
      switch (part.kind) {
        case StampPart::Kind::text:
          if (!to.empty()) std::memcpy(to.data(), part.bytes.data(), to.size());
          break;
        case StampPart::Kind::zeros:
          if (!to.empty()) std::memset(to.data(), 0, to.size());
          break;
        case StampPart::Kind::record:
          storeRecord(failed_ ? failedRecord() : measure(job), to);
          break;
        case StampPart::Kind::image:
          floats(planes_.image, to);
          break;
        case StampPart::Kind::variance:
          floats(planes_.variance, to);
          break;
        case StampPart::Kind::error: {
          std::vector<float> sigma = planes_.variance;
          for (float& value : sigma) value = std::sqrt(value);
          floats(sigma, to);
          break;
        }
        case StampPart::Kind::quality:
          storeBe(to.data(), targetPixelQuality(failed_ ? failedRecord() : measure(job)));
          break;
        case StampPart::Kind::mask:
          if (task_.maskBits == 32)
            mask<uint32_t>(to);
          else
            mask<uint64_t>(to);
      }
    }
  }

  StampRecord measure(const StackJob& job) const {
    const StampPixels pixels{task_.size, planes_.image, planes_.variance, planes_.mask, planes_.edge};
    const auto middle = task_.size / 2;
    const double x = task_.grid ? middle : job.x - static_cast<double>(frame_.x0);
    const double y = task_.grid ? middle : job.y - static_cast<double>(frame_.y0);
    return measureStamp(pixels, maskRoles(planes_.dictionary), x, y, job.psf, job.nanojansky);
  }

  // Absent pixels are NaN.
  static void floats(std::span<const float> from, std::span<std::byte> to) {
    if (!from.empty()) return swapWords(from.data(), to.size() / 4, to.data());
    for (size_t at = 0; at < to.size(); at += 4) storeBe(to.data() + at, 0x7fc00000u);
  }

  template <typename U>
  void mask(std::span<std::byte> to) const {
    const size_t pixels = to.size() / sizeof(U);
    if (planes_.mask.empty()) {
      for (size_t k = 0; k < pixels; ++k) storeBe(to.data() + sizeof(U) * k, U{0});
    } else {
      const MaskMap map(planes_.dictionary, task_.maskNames);
      uint64_t before = 0, mapped = 0;
      for (size_t k = 0; k < pixels; ++k) {
        if (planes_.mask[k] != before) {
          before = planes_.mask[k];
          mapped = map(before);
        }
        storeBe(to.data() + sizeof(U) * k, static_cast<U>(mapped));
      }
    }
    if (task_.grid) return undefined<U>(to);
    if (failed_ || planes_.edge) outside<U>(to);
  }

  // NO_DATA on every pixel without a value.
  template <typename U>
  void undefined(std::span<std::byte> to) const {
    for (size_t k = 0; k < planes_.image.size(); ++k)
      if (!std::isfinite(planes_.image[k])) storeBe(to.data() + sizeof(U) * k, static_cast<U>(noData_));
  }

  // NO_DATA on every pixel that is not in the image; of a failed job on all.
  template <typename U>
  void outside(std::span<std::byte> to) const {
    size_t k = 0;
    for (int64_t y = frame_.y0; y < frame_.y0 + frame_.size; ++y) {
      for (int64_t x = frame_.x0; x < frame_.x0 + frame_.size; ++x, ++k) {
        const bool in =
            !failed_ && part_ && x >= part_->x0 && x < part_->x1 && y >= part_->y0 && y < part_->y1;
        if (!in) storeBe(to.data() + sizeof(U) * k, static_cast<U>(noData_));
      }
    }
  }

  const StackTask& task_;
  const OpenStamp& open_;
  std::span<std::byte> out_;
  const Control& control_;
  uint64_t noData_ = 0;
  StampFrame frame_;
  std::optional<Box> part_;
  bool failed_ = false;
  StampReader reader_;
  StampPlanes planes_, native_;
};

}  // namespace

uint64_t stampBytes(const StackTask& task, const StackJob& job) {
  uint64_t bytes = 0;
  for (const StampPart& part : job.parts) {
    bytes += partBytes(task, part);
    if (bytes >= kMost) refuse("expected less than 2^60 bytes for the parts of a stamp, received more");
  }
  return bytes;
}

size_t fillStack(const StackTask& task, const OpenStamp& open, std::span<std::byte> out, size_t cursor,
                 const Control& control, std::vector<StackFailure>& failures) {
  check(task, out);
  if (cursor > task.jobs.size())
    refuse(expectedFor("at most " + std::to_string(task.jobs.size()), "the cursor", cursor));
  Filler filler(task, open, out, control);
  MissingBytes missing;
  size_t job = cursor, done = cursor, reported = failures.size();
  // The first job of a call is always done, so that every call makes progress.
  for (; job < task.jobs.size() && !missing.enough(); ++job) {
    if (control.poll() == Control::Signal::yield && job > cursor) break;
    missing.attempt([&] { filler.run(job, failures); });
    // Jobs behind one whose bytes are missing are done again.
    if (!missing.any()) done = job + 1, reported = failures.size();
  }
  failures.resize(reported);
  return done;
}

}  // namespace vignet
