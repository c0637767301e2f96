// Pictures: the right way up, undefined pixels transparent, limits that a few bright pixels do not move.
#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/fits/write.h"
#include "core/render/colormap.h"
#include "core/render/image.h"
#include "core/render/picture.h"
#include "core/render/stretch.h"

using namespace vignet;

namespace {

template <typename T>
std::vector<std::byte> fileOf(uint32_t width, uint32_t height, int bitpix, const std::vector<T>& pixels,
                              bool extension = true,
                              const std::vector<std::pair<std::string, double>>& cards = {}) {
  HeaderWriter primary, image;
  primary.add("SIMPLE", true);
  primary.add("BITPIX", 8);
  primary.add("NAXIS", 0);
  if (extension)
    image.add("XTENSION", "IMAGE");
  else
    image.add("SIMPLE", true);
  image.add("BITPIX", bitpix);
  image.add("NAXIS", 2);
  image.add("NAXIS1", int64_t{width});
  image.add("NAXIS2", int64_t{height});
  for (const auto& [name, value] : cards) {
    if (name == "BLANK")
      image.add(name, static_cast<int64_t>(value));
    else
      image.add(name, value);
  }
  const std::string text = (extension ? primary.finish() : "") + image.finish();
  std::vector<std::byte> out(text.size() + paddedBlock(pixels.size() * sizeof(T)));
  std::memcpy(out.data(), text.data(), text.size());
  for (std::size_t i = 0; i < pixels.size(); ++i)
    storeBe(out.data() + text.size() + i * sizeof(T), pixels[i]);
  return out;
}

int alphaAt(const Picture& p, uint32_t x, uint32_t y) {
  return p.rgba[(std::size_t{y} * p.width + x) * 4 + 3];
}
int greyAt(const Picture& p, uint32_t x, uint32_t y) { return p.rgba[(std::size_t{y} * p.width + x) * 4]; }

std::string codeOf(const std::vector<std::byte>& bytes, uint32_t side = 100) {
  try {
    render(bytes, {Stretch::asinh, side});
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

}  // namespace

TEST_CASE("the last row is on top; NaN is transparent") {
  std::vector<float> pixels(20 * 10, 5.0f);
  for (int i = 0; i < 200; ++i) pixels[static_cast<std::size_t>(i)] += static_cast<float>(i % 7) * 0.1f;
  pixels[3] = 1000;                                              // row 0, column 3
  pixels[9 * 20 + 4] = std::numeric_limits<float>::quiet_NaN();  // row 9, column 4
  pixels[9 * 20 + 5] = std::numeric_limits<float>::infinity();
  for (const bool extension : {true, false}) {
    const Picture picture = render(fileOf(20, 10, -32, pixels, extension), {});
    REQUIRE(picture.width == 20);
    REQUIRE(picture.height == 10);
    REQUIRE(picture.rgba.size() == 800);
    CHECK(greyAt(picture, 3, 9) == 255);
    CHECK(alphaAt(picture, 4, 0) == 0);
    CHECK(alphaAt(picture, 5, 0) == 0);
    CHECK(alphaAt(picture, 4, 1) == 255);
    CHECK(greyAt(picture, 4, 1) < 200);
  }
}

TEST_CASE("limits: sky near black, bright pixels white, constants and emptiness handled") {
  std::mt19937 random(5);
  std::normal_distribution<float> noise(100, 3);
  std::vector<float> pixels(200 * 200);
  for (float& v : pixels) v = noise(random);
  for (int i = 0; i < 20; ++i) pixels[random() % pixels.size()] = 1e9f;
  const Limits limits = robustLimits(pixels);
  CHECK(limits.black == doctest::Approx(94).epsilon(0.05));
  CHECK(limits.white < 200);
  CHECK(Greys(limits, Stretch::asinh)(1e9) == 255);
  CHECK(Greys(limits, Stretch::asinh)(-1e9) == 0);
  CHECK(Greys(limits, Stretch::linear)(std::nan("")) == 0);
  int before = -1;
  for (double v = 80; v < 220; v += 1) {
    CHECK(Greys(limits, Stretch::asinh)(v) >= before);
    before = Greys(limits, Stretch::asinh)(v);
    CHECK(Greys(limits, Stretch::linear)(v) <= Greys(limits, Stretch::asinh)(v));
  }
  for (const float constant : {0.0f, 7.0f, -3e30f, std::numeric_limits<float>::max()}) {
    const Limits flat = robustLimits(std::vector<float>(50, constant));
    CHECK(flat.black < flat.white);
    CHECK(Greys(flat, Stretch::asinh)(constant) > 0);
    CHECK(Greys(flat, Stretch::asinh)(constant) < 255);
  }
  CHECK(robustLimits({}).black < robustLimits({}).white);
  CHECK(robustLimits(std::vector<float>(9, std::nanf(""))).black == 0);
  std::vector<float> mostly(100, 1.0f);
  mostly[50] = 2;
  CHECK(Greys(robustLimits(mostly), Stretch::asinh)(2) == 255);
}

TEST_CASE("the sky is a fifth of white, whatever its noise and the brightest star") {
  std::mt19937 random(11);
  std::normal_distribution<float> noise;
  for (const double bright : {0.0, 30.0, 1e3, 1e6}) {
    for (const float level : {0.0f, 500.0f}) {
      std::vector<float> pixels(20000);
      for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = level + 3 * noise(random) + static_cast<float>(i % 100 == 0 ? bright : 0);
      for (const Stretch stretch : {Stretch::asinh, Stretch::log}) {
        const int sky = Greys(robustLimits(pixels), stretch)(level);
        CHECK(std::abs(sky - 51) <= 2);
      }
    }
  }
}

TEST_CASE("curves and colours are those of astropy and matplotlib") {
  // astropy.visualization: SqrtStretch, LogStretch, AsinhStretch of 0.25, times 255.
  const Limits limits = limitsOf({}, {PictureLimits::Kind::values, 10, 30});
  CHECK(Greys(limits, Stretch::linear)(15) == 64);
  CHECK(Greys(limits, Stretch::sqrt)(15) == 128);
  CHECK(Greys(limits, Stretch::log)(15) == 204);
  CHECK(Greys(limits, Stretch::asinh)(15) == 140);
  const ColourTable hot = colourTable(Colormap::hot);  // matplotlib.cm.hot of 0, 60, 120, 240
  CHECK(hot[0] == std::array<uint8_t, 3>{11, 0, 0});
  CHECK(hot[60] == std::array<uint8_t, 3>{168, 0, 0});
  CHECK(hot[120] == std::array<uint8_t, 3>{255, 71, 0});
  CHECK(hot[240] == std::array<uint8_t, 3>{255, 255, 196});
  CHECK(colourTable(Colormap::grayReversed)[10][0] == 245);
}

TEST_CASE("limits of one value, of none, and those that are refused") {
  const std::vector<float> equal(50, 7.0f), none(50, std::nanf(""));
  for (const auto kind : {PictureLimits::Kind::percentiles, PictureLimits::Kind::zscale}) {
    const Limits limits = limitsOf(equal, {kind, 1, 99});
    CHECK(limits.white > limits.black);
    CHECK(limitsOf(none, {kind, 1, 99}).white > 0);
  }
  CHECK_THROWS_AS(limitsOf(equal, {PictureLimits::Kind::values, 3, 3}), Error);
  CHECK_THROWS_AS(limitsOf(equal, {PictureLimits::Kind::values, 3, INFINITY}), Error);
  CHECK_THROWS_AS(limitsOf(equal, {PictureLimits::Kind::percentiles, -1, 50}), Error);
  CHECK_THROWS_AS(limitsOf(equal, {PictureLimits::Kind::percentiles, 10, 101}), Error);
}

TEST_CASE("larger images are averaged over their defined pixels") {
  std::vector<double> pixels(101 * 50);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<double>(i % 101);
  pixels[0] = std::nan("");
  const Picture picture = render(fileOf(101, 50, -64, pixels), {Stretch::linear, 10});
  CHECK(picture.width == 10);
  CHECK(picture.height == 5);
  for (uint32_t y = 0; y < 5; ++y) {
    for (uint32_t x = 1; x < 10; ++x) CHECK(greyAt(picture, x, y) >= greyAt(picture, x - 1, y));
  }
  CHECK(alphaAt(picture, 0, 4) == 255);
}

TEST_CASE("integers: BSCALE, BZERO and BLANK apply") {
  std::vector<int16_t> pixels(64, -32768);
  for (std::size_t i = 1; i < 64; ++i) pixels[i] = static_cast<int16_t>(i * 100);
  const auto bytes = fileOf(8, 8, 16, pixels, true, {{"BSCALE", 2.0}, {"BZERO", 32768.0}, {"BLANK", -32768}});
  const Picture picture = render(bytes, {Stretch::linear, 8});
  CHECK(alphaAt(picture, 0, 7) == 0);
  CHECK(alphaAt(picture, 1, 7) == 255);
  const MemoryImage image = firstImage(bytes);
  std::vector<float> row(8);
  image.row(0, row);
  CHECK(std::isnan(row[0]));
  CHECK(row[7] == 32768 + 2 * 700);
  const std::vector<int64_t> wide(4, 5);
  CHECK(render(fileOf(2, 2, 64, wide), {}).width == 2);
  const std::vector<uint8_t> narrow{0, 100, 200, 255};
  CHECK(greyAt(render(fileOf(2, 2, 8, narrow), {Stretch::linear, 5}), 1, 0) == 255);
}

TEST_CASE("files without an image and files that lie are refused") {
  HeaderWriter primary;
  primary.add("SIMPLE", true);
  primary.add("BITPIX", 8);
  primary.add("NAXIS", 0);
  const std::string text = primary.finish();
  std::vector<std::byte> empty(text.size());
  std::memcpy(empty.data(), text.data(), text.size());
  CHECK(codeOf(empty) == "NO_IMAGE");
  CHECK(codeOf({}) == "NO_IMAGE");
  CHECK(codeOf(std::vector<std::byte>(2880, std::byte{' '})) == "BAD_RENDER_INPUT");
  auto cut = fileOf(100, 100, -32, std::vector<float>(10000));
  cut.resize(2880 * 3);
  CHECK(codeOf(cut) == "BAD_RENDER_INPUT");
  CHECK(codeOf(fileOf(3, 3, 7, std::vector<uint8_t>(9))) == "BAD_RENDER_INPUT");
  CHECK(codeOf(fileOf(3, 3, 8, std::vector<uint8_t>(9)), 0) == "BAD_SIZE");
  CHECK(codeOf(fileOf(4000000000u, 4000000000u, -64, std::vector<double>(9))) == "BAD_RENDER_INPUT");
}

TEST_CASE("a picture nobody waits for is given up") {
  const std::atomic<int32_t> cancel{2}, go{0};
  const auto bytes = fileOf(20, 10, -32, std::vector<float>(200, 1.0f));
  const auto code = [&](const Control& control) {
    try {
      render(bytes, {}, control);
    } catch (const Error& error) {
      return std::string(error.code());
    }
    return std::string("none");
  };
  const auto now = Control::Clock::now();
  CHECK(code({&cancel, Control::Clock::time_point::max()}) == "CANCELLED");
  CHECK(code({&go, now}) == "DEADLINE");
  CHECK(code({&go, Control::Clock::time_point::max()}) == "none");
}
