// Rings skymaps: numbers of real registries, and two ways of finding a tract that must agree.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "core/base/error.h"
#include "core/mosaic/ownership.h"
#include "core/mosaic/skymap.h"

using namespace vignet;

namespace {

const RingsConfig kCells{120, 0, 0.2, 1 / 60.0, 3000};
const RingsConfig kHsc{120, 0, 0.168, 1 / 60.0, 4000};

Sky randomSky(std::mt19937_64& random) {
  std::uniform_real_distribution<double> lon(0, 360), z(-1, 1);
  return {lon(random), std::asin(z(random)) * 57.29577951308232};
}

}  // namespace

TEST_CASE("tracts lie where the Butler's registries have them") {
  const RingsSkymap cells(kCells), hsc(kHsc);
  CHECK(cells.tracts() == 18938);
  const struct {
    const RingsSkymap& map;
    uint32_t id;
    double lon, lat;
    uint32_t size;
    int64_t crpix;
  } known[] = {{cells, 5063, 53.0875576, -27.5206612, 30000, 14999},
               {cells, 9813, 150.2479339, 2.2314050, 30000, 14999},
               {cells, 5428, 295.8904110, -26.0330579, 30000, 14999},
               {hsc, 9615, 216.2962963, 0.7438017, 36000, 17999}};
  for (const auto& k : known) {
    const Tract tract = k.map.tract(k.id);
    CHECK(std::abs(tract.centre.lon - k.lon) < 6e-8);
    CHECK(std::abs(tract.centre.lat - k.lat) < 6e-8);
    CHECK(tract.size[0] == k.size);
    CHECK(tract.size[1] == k.size);
    CHECK(tract.crpix[0] == k.crpix);
    CHECK(tract.crpix[1] == k.crpix);
    CHECK(k.map.find(tract.centre) == k.id);
  }
  CHECK(cells.find({10, -90}) == 0);
  CHECK(cells.find({10, 90}) == 18937);
}

TEST_CASE("what is surely of one tract is of that tract everywhere") {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> turn(0, 6.283185307), size(-6, -1.5);
  for (const RingsConfig& config : {kCells, kHsc, RingsConfig{3, 17.5, 10, 0.1, 500}}) {
    const RingsSkymap map(config);
    int sure = 0;
    for (int i = 0; i < 3000; ++i) {
      const Sky centre = randomSky(random);
      const double radius = std::pow(10, size(random));
      const auto tract = map.findAll(centre, radius);
      if (!tract) continue;
      ++sure;
      for (int k = 0; k < 16; ++k) {
        const double bearing = turn(random), d = radius * 0.999999, lat = centre.lat / 57.29577951308232;
        const double s = std::sin(lat) * std::cos(d) + std::cos(lat) * std::sin(d) * std::cos(bearing);
        const Sky at{
            centre.lon + 57.29577951308232 * std::atan2(std::sin(bearing) * std::sin(d) * std::cos(lat),
                                                        std::cos(d) - std::sin(lat) * s),
            57.29577951308232 * std::asin(std::fmin(1, std::fmax(-1, s)))};
        CHECK_MESSAGE(map.find(at) == *tract, centre.lon, " ", centre.lat, " ", radius);
      }
    }
    CHECK(sure > 100);
  }
}

TEST_CASE("patches have half-open inner boxes") {
  const RingsSkymap map(kCells);
  const Tract tract = map.tract(9813);
  CHECK(map.patch(tract, 0, 0) == 0u);
  CHECK(map.patch(tract, 2999, 2999) == 0u);
  CHECK(map.patch(tract, 3000, 2999) == 1u);
  CHECK(map.patch(tract, 2999, 3000) == 10u);
  CHECK(map.patch(tract, 29999, 29999) == 99u);
  CHECK_FALSE(map.patch(tract, -1, 0));
  CHECK_FALSE(map.patch(tract, 30000, 0));
}

TEST_CASE("definitions out of range are refused") {
  for (const RingsConfig& bad : {RingsConfig{0, 0, 0.2, 0, 3000}, RingsConfig{120, NAN, 0.2, 0, 3000},
                                 RingsConfig{120, 0, 0, 0, 3000}, RingsConfig{120, 0, 0.2, -1, 3000},
                                 RingsConfig{120, 0, 0.2, 0, 0}, RingsConfig{4000000000u, 0, 0.2, 0, 3000}}) {
    CHECK_THROWS_AS(RingsSkymap{bad}, const Error&);
  }
  CHECK_THROWS_AS(RingsSkymap(kCells).tract(18938), const Error&);
}

TEST_CASE("owners do not depend on what they are asked with") {
  // A frame across four tracts of a coarse skymap, asked as a whole, by rows and by single rows of another
  // block size.
  const RingsConfig config{60, 0, 20, 0.05, 64};
  const RingsSkymap map(config);
  const Tract tract = map.tract(map.find({100, 1.4}));
  std::vector<OwnerInput> inputs;
  for (uint32_t t = 0; t < map.tracts(); ++t) {
    const Tract other = map.tract(t);
    if (std::abs(other.centre.lon - tract.centre.lon) > 4 ||
        std::abs(other.centre.lat - tract.centre.lat) > 4)
      continue;
    for (uint32_t p = 0; p < other.patches[0] * other.patches[1]; ++p)
      inputs.push_back({PatchKey{t, p}, nullptr, 0, 0, {}, {}});
  }
  const Ownership::Frame frame{map.cards(tract), 600, 580, tract.id, {0, 0}};
  Ownership whole(frame, config, inputs), single(frame, config, inputs);
  const auto all = whole.rows(0, 580);
  size_t owned = 0;
  auto next = all.begin();
  for (uint32_t y = 0; y < 580; ++y) {
    for (const OwnedRun& run : single.rows(y, y + 1)) {
      REQUIRE(next != all.end());
      CHECK(run == *next++);
      owned += run.x1 - run.x0;
    }
  }
  CHECK(next == all.end());
  CHECK(owned > 100000);
}
