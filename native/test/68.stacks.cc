// A stack's answer: every part in its place, masks of one meaning, failures that stay their own, and calls
// that can be taken up again.
#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <random>

#include "core/fits/mask_map.h"
#include "core/stack/locate.h"
#include "support/seek.h"
#include "support/stack.h"

using namespace vignet;
using namespace vignet::stack_test;

namespace {

struct Folder {
  test::fs::path path = test::fs::temp_directory_path() / ("vignet-stacks-" + std::to_string(::getpid()));
  Folder() { test::fs::create_directories(path); }
  ~Folder() { test::fs::remove_all(path); }
};

test::Dataset made(simulate::Spec spec, uint64_t seed = 7) {
  const Folder folder;
  spec.path = (folder.path / "a.fits").string();
  spec.noise.seed = seed;
  const simulate::Source stars[] = {{150.2, 120.1, 4e6, 0, 0, 0}, {60, 60, 3e4, 0, 0, 0}};
  simulate::simulateImage(spec, stars);
  return test::open(spec.path);
}

test::Dataset broken(const test::Dataset& good, std::vector<std::byte> bytes) {
  test::Dataset out;
  out.add(std::move(bytes));
  out.layout = good.layout;
  return out;
}

const std::vector<std::byte>& bytesOf(const test::Dataset& dataset) {
  return static_cast<const test::MemoryReader*>(dataset.readers[0])->bytes();
}

bool undefined(const Stack& stack, size_t job, uint64_t noData) {
  bool all = true;
  for (uint32_t k = 0; k < stack.task.size * stack.task.size; ++k) {
    all = all && std::isnan(stack.value<float>(job, 1, 4 * k)) &&
          std::isnan(stack.value<float>(job, 3, 4 * k)) && stack.value<uint32_t>(job, 2, 4 * k) == noData;
  }
  return all;
}

}  // namespace

TEST_CASE("stacks: parts follow one another, and nothing else is touched") {
  const test::Dataset dataset = made(visit(""));
  Stack stack(21, {});
  const std::string head = "one", tail = "the end";
  StackJob& job = stack.add(dataset, 150, 120);
  job.parts = {{Part::text, std::as_bytes(std::span(head)), 0},
               part(Part::record),
               part(Part::image),
               {Part::zeros, {}, 5},
               part(Part::variance),
               {Part::text, std::as_bytes(std::span(tail)), 0}};
  job.at = 11;
  const uint64_t bytes = stampBytes(stack.task, job);
  REQUIRE(bytes == 3 + kRecordBytes + 21 * 21 * 4 + 5 + 21 * 21 * 4 + 7);
  stack.out.assign(11 + bytes + 9, std::byte{0xee});
  const OpenStamp open = [&](size_t, const Layout&, const std::vector<bool>&) {
    return StampFiles{dataset.readers, nullptr};
  };
  REQUIRE(fillStack(stack.task, open, stack.out, 0, Control(), stack.failures) == 1);
  const auto text = [&](size_t at, size_t length) {
    return std::string(reinterpret_cast<const char*>(stack.out.data()) + at, length);
  };
  CHECK(text(0, 11) == std::string(11, '\xee'));
  CHECK(text(11, 3) == head);
  CHECK(text(14 + kRecordBytes + 1764, 5) == std::string(5, '\0'));
  CHECK(text(14 + kRecordBytes + 1764 + 5 + 1764, 7) == tail);
  CHECK(text(11 + bytes, 9) == std::string(9, '\xee'));

  for (const size_t short_ : {1u, 9u}) {
    std::vector<std::byte> small(11 + bytes - short_);
    CHECK_THROWS_AS(fillStack(stack.task, open, small, 0, Control(), stack.failures), Error);
  }
  StackTask bad = stack.task;
  bad.jobs[0].at = UINT64_MAX - 3;
  CHECK_THROWS_AS(fillStack(bad, open, stack.out, 0, Control(), stack.failures), Error);
  bad = stack.task;
  bad.jobs[0].parts.push_back({Part::zeros, {}, UINT64_MAX});
  CHECK_THROWS_AS(fillStack(bad, open, stack.out, 0, Control(), stack.failures), Error);
  for (const double nowhere : {static_cast<double>(NAN), 1e300, -1e13}) {
    bad = stack.task;
    bad.jobs[0].x = nowhere;
    CHECK_THROWS_AS(fillStack(bad, open, stack.out, 0, Control(), stack.failures), Error);
  }
  bad = stack.task;
  bad.maskNames.assign(32, "A");
  CHECK_THROWS_AS(fillStack(bad, open, stack.out, 0, Control(), stack.failures), Error);
}

