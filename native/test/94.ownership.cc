// Owners of pixels where there is no skymap: every pixel as if it were asked alone.
#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "core/mosaic/ownership.h"

using namespace vignet;

namespace {

constexpr double kStep = 0.0001;  // degrees a pixel

// TAN around a place, turned; with SIP terms of up to some pixels at the edges when `bent`.
std::string cardsOf(const Sky& at, const Pixel& reference, double turn, double mirror, double bent) {
  const auto card = [](const std::string& key, double value) {
    return key + " = " + std::to_string(value) + "\n";
  };
  const auto small = [](const std::string& key, double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%-8s= %.15E\n", key.c_str(), value);
    return std::string(text);
  };
  std::string cards = bent == 0 ? "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\n"
                                : "CTYPE1  = 'RA---TAN-SIP'\nCTYPE2  = 'DEC--TAN-SIP'\n";
  cards += card("CRVAL1", at.lon) + card("CRVAL2", at.lat) + card("CRPIX1", reference.x + 1) +
           card("CRPIX2", reference.y + 1);
  cards += small("CD1_1", -kStep * mirror * std::cos(turn)) + small("CD1_2", kStep * std::sin(turn));
  cards += small("CD2_1", kStep * mirror * std::sin(turn)) + small("CD2_2", kStep * std::cos(turn));
  if (bent != 0)
    cards += "A_ORDER = 2\nB_ORDER = 2\n" + small("A_2_0", bent) + small("A_1_1", -bent) +
             small("B_0_2", bent / 2);
  return cards;
}

struct Image {
  NumericWcs numbers;
  Vec3 centre;
};

}  // namespace

TEST_CASE("each pixel is of the image whose centre is nearest among those that it lies on") {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> turn(-3, 3), away(-160, 160), one(0, 1);
  const uint32_t width = 260, height = 240;
  for (int round = 0; round < 8; ++round) {
    const Sky middle{round % 2 ? 359.999 : 120, round % 3 == 2 ? 89.99 : -31};
    const Ownership::Frame frame{cardsOf(middle, {150, 140}, round * 0.01, 1, 0), 300, 280, {}, {0, 0}};
    Wcs mosaic(numbersOf(frame.cards));
    std::vector<Image> images;
    for (int i = 0; i < 6; ++i) {
      // The last lies where the one before does: another epoch, turned.
      const Pixel at{150 + away(random), 140 + away(random)};
      Sky sky = middle;
      uint8_t ok = 0;
      mosaic.toSky({&at, 1}, {&sky, 1}, {&ok, 1});
      REQUIRE(ok);
      const double mirror = one(random) < 0.3 ? -1 : 1, bent = one(random) < 0.5 ? 2e-5 : 0;
      const Pixel reference{(width - 1) / 2.0, (height - 1) / 2.0};
      if (i == 5)
        images.push_back({numbersOf(cardsOf({images[4].numbers.crval[0], images[4].numbers.crval[1]},
                                            reference, turn(random), 1, 0)),
                          {}});
      else
        images.push_back({numbersOf(cardsOf(sky, reference, turn(random), mirror, bent)), {}});
      Wcs wcs(images.back().numbers);
      wcs.toSky({&reference, 1}, {&sky, 1}, {&ok, 1});
      images.back().centre = toVector(sky.lon, sky.lat);
    }
    std::vector<OwnerInput> inputs;
    for (const Image& image : images) inputs.push_back({{}, &image.numbers, width, height, {}, {}});

    std::vector<Pixel> pixels;
    for (uint32_t y = 0; y < frame.height; ++y)
      for (uint32_t x = 0; x < frame.width; ++x)
        pixels.push_back({static_cast<double>(x), static_cast<double>(y)});
    std::vector<Sky> sky(pixels.size());
    std::vector<uint8_t> ok(pixels.size());
    mosaic.toSky(pixels, sky, ok);
    std::vector<int32_t> owners(pixels.size(), Ownership::kNone);
    std::vector<double> nearest(pixels.size(), INFINITY);
    for (size_t i = 0; i < images.size(); ++i) {
      Wcs wcs(images[i].numbers);
      std::vector<Pixel> on(pixels.size());
      wcs.toPixel(sky, on, ok);
      for (size_t k = 0; k < pixels.size(); ++k) {
        const double distance = angle(toVector(sky[k].lon, sky[k].lat), images[i].centre);
        const bool inside =
            ok[k] && on[k].x >= -0.5 && on[k].y >= -0.5 && on[k].x < width - 0.5 && on[k].y < height - 0.5;
        if (inside && distance < nearest[k]) nearest[k] = distance, owners[k] = static_cast<int32_t>(i);
      }
    }

    Ownership whole(frame, std::nullopt, inputs), single(frame, std::nullopt, inputs);
    std::vector<int32_t> found(pixels.size(), Ownership::kNone), alone(pixels.size(), Ownership::kNone);
    const auto put = [&](std::span<const OwnedRun> runs, std::vector<int32_t>& to) {
      for (const OwnedRun& run : runs)
        for (uint32_t x = run.x0; x < run.x1; ++x) to[size_t{run.y} * frame.width + x] = run.owner;
    };
    put(whole.rows(0, frame.height), found);
    for (uint32_t y = 0; y < frame.height; y += 7) put(single.rows(y, std::min(y + 7, frame.height)), alone);
    size_t wrong = 0;
    for (size_t k = 0; k < pixels.size(); ++k) wrong += found[k] != owners[k];
    CHECK(wrong == 0);
    CHECK(found == alone);
  }
}
