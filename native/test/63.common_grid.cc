// Stamps on a common grid: stars line up and keep their flux however the images are turned, and where an
// image has nothing the stamp has nothing.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>

#include "support/resample_case.h"
#include "support/stack.h"

using namespace vignet;
using namespace vignet::stack_test;

namespace {

constexpr double kRa = 150.01, kDec = 2.2, kScale = 0.2 / 3600, kFlux = 1e6;

// An image of a star and hardly any noise, turned by `turn` degrees; the star stands where the sky says.
test::Dataset turned(double turn, double ra, double dec) {
  const headers::Header wcs = resample_case::tan(ra, dec, kScale, 300, 240, turn);
  const Sky star{kRa, kDec};
  Pixel at;
  uint8_t ok = 0;
  Wcs(*parseWcs(wcs.lines(), 2)).toPixel({&star, 1}, {&at, 1}, {&ok, 1});
  REQUIRE(ok);
  simulate::Spec spec = visit("");
  spec.noise = {
      .seed = 3, .unitsPerElectron = 1e-5, .sky = 100, .gradient = {0, 0}, .readNoise = 1, .fullWell = 0};
  spec.recipe = simulate::Recipe::none;
  spec.defects.noData = {{20, 20, 23, 24}};
  for (size_t i = 0; i + 80 <= wcs.cards.size(); i += 80) {
    std::string card = wcs.cards.substr(i, 80);
    card.erase(card.find_last_not_of(' ') + 1);
    spec.cards.image.push_back(card);
  }
  const auto path = test::fs::temp_directory_path() / ("vignet-grid-" + std::to_string(::getpid()) + ".fits");
  spec.path = path.string();
  const simulate::Source source{at.x, at.y, kFlux, 0, 0, 0};
  simulate::simulateImage(spec, {&source, 1});
  test::Dataset out = test::open(path);
  test::fs::remove(path);
  return out;
}

struct Seen {
  double x = 0, y = 0, flux = 0;
};
Seen star(const Stack& stack, size_t job) {
  Seen seen;
  for (uint32_t y = 0; y < stack.task.size; ++y) {
    for (uint32_t x = 0; x < stack.task.size; ++x) {
      const double value = stack.pixel<float>(job, 0, x, y);
      seen.flux += value, seen.x += value * x, seen.y += value * y;
    }
  }
  seen.x /= seen.flux, seen.y /= seen.flux;
  return seen;
}

Stack onGrid(uint32_t size, double scale, Kernel kernel, const std::vector<const test::Dataset*>& datasets,
             double ra = kRa, double dec = kDec) {
  Stack stack(size, {Part::image, Part::mask, Part::variance, Part::error, Part::quality});
  stack.task.grid = {scale, {kernel, true, kPositionError}};
  stack.task.maskNames = {"DETECTED", "NO_DATA", "SATURATED"};
  for (const test::Dataset* dataset : datasets) {
    StackJob& job = stack.add(*dataset, 0, 0);
    job.lon = ra, job.lat = dec;
  }
  return stack;
}

}  // namespace

TEST_CASE("common grid: a star is where it should be, as bright as it is") {
  std::vector<test::Dataset> images;
  images.push_back(turned(0, 150.0101, 2.1999));
  images.push_back(turned(37, 150.0092, 2.2011));
  images.push_back(turned(-128.5, 150.0107, 2.2003));
  std::vector<const test::Dataset*> all;
  for (const test::Dataset& one : images) all.push_back(&one);
  struct Case {
    double scale;
    Kernel kernel;
  };
  for (const Case& c : {Case{0.2, Kernel::lanczos3}, Case{0.2, Kernel::exact}, Case{0.31, Kernel::exact}}) {
    Stack stack = onGrid(51, c.scale, c.kernel, all);
    REQUIRE(stack.run() == 3);
    REQUIRE(stack.failures.empty());
    for (size_t job = 0; job < 3; ++job) {
      const Seen seen = star(stack, job);
      CHECK(std::abs(seen.x - 25) < 0.03);
      CHECK(std::abs(seen.y - 25) < 0.03);
      CHECK(std::abs(seen.flux / kFlux - 1) < 1e-3);
      const float error = stack.pixel<float>(job, 3, 25, 25);
      CHECK(error == std::sqrt(stack.pixel<float>(job, 2, 25, 25)));
      CHECK(stack.pixel<uint32_t>(job, 1, 25, 25) == 1);
      CHECK((stack.value<uint32_t>(job, 4, 0) & 0xffff) == 0);
    }
  }
}