TEST_CASE("stacks: masks of different dictionaries mean the same in every row") {
  simulate::Spec spec = visit("", true), fresh = visit("", false);
  for (auto* s : {&spec, &fresh}) s->defects.noData = {{140, 110, 145, 112}};
  const test::Dataset old = made(spec), now = made(fresh);
  const MaskDictionary expected{{"SATURATED", 1 << 1}, {"DETECTED", 1 << 5}, {"NO_DATA", 1 << 8}};
  REQUIRE(maskDictionary(old.layout) == expected);
  for (const uint32_t bits : {32u, 64u}) {
    Stack stack(51, {Part::record, Part::image, Part::mask});
    stack.task.maskBits = bits;
    // An old name is as good as a new one.
    stack.task.maskNames = {"X", "DETECTED", "SAT", "Y", "NO_DATA", "COSMIC_RAY"};
    stack.add(old, 150.2, 120.1);
    stack.add(now, 150.2, 120.1);
    REQUIRE(stack.run() == 2);
    REQUIRE(stack.failures.empty());
    uint64_t seen = 0;
    bool same = true, right = true;
    test::Fits fits(bytesOf(old));
    fits.move(2);
    std::vector<int> raw(300 * 240);
    int any = 0;
    fits_read_img(fits.file, TINT, 1, 300 * 240, nullptr, raw.data(), &any, &fits.status);
    for (uint32_t y = 0; y < 51; ++y) {
      for (uint32_t x = 0; x < 51; ++x) {
        const auto value = [&](size_t job) {
          return bits == 32 ? stack.pixel<uint32_t>(job, 2, x, y) : stack.pixel<uint64_t>(job, 2, x, y);
        };
        const int in = raw[(120 - 25 + y) * 300 + 150 - 25 + x];
        const uint64_t wanted = (in >> 5 & 1) << 1 | (in >> 1 & 1) << 2 | (in >> 8 & 1) << 4;
        same = same && value(0) == value(1);
        right = right && value(0) == wanted;
        seen |= value(0);
      }
    }
    CHECK(same);
    CHECK(right);
    CHECK(seen == (2u | 4u | 16u));
    for (const size_t job : {0u, 1u}) {
      CHECK(recordOf(stack, job, 0).has(StampFlag::saturated));
      CHECK(recordOf(stack, job, 0).valid == 51 * 51 - 10);
      CHECK(recordOf(stack, job, 0).has(StampFlag::apertureCut) == false);
    }
  }
}

TEST_CASE("stacks: old names give way to new ones, and nameless bits are dropped") {
  const MaskDictionary from{{"SATURATED", 1 << 3}, {"BAD", 1}, {"NO_DATA", uint64_t{1} << 62}};
  const std::vector<std::string> to{"NO_DATA", "SAT", "OTHER", "BAD"};
  const MaskMap map(from, to);
  CHECK(map(0) == 0);
  CHECK(map(1u << 3) == 2);
  CHECK(map(1) == 8);
  CHECK(map(uint64_t{1} << 62) == 1);
  CHECK(map(~uint64_t{0}) == (1 | 2 | 8));
  CHECK(map(1u << 4 | 1u << 10) == 0);
  for (const auto& [old, now] : kMaskNameChanges) {
    CHECK(currentMaskName(old) == now);
    CHECK(currentMaskName(now) == now);
  }
}

TEST_CASE("stacks: a scale multiplies the image, its square the variance") {
  const test::Dataset dataset = made(visit(""));
  Stack stack(31, {Part::record, Part::image, Part::mask, Part::variance});
  stack.add(dataset, 60, 60);
  stack.add(dataset, 60, 60).scale = 0.37;
  REQUIRE(stack.run() == 2);
  bool right = true;
  for (size_t k = 0; k < 31 * 31; ++k) {
    const auto at = [&](size_t job, size_t which) { return stack.value<float>(job, which, 4 * k); };
    right = right && at(1, 1) == static_cast<float>(at(0, 1) * 0.37);
    right = right && at(1, 3) == static_cast<float>(at(0, 3) * (0.37 * 0.37));
  }
  CHECK(right);
  const Record a = recordOf(stack, 0, 0), b = recordOf(stack, 1, 0);
  CHECK(b.apFlux == doctest::Approx(0.37 * a.apFlux).epsilon(1e-5));
  CHECK(b.apFluxError == doctest::Approx(0.37 * a.apFluxError).epsilon(1e-5));
  CHECK(b.noise == doctest::Approx(0.37 * a.noise).epsilon(1e-5));
}

