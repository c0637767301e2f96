// Strips, boxes and vectors change no bit; missing pixels do not bleed; masks and fluxes go with the pixels.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "core/base/simd.h"
#include "support/resample_case.h"

using namespace vignet;
using resample_case::Planes;

namespace {

constexpr std::array kInterpolating{Kernel::nearest, Kernel::bilinear, Kernel::lanczos3, Kernel::lanczos4};
constexpr std::array kAll{Kernel::nearest, Kernel::bilinear, Kernel::lanczos3, Kernel::lanczos4,
                          Kernel::exact};
const float none = std::nanf("");

template <class T>
bool sameBits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

void checkSame(const Planes& a, const Planes& b) {
  CHECK(sameBits(a.image, b.image));
  CHECK(sameBits(a.variance, b.variance));
  CHECK(sameBits(a.mask, b.mask));
}

// With holes, so that every path is taken.
Planes holed(const resample_case::Pair& pair) {
  Planes in = resample_case::noise(static_cast<uint32_t>(pair.input.width),
                                   static_cast<uint32_t>(pair.input.height), 3);
  std::mt19937 random(4);
  for (int k = 0; k < 400; k++) in.image[random() % in.image.size()] = none;
  for (int k = 0; k < 100; k++) in.variance[random() % in.image.size()] = INFINITY;
  dropBadPixels(in.image.data(), in.variance.data(), in.mask.data(), in.image.size(), 1 << 5 | 1 << 9);
  return in;
}

// The identity: the same WCS on both sides, shifted by whole and broken pixels.
resample_case::Pair shifted(double dx, double dy, long side = 60) {
  auto in = resample_case::tan(10, 20, 1e-4, side, side), out = in;
  const auto at = out.cards.find("CRPIX1");
  REQUIRE(at != std::string::npos);
  const auto card = [&](const char* key, double value) {
    std::string text = headers::card(key, headers::number(value));
    out.cards.replace(out.cards.find(key), 80, text);
  };
  card("CRPIX1", static_cast<double>(side + 1) / 2 - dx);
  card("CRPIX2", static_cast<double>(side + 1) / 2 - dy);
  return {"shifted", in, out};
}

}  // namespace

TEST_CASE("no strip, box or set of instructions changes a bit") {
  const auto pairs = resample_case::pairs();
  for (const size_t which : {1, 2, 4, 6}) {
    const auto& pair = pairs[which];
    INFO(pair.name);
    const Planes in = holed(pair);
    for (const Kernel kernel : kAll) {
      for (const bool flux : {false, true}) {
        ResampleOptions options;
        options.flux = flux;
        options.maskNearest = flux;
        options.noDataBits = 1 << 8;
        PixelMap map = pair.map();
        const Planes whole = resample_case::resampled(map, kernel, in, options);
        for (const Simd set : simdOfMachine()) {
          useSimd(set);
          checkSame(resample_case::resampled(map, kernel, in, options), whole);
        }
        Planes strips(whole.box);
        std::mt19937 random(5);
        for (uint32_t y = 0; y < whole.box.height();) {
          const Box strip{0, y, whole.box.width(),
                          std::min(whole.box.height(), y + 1 + static_cast<uint32_t>(random() % 90))};
          const uint32_t middle = 1 + static_cast<uint32_t>(random() % (whole.box.width() - 1));
          PixelMap own = pair.map();
          for (const Box& box : {Box{0, y, middle, strip.y1}, Box{middle, y, strip.x1, strip.y1}}) {
            const Planes part = in.part(inputBoxOf(own, kernel, box));
            const size_t at = static_cast<size_t>(y) * whole.box.width() + box.x0;
            resample(own, kernel, part.input(),
                     {box, whole.box.width(), &strips.image[at], &strips.variance[at], &strips.mask[at]},
                     options);
          }
          y = strip.y1;
        }
        checkSame(strips, whole);
      }
    }
  }
  useSimd(simdOfMachine().back());
}

TEST_CASE("a shift by whole pixels copies, whatever the kernel") {
  const auto pair = shifted(3, -2);
  const Planes in = resample_case::noise(60, 60);
  PixelMap map = pair.map(0);
  for (const Kernel kernel : kAll) {
    const Planes out = resample_case::resampled(map, kernel, in);
    double worst = 0;
    for (uint32_t y = 10; y < 50; y++) {
      for (uint32_t x = 10; x < 50; x++)
        worst = std::max<double>(worst, std::abs(out.image[y * 60 + x] - in.image[(y - 2) * 60 + x + 3]));
    }
    CHECK(worst < 1e-5);
  }
}

TEST_CASE("a missing pixel leaves what does not need it alone, and never spreads") {
  const auto pair = shifted(0.3, 0.4);
  Planes in({0, 0, 60, 60});
  std::fill(in.image.begin(), in.image.end(), 7.0F);
  std::fill(in.variance.begin(), in.variance.end(), 2.0F);
  Planes whole = in;
  in.image[30 * 60 + 30] = none;
  in.variance[30 * 60 + 30] = none;
  PixelMap map = pair.map(0);
  for (const Kernel kernel : kAll) {
    const Planes a = resample_case::resampled(map, kernel, whole),
                 b = resample_case::resampled(map, kernel, in);
    const int reach = static_cast<int>(reachOf(kernel));
    int missing = 0;
    for (int y = 8; y < 50; y++) {
      for (int x = 8; x < 50; x++) {
        const size_t at = static_cast<size_t>(y) * 60 + static_cast<size_t>(x);
        const bool touched = std::abs(x + 0.3 - 30) < reach && std::abs(y + 0.4 - 30) < reach;
        if (std::isnan(b.image[at])) {
          missing++;
          CHECK(touched);
          CHECK(std::isnan(b.variance[at]));
        } else {
          CHECK(b.image[at] == doctest::Approx(7).epsilon(1e-6));
          if (!touched) CHECK(b.variance[at] == a.variance[at]);
        }
      }
    }
    // Less than half of the weight is left only where the hole is (nearly) under the position.
    CHECK(missing <= 1);
  }
  // Only where no pixel is missing.
  ResampleOptions strict;
  strict.minWeight = 1;
  const Planes c = resample_case::resampled(map, Kernel::bilinear, in, strict);
  CHECK(std::count_if(c.image.begin() + 600, c.image.end() - 600, [](float v) { return std::isnan(v); }) >=
        4);
}

