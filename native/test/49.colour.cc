// Colour pictures: only what all three images have, each in its place, and nothing that a file says is
// trusted. That colours are astropy's: test/products/colour.test.ts.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/fits/write.h"
#include "core/render/colour.h"

using namespace vignet;

namespace {

std::vector<std::byte> imageOf(uint32_t width, uint32_t height, const std::vector<float>& pixels) {
  HeaderWriter header;
  header.add("SIMPLE", true);
  header.add("BITPIX", -32);
  header.add("NAXIS", 2);
  header.add("NAXIS1", int64_t{width});
  header.add("NAXIS2", int64_t{height});
  const std::string text = header.finish();
  std::vector<std::byte> out(text.size() + paddedBlock(4 * pixels.size()));
  std::memcpy(out.data(), text.data(), text.size());
  for (size_t i = 0; i < pixels.size(); ++i) storeBe(out.data() + text.size() + 4 * i, pixels[i]);
  return out;
}

std::array<int, 4> at(const Picture& p, uint32_t x, uint32_t y) {
  const uint8_t* from = p.rgba.data() + 4 * (size_t{y} * p.width + x);
  return {from[0], from[1], from[2], from[3]};
}

std::string codeOf(const std::array<ColourChannel, 3>& channels, const ColourOptions& options) {
  try {
    renderColour(channels, options);
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

}  // namespace

TEST_CASE("colour: what all three images have, the last row on top") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto red = imageOf(3, 2, {100, 0, 0, 0, 0, 0});
  const auto green = imageOf(3, 2, {0, 0, 0, 0, 0, nan});
  // One more column to the left and one row below: its pixel (1, 1) is pixel (0, 0) of the others.
  const auto blue = imageOf(4, 3, {9, 9, 9, 9, 9, 0, 0, 0, 9, 0, 50, 0});
  const std::array<ColourChannel, 3> channels{{{red, 0, 0}, {green, 0, 0}, {blue, -1, -1}}};
  ColourOptions options;
  options.stretch = 10, options.minimum = {0, 0, 0};
  const Picture p = renderColour(channels, options);
  REQUIRE(p.width == 3);
  REQUIRE(p.height == 2);
  const std::array<int, 4> black{0, 0, 0, 255}, none{0, 0, 0, 0};
  const auto bottomLeft = at(p, 0, 1), topMiddle = at(p, 1, 0);
  CHECK((bottomLeft[0] > 200 && bottomLeft[1] == 0 && bottomLeft[2] == 0));
  CHECK((topMiddle[2] > 150 && topMiddle[0] == 0));
  CHECK(at(p, 1, 1) == black);
  CHECK(at(p, 2, 0) == none);
  options.maxSide = 2;
  CHECK(renderColour(channels, options).width == 2);
}

TEST_CASE("colour: limits of its own") {
  std::vector<float> noise(400);
  for (size_t k = 0; k < noise.size(); ++k) noise[k] = 7 + std::sin(static_cast<float>(k * k));
  noise[210] = 3000;
  const auto image = imageOf(20, 20, noise);
  const Picture p = renderColour({{{image, 0, 0}, {image, 0, 0}, {image, 0, 0}}}, {});
  CHECK(at(p, 10, 9)[0] > 200);
  CHECK(at(p, 3, 3)[0] < 60);
  const auto flat = imageOf(20, 20, std::vector<float>(400, 5));
  const auto empty = imageOf(20, 20, std::vector<float>(400, NAN));
  CHECK(at(renderColour({{{flat, 0, 0}, {flat, 0, 0}, {flat, 0, 0}}}, {}), 0, 0)[3] == 255);
  CHECK(at(renderColour({{{flat, 0, 0}, {empty, 0, 0}, {flat, 0, 0}}}, {}), 0, 0)[3] == 0);
  const auto huge = imageOf(20, 20, std::vector<float>(400, 3e38F));
  CHECK(renderColour({{{huge, 0, 0}, {flat, 0, 0}, {huge, 0, 0}}}, {}).rgba.size() == 1600);
}

TEST_CASE("colour: refusals") {
  const auto image = imageOf(4, 4, std::vector<float>(16, 1));
  const ColourChannel here{image, 0, 0};
  CHECK(codeOf({{here, here, {image, 4, 0}}}, {}) == "NO_OVERLAP");
  CHECK(codeOf({{here, here, {image, INT64_MAX, 0}}}, {}) == "BAD_SIZE");
  CHECK(codeOf({{here, here, {image, INT64_MIN, 0}}}, {}) == "BAD_SIZE");
  ColourOptions options;
  options.stretch = 0;
  CHECK(codeOf({{here, here, here}}, options) == "BAD_STRETCH");
  options = {};
  options.q = -1;
  CHECK(codeOf({{here, here, here}}, options) == "BAD_STRETCH");
  options = {};
  options.maxSide = 0;
  CHECK(codeOf({{here, here, here}}, options) == "BAD_SIZE");
  const std::vector<std::byte> cut(image.begin(), image.begin() + 2000);
  CHECK(codeOf({{here, here, {cut, 0, 0}}}, {}) != "");
}