TEST_CASE("stacks: edges, and stamps beside the image") {
  const test::Dataset dataset = made(visit(""));
  Stack stack(51, {Part::record, Part::image, Part::mask, Part::variance});
  stack.task.maskNames = {"BAD", "NO_DATA"};
  stack.add(dataset, 2, 238);
  stack.add(dataset, -26, 100);  // touches nothing
  stack.add(dataset, 1e9, 1e9);
  size_t opened = 0;
  stack.opening = [&](size_t) { ++opened; };
  REQUIRE(stack.run() == 3);
  CHECK(stack.failures.empty());
  CHECK(opened == 1);
  CHECK(recordOf(stack, 0, 0).has(StampFlag::edge));
  CHECK(recordOf(stack, 0, 0).valid == 28 * 27);
  CHECK(std::isnan(stack.pixel<float>(0, 1, 22, 25)));
  CHECK_FALSE(std::isnan(stack.pixel<float>(0, 1, 23, 25)));
  CHECK(stack.pixel<uint32_t>(0, 2, 22, 25) == 2);
  CHECK(stack.pixel<uint32_t>(0, 2, 23, 25) == 0);
  for (const size_t job : {1u, 2u}) {
    CHECK(undefined(stack, job, 2));
    CHECK(recordOf(stack, job, 0).valid == 0);
    CHECK(recordOf(stack, job, 0).has(StampFlag::edge));
    CHECK_FALSE(recordOf(stack, job, 0).has(StampFlag::failed));
  }
}

TEST_CASE("stacks: what fails is one row, named, and without data") {
  const test::Dataset good = made(visit(""));
  std::vector<std::byte> half = bytesOf(good), spoilt = bytesOf(good);
  half.resize(half.size() / 4);
  const Plane& image = good.layout.planes[0];
  const Hdu& hdu = good.layout.hdus[image.hdu];
  // The heap: streams of noise instead of Rice.
  std::mt19937 random(68);
  for (uint64_t k = hdu.dataOffset + image.tiles->heapOffset; k < hdu.dataOffset + hdu.dataBytes; ++k)
    spoilt[k] = static_cast<std::byte>(random());
  const test::Dataset cut = broken(good, half), bad = broken(good, spoilt);
  Stack stack(51, {Part::record, Part::image, Part::mask, Part::variance});
  stack.task.maskNames = {"DETECTED", "SATURATED", "NO_DATA"};
  stack.add(good, 150, 120);
  stack.add(cut, 150, 120);
  stack.add(bad, 150, 120);
  stack.add(good, 150, 120);  // its file is gone
  stack.add(good, 150, 120);  // its layout is damaged
  stack.add(good, 150, 120);
  (*stack.layouts[4])[40] ^= std::byte{1};
  stack.opening = [](size_t job) {
    if (job == 3) throw Error(vignet::Kind::data, "FILE_GONE", "the file is not there any more");
  };
  REQUIRE(stack.run() == 6);
  REQUIRE(stack.failures.size() == 4);
  const char* codes[] = {"TRUNCATED", "BAD_TILE", "FILE_GONE", "BAD_LAYOUT"};
  for (size_t k = 0; k < 4; ++k) {
    CHECK(stack.failures[k].job == k + 1);
    CHECK(stack.failures[k].code == codes[k]);
    CHECK_FALSE(stack.failures[k].reason.empty());
    CHECK(undefined(stack, k + 1, 4));
    const Record r = recordOf(stack, k + 1, 0);
    CHECK(r.flags == static_cast<uint32_t>(StampFlag::failed));
    CHECK(std::isnan(r.sky));
    CHECK(std::isnan(r.apFlux));
    CHECK(r.valid == 0);
  }
  for (const size_t job : {0u, 5u}) {
    CHECK(recordOf(stack, job, 0).valid == 51 * 51);
    CHECK_FALSE(recordOf(stack, job, 0).has(StampFlag::failed));
  }
  CHECK(std::equal(stack.out.begin(), stack.out.begin() + static_cast<ptrdiff_t>(stack.bytes()),
                   stack.out.begin() + static_cast<ptrdiff_t>(5 * stack.bytes())));
}

