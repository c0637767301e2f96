// Stacks in tests: datasets in memory or on disk, and stamps read out of what fillStack writes.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../cutout_support.h"
#include "core/base/bytes.h"
#include "core/simulate/spec.h"
#include "core/stack/fill.h"

namespace vignet::stack_test {

using Part = StampPart::Kind;

inline StampPart part(Part kind) { return {kind, {}, 0}; }

// A task over datasets in memory, all jobs with the same parts, one after the other in the answer.
struct Stack {
  StackTask task;
  std::vector<const test::Dataset*> datasets;
  std::vector<std::shared_ptr<std::vector<std::byte>>> layouts;
  std::vector<StampPart> parts;
  std::vector<std::byte> out;
  std::vector<StackFailure> failures;
  std::function<void(size_t)> opening = [](size_t) {};  // called before a job's files are handed out

  explicit Stack(uint32_t size, std::vector<Part> kinds) {
    task.size = size;
    for (const Part kind : kinds) parts.push_back(part(kind));
  }
  StackJob& add(const test::Dataset& dataset, double x, double y) {
    datasets.push_back(&dataset);
    layouts.push_back(std::make_shared<std::vector<std::byte>>(encodeLayout(dataset.layout)));
    StackJob& job = task.jobs.emplace_back();
    job.layout = *layouts.back();
    job.x = x, job.y = y;
    job.parts = parts;
    job.at = bytes() * (task.jobs.size() - 1);
    return job;
  }
  uint64_t bytes() const {
    StackJob job;
    job.parts = parts;
    return stampBytes(task, job);
  }
  size_t run(size_t cursor = 0, const Control& control = Control()) {
    out.resize(bytes() * task.jobs.size(), std::byte{0xee});
    const OpenStamp open = [&](size_t job, const Layout&, const std::vector<bool>& needed) {
      opening(job);
      StampFiles files{datasets[job]->readers, nullptr};
      for (size_t i = 0; i < needed.size(); ++i)
        if (!needed[i]) files.readers[i] = nullptr;
      return files;
    };
    return fillStack(task, open, out, cursor, control, failures);
  }
  // Of the part at index `which` of a job: a value of type T at byte `at`.
  template <typename T>
  T value(size_t job, size_t which, size_t at) const {
    uint64_t offset = task.jobs[job].at;
    for (size_t i = 0; i < which; ++i) {
      StackJob one;
      one.parts = {parts[i]};
      offset += stampBytes(task, one);
    }
    return loadBe<T>(out.data() + offset + at);
  }
  template <typename T>
  T pixel(size_t job, size_t which, uint32_t x, uint32_t y) const {
    return value<T>(job, which, (size_t{y} * task.size + x) * sizeof(T));
  }
};

// What a record holds.
struct Record {
  float sky, noise, depth5, apFlux, apFluxError, psfFlux, psfFluxError, psfMag, psfMagError;
  int32_t valid;
  uint32_t flags;
  bool has(StampFlag flag) const { return flags & static_cast<uint32_t>(flag); }
};
inline Record recordOf(const Stack& stack, size_t job, size_t which) {
  const auto f = [&](size_t at) { return stack.value<float>(job, which, at); };
  return {f(0),
          f(4),
          f(8),
          f(12),
          f(16),
          f(20),
          f(24),
          f(28),
          f(32),
          stack.value<int32_t>(job, which, 36),
          stack.value<uint32_t>(job, which, 40)};
}

// A simulated visit image of 300 x 240 pixels in afw's or lsst.images' words.
inline simulate::Spec visit(const std::string& path, bool afw = true) {
  simulate::Spec spec;
  spec.path = path;
  spec.width = 300, spec.height = 240;
  spec.psf = {{0.8, 0.2}, {1.5, 2.4}};
  spec.noise = {
      .seed = 7, .unitsPerElectron = 0.5, .sky = 900, .gradient = {0, 0}, .readNoise = 6, .fullWell = 1e5};
  spec.bits.detected = afw ? 5 : 0;
  spec.bits.noData = afw ? 8 : 3;
  spec.bits.sat = afw ? 1 : 7;
  spec.ditherSeed = 4321;
  spec.cards.image = {"EXTNAME = 'IMAGE   '"};
  spec.cards.variance = {"EXTNAME = 'VARIANCE'"};
  if (afw) {
    spec.cards.mask = {"EXTNAME = 'MASK    '", "MP_SAT  =                    1", "HIERARCH MP_DETECTED = 5",
                       "HIERARCH MP_NO_DATA = 8"};
  } else {
    spec.cards.mask = {"EXTNAME = 'MASK    '",           "MSKN0000= 'DETECTED'",
                       "MSKM0000=                    1", "MSKN0003= 'NO_DATA '",
                       "MSKM0003=                    8", "MSKN0007= 'SATURATED'",
                       "MSKM0007=                  128"};
  }
  spec.band = "r";
  spec.physicalFilter = "r_57";
  return spec;
}

}  // namespace vignet::stack_test