TEST_CASE("common grid: nothing is made up beyond an image, nor of a file that cannot be read") {
  const test::Dataset image = turned(20, kRa, kDec);
  test::Dataset broken;
  broken.layout = image.layout;
  broken.add(std::vector<std::byte>(100));
  const test::Dataset elsewhere = turned(20, kRa + 0.1, kDec);
  // By a corner, so that part of the stamp has no pixels.
  Stack stack = onGrid(45, 0.2, Kernel::lanczos3, {&image, &broken, &elsewhere}, kRa - 150 * kScale, kDec);
  REQUIRE(stack.run() == 3);
  REQUIRE(stack.failures.size() == 1);
  CHECK(stack.failures[0].job == 1);
  size_t missing[3] = {};
  bool agree = true;
  for (size_t job = 0; job < 3; ++job) {
    for (uint32_t k = 0; k < 45 * 45; ++k) {
      const bool none = std::isnan(stack.value<float>(job, 0, 4 * k));
      missing[job] += none;
      agree = agree && none == ((stack.value<uint32_t>(job, 1, 4 * k) & 2) != 0) &&
              none == std::isnan(stack.value<float>(job, 2, 4 * k));
    }
  }
  CHECK(agree);
  CHECK((missing[0] > 100 && missing[0] < 2000));
  CHECK(missing[1] == 2025);
  CHECK(missing[2] == 2025);
  CHECK((stack.value<uint32_t>(1, 4, 0) & 0xffff) == 128);

  // One plane at a time, taken up again: the same bytes.
  const Stack whole = stack;
  for (const Part plane : {Part::image, Part::variance}) {
    Stack one(45, {plane});
    one.task.grid = stack.task.grid;
    StackJob& job = one.add(image, 0, 0);
    job.lon = kRa - 150 * kScale, job.lat = kDec;
    REQUIRE(one.run() == 1);
    bool same = true;
    const size_t which = plane == Part::image ? 0 : 2;
    for (uint32_t k = 0; k < 45 * 45; ++k)
      same = same && one.value<uint32_t>(0, 0, 4 * k) == whole.value<uint32_t>(0, which, 4 * k);
    CHECK(same);
  }
}

TEST_CASE("common grid: an inverse variance is one over the variance") {
  const test::Dataset image = turned(11, kRa, kDec);
  test::Dataset weighed = turned(11, kRa, kDec);
  for (Plane& plane : weighed.layout.planes)
    if (plane.kind == PlaneKind::variance) plane.kind = PlaneKind::weight;
  Stack stack = onGrid(31, 0.2, Kernel::nearest, {&image, &weighed});
  REQUIRE(stack.run() == 2);
  REQUIRE(stack.failures.empty());
  double worst = 0;
  for (uint32_t k = 0; k < 31 * 31; ++k) {
    const double one = stack.value<float>(0, 2, 4 * k), other = stack.value<float>(1, 2, 4 * k);
    worst = std::max(worst, std::abs(one * other - 1));
  }
  CHECK(worst < 1e-3);

  // As it is in the images it stays what it is.
  Stack native(31, {Part::variance});
  native.task.maskNames = {"NO_DATA"};
  native.add(weighed, 150, 120);
  REQUIRE(native.run() == 1);
  CHECK(std::isnan(native.value<float>(0, 0, 0)));
}

TEST_CASE("common grid: senseless grids are refused") {
  const test::Dataset image = turned(0, kRa, kDec);
  for (const double scale : {0.0, -1.0, static_cast<double>(NAN), 4000.0}) {
    Stack stack = onGrid(11, scale, Kernel::lanczos3, {&image});
    CHECK_THROWS_AS(commonGridWcs({scale, {}}, 0, 0, 11), Error);
    REQUIRE(stack.run() == 1);
    CHECK(stack.failures.size() == 1);
  }
  Stack far = onGrid(11, 0.2, Kernel::lanczos3, {&image}, 10, 100);
  REQUIRE(far.run() == 1);
  CHECK(far.failures.at(0).code == "BAD_STAMP");
  // More pixels of the image than are resampled for a stamp: here the image is smaller than that.
  Stack coarse = onGrid(1024, 100, Kernel::exact, {&image});
  REQUIRE(coarse.run() == 1);
  CHECK(coarse.failures.empty());
}