TEST_CASE("stacks: a plane the dataset lacks") {
  test::Dataset dataset = made(visit(""));
  dataset.layout.planes.resize(1);
  dataset.layout.maskPlanes.clear();
  Stack stack(51, {Part::record, Part::image, Part::mask, Part::variance});
  stack.task.maskNames = {"NO_DATA"};
  stack.add(dataset, 60, 60);
  stack.add(dataset, 0, 0);
  REQUIRE(stack.run() == 2);
  CHECK(stack.failures.empty());
  CHECK(recordOf(stack, 0, 0).has(StampFlag::noMask));
  CHECK(recordOf(stack, 0, 0).has(StampFlag::noVariance));
  CHECK(std::isfinite(recordOf(stack, 0, 0).apFluxError));
  CHECK(std::isnan(stack.pixel<float>(0, 3, 25, 25)));
  CHECK(stack.pixel<uint32_t>(0, 2, 25, 25) == 0);
  CHECK(stack.pixel<uint32_t>(1, 2, 0, 0) == 1);  // outside the image
  CHECK(stack.pixel<uint32_t>(1, 2, 25, 25) == 0);
}

TEST_CASE("stacks: seek points change no bit, good or damaged") {
  const test::Dataset dataset = made(visit(""));
  std::vector<std::byte> points = plane::pointsOf(*dataset.readers[0], dataset.layout, 64);
  for (int damage = 0; damage < 12; ++damage) {
    std::vector<std::byte> held = points;
    if (damage > 0) held[held.size() * static_cast<size_t>(damage) / 13] ^= std::byte{0x41};
    Stack stack(21, {Part::record, Part::image, Part::mask, Part::variance}), plain = stack;
    stack.task.maskNames = plain.task.maskNames = {"DETECTED", "SATURATED", "NO_DATA"};
    for (const double x : {20.0, 150.0, 297.0}) stack.add(dataset, x, 120), plain.add(dataset, x, 120);
    REQUIRE(plain.run() == 3);
    stack.out.resize(plain.out.size());
    std::unique_ptr<plane::Points> table;
    std::unique_ptr<Layout> layout;
    const OpenStamp open = [&](size_t, const Layout& known, const std::vector<bool>&) {
      layout = std::make_unique<Layout>(known);
      table = std::make_unique<plane::Points>(known, held);
      return StampFiles{dataset.readers, table->table.get()};
    };
    REQUIRE(fillStack(stack.task, open, stack.out, 0, Control(), stack.failures) == 3);
    CHECK(stack.failures.empty());
    CHECK(stack.out == plain.out);
  }
}

TEST_CASE("stacks: a yield is taken up again, a cancel heard, a deadline kept") {
  const test::Dataset dataset = made(visit(""));
  Stack whole(21, {Part::record, Part::image, Part::mask, Part::variance}), pieces = whole;
  for (auto* s : {&whole, &pieces}) {
    s->task.maskNames = {"DETECTED", "NO_DATA"};
    for (int k = 0; k < 9; ++k) s->add(dataset, 30.0 * k, 100);
  }
  REQUIRE(whole.run() == 9);
  std::atomic<int32_t> word = 1;
  const Control yielding(&word, Control::Clock::time_point::max());
  size_t done = 0;
  int calls = 0;
  while (done < 9) {
    const size_t next = pieces.run(done, yielding);
    REQUIRE(next == done + 1);
    done = next, ++calls;
  }
  CHECK(calls == 9);
  CHECK(pieces.out == whole.out);

  const auto codeOf = [&](const Control& control) {
    try {
      pieces.run(0, control);
      return std::string();
    } catch (const Error& error) {
      return error.code();
    }
  };
  word = 2;
  CHECK(codeOf(yielding) == "CANCELLED");
  word = 0;
  CHECK(codeOf(Control(&word, Control::Clock::now() - std::chrono::seconds(1))) == "DEADLINE");
  // In the middle of a job it is no failure of the job's.
  pieces.opening = [&](size_t job) {
    if (job == 4) word = 2;
  };
  CHECK(codeOf(Control(&word, Control::Clock::time_point::max())) == "CANCELLED");
  CHECK(pieces.failures.empty());
  CHECK_THROWS_AS(pieces.run(10), Error);
}
