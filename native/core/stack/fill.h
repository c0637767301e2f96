// Writes the stamps of a stack into their places in an answer.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/control.h"
#include "core/fits/layout.h"
#include "core/stack/common_grid.h"
#include "core/stack/record.h"

namespace vignet {

class SeekTable;

struct StampPart {
  enum class Kind {
    text,      // `bytes`
    zeros,     // so many
    record,    // kRecordBytes (record.h)
    image,     // size x size float32, big-endian; NaN outside the image. Doubles are rounded.
    mask,      // size x size integers of StackTask::maskBits; bits moved by name; outside the image NO_DATA
    variance,  // as image; NaN where the dataset has none; on a common grid also from an inverse variance
    error,     // as image: the square root of the variance
    quality,   // int32: targetPixelQuality (record.h) of what is measured
  };
  Kind kind = Kind::text;
  std::span<const std::byte> bytes;
  uint64_t zeros = 0;
};

struct StackJob {
  std::span<const std::byte> layout;  // as encodeLayout gives it
  double x = 0, y = 0;                // of the position, 0-based pixels of the image (StampPlace)
  double lon = 0, lat = 0;            // of the position, ICRS degrees; looked at where there is a common grid
  double scale = 1;                   // multiplies the image; the variance by its square
  std::optional<StampPsf> psf;
  bool inverseVariance = false;      // what the weight plane is, if there is one
  std::optional<double> nanojansky;  // of one unit of the image as it is written
  uint64_t at = 0;                   // where the first part goes; the others follow
  std::vector<StampPart> parts;
};

struct StackTask {
  uint32_t size = 0;
  std::vector<std::string> maskNames;  // index = bit of the answer's dictionary, at most maskBits - 1
  uint32_t maskBits = 32;              // or 64
  std::optional<CommonGrid> grid;      // absent: pixels as they are in the images
  std::vector<StackJob> jobs;
};

struct StackFailure {
  size_t job;
  std::string code, reason;
};

// The open files of one job, `readers` one per Layout::files.
struct StampFiles {
  std::vector<Reader*> readers;
  SeekTable* seek = nullptr;
};
// Opens the files of a job that are `needed`; they stay open until the next call. May throw Error, which
// fails the job.
using OpenStamp =
    std::function<StampFiles(size_t job, const Layout& layout, const std::vector<bool>& needed)>;

// Bytes of a job's parts together. Throws Error{usage, BAD_STAMP} for sums beyond 2^60.
uint64_t stampBytes(const StackTask& task, const StackJob& job);

// Fills jobs from `cursor` on and returns how many are done: fewer than there are only after a yield, which
// is looked for between jobs, or before the first job whose bytes are missing (missing_bytes.h); cancellation
// also within. The record is measured on the image and on those other planes that are among the job's parts,
// quality on all. On a common grid NO_DATA is where the image is NaN, and a plane is read together with the
// image. A job whose data cannot be read has undefined pixels and a record with FAILED, and is added to
// `failures`; other errors (cancellation, deadline, faults of Vignet) are thrown. Error{usage, BAD_STAMP}
// when a job leaves `out`.
size_t fillStack(const StackTask& task, const OpenStamp& open, std::span<std::byte> out, size_t cursor,
                 const Control& control, std::vector<StackFailure>& failures);

}  // namespace vignet