TEST_CASE("infinite pixels, infinite variances and bad bits are missing pixels") {
  std::vector<float> image{1, INFINITY, 3, 4, 5}, variance{1, 1, none, 1, 1};
  const std::vector<int32_t> mask{0, 0, 0, 6, 8};
  dropBadPixels(image.data(), variance.data(), mask.data(), 5, 4);
  for (const size_t i : {1, 2, 3}) {
    CHECK(std::isnan(image[i]));
    CHECK(std::isnan(variance[i]));
  }
  CHECK(image[0] == 1);
  CHECK(image[4] == 5);
}

TEST_CASE("masks are those of the pixels that count, or of the nearest one") {
  const auto pair = shifted(0.3, 0.4);
  Planes in({0, 0, 60, 60});
  in.mask[30 * 60 + 30] = 1 << 3;
  in.mask[20 * 60 + 20] = 1 << 4;
  PixelMap map = pair.map(0);
  ResampleOptions options;
  options.noDataBits = 1 << 8;
  const auto having = [&](const Planes& p, int bit) {
    return std::count_if(p.mask.begin(), p.mask.end(), [&](int32_t m) { return m & (1 << bit); });
  };
  Planes out = resample_case::resampled(map, Kernel::bilinear, in, options);
  // Weights 0.42, 0.28, 0.18 and 0.12.
  CHECK(having(out, 3) == 4);
  CHECK(out.mask[29 * 60 + 29] == 1 << 3);
  CHECK(having(out, 8) > 0);
  options.maskWeight = 0.2F;
  out = resample_case::resampled(map, Kernel::bilinear, in, options);
  CHECK(having(out, 3) == 2);
  options.maskWeight = 0;
  out = resample_case::resampled(map, Kernel::lanczos3, in, options);
  CHECK(having(out, 3) == 36);
  CHECK(having(out, 4) == 36);
  options.maskNearest = true;
  for (const Kernel kernel : kInterpolating) {
    out = resample_case::resampled(map, kernel, in, options);
    CHECK(having(out, 3) == 1);
    CHECK(out.mask[30 * 60 + 30] == 1 << 3);
  }
}

TEST_CASE("planes that are not there") {
  const auto pair = shifted(0.5, 0.5);
  const Planes in = resample_case::noise(60, 60);
  PixelMap map = pair.map(0);
  for (const Kernel kernel : kAll) {
    const Planes full = resample_case::resampled(map, kernel, in);
    Planes out({0, 0, 60, 60});
    resample(map, kernel, {in.box, in.image.data(), nullptr, nullptr}, out.output(), {.noDataBits = 5});
    CHECK(sameBits(out.image, full.image));
    CHECK(std::all_of(out.variance.begin(), out.variance.end(), [](float v) { return std::isnan(v); }));
    CHECK(std::all_of(out.mask.begin(), out.mask.end(), [](int32_t m) { return m == 5; }));
    Planes alone({0, 0, 60, 60});
    resample(map, kernel, in.input(), {alone.box, 60, alone.image.data(), nullptr, nullptr});
    CHECK(sameBits(alone.image, full.image));
    Planes nothing({0, 0, 60, 60});
    resample(map, kernel, {}, nothing.output(), {.noDataBits = 5});
    CHECK(std::all_of(nothing.image.begin(), nothing.image.end(), [](float v) { return std::isnan(v); }));
    CHECK(std::all_of(nothing.mask.begin(), nothing.mask.end(), [](int32_t m) { return m == 5; }));
  }
}

TEST_CASE("senseless calls are refused") {
  const auto pair = shifted(0, 0);
  const Planes in = resample_case::noise(60, 60);
  Planes out({0, 0, 60, 60});
  PixelMap map = pair.map();
  OutputPlanes to = out.output();
  to.box.x1 = 61;
  CHECK_THROWS_WITH_AS(resample(map, Kernel::nearest, in.input(), to), doctest::Contains("output box"),
                       Error);
  to = out.output();
  to.stride = 59;
  CHECK_THROWS_WITH_AS(resample(map, Kernel::nearest, in.input(), to), doctest::Contains("stride"), Error);
  InputPlanes from = in.input();
  from.box.y1 = 61;
  CHECK_THROWS_WITH_AS(resample(map, Kernel::nearest, from, out.output()), doctest::Contains("input box"),
                       Error);
  for (const float weight : {0.0F, 1.5F, none})
    CHECK_THROWS_AS(resample(map, Kernel::nearest, in.input(), out.output(), {.minWeight = weight}), Error);
  CHECK_THROWS_AS(resample(map, Kernel::nearest, in.input(), out.output(), {.maskWeight = 1}), Error);
}
