// Coverage maps: against healpy and against points drawn in the regions.
#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <random>
#include <set>
#include <sstream>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/index/dataset_index.h"
#include "core/sphere/cell_set.h"
#include "core/sphere/footprint.h"
#include "core/sphere/healpix.h"
#include "oracle.h"

using namespace vignet;

namespace {

// Cells and the memory they are in.
struct Drawn {
  explicit Drawn(int order) : words(CellSet::bytesFor(order) / 8), cells(memory(), order) {}
  std::span<std::byte> memory() { return std::as_writable_bytes(std::span(words)); }
  bool has(uint64_t cell) const { return (words[cell / 64] >> cell % 64 & 1) != 0; }
  std::vector<uint64_t> words;
  CellSet cells;
};

// The cells of an order that NUNIQ numbers stand for; each once, or the MOC is not in its normal form.
std::set<uint64_t> cellsOfMoc(const std::vector<uint32_t>& uniq, int order) {
  std::set<uint64_t> cells;
  for (const uint64_t number : uniq) {
    const int at = (63 - std::countl_zero(number)) / 2 - 1;
    REQUIRE(at <= order);
    const uint64_t cell = number - (uint64_t{4} << 2 * at);
    REQUIRE(cell < uint64_t{12} << 2 * at);
    for (uint64_t k = cell << 2 * (order - at); k < (cell + 1) << 2 * (order - at); k++)
      CHECK(cells.insert(k).second);
  }
  return cells;
}

// A star of n vertices about a place, whose outline is the same whatever n is but for its points; degrees.
std::vector<double> star(int n, double lon, double lat, double radius, double wobble) {
  std::vector<double> vertices;
  const Vec3 centre = toVector(lon, lat), east = toVector(lon + 90, 0), north = cross(centre, east);
  for (int i = 0; i < n; i++) {
    const double turn = 2 * kPi * i / n, out = std::tan(radius * (1 - wobble * (i % 2)) * kDegree);
    Vec3 v;
    for (std::size_t k = 0; k < 3; k++)
      v[k] = centre[k] + out * (std::cos(turn) * east[k] + std::sin(turn) * north[k]);
    double ra, dec;
    toLonLat(v, ra, dec);
    vertices.insert(vertices.end(), {ra, dec});
  }
  return vertices;
}

// As `cover` is meant: every cell compared with the whole edge.
std::vector<healpix::CellRange> coverOfWholeEdge(const Region& region, int order, std::size_t budget) {
  std::vector<healpix::CellRange> ranges;
  std::vector<uint64_t> open(12);
  for (uint64_t face = 0; face < 12; face++) open[face] = face;
  for (int at = 0; at <= order; at++) {
    const double reach = healpix::cellRadius(at);
    const auto keep = [&](uint64_t cell) {
      ranges.push_back({cell << 2 * (order - at), (cell + 1) << 2 * (order - at)});
    };
    std::vector<uint64_t> partial, parts;
    for (const uint64_t cell : open) {
      const Vec3 centre = healpix::centreOf(cell, at);
      if (angle(centre, region.capCentre()) > region.capRadius() + reach + 1e-9) continue;
      const double clearance = region.clearance(centre);
      if (clearance < -reach) continue;
      if (clearance >= reach || at == order)
        keep(cell);
      else
        partial.push_back(cell);
    }
    if (4 * partial.size() > budget) {
      for (const uint64_t cell : partial) keep(cell);
      break;
    }
    for (const uint64_t cell : partial)
      for (uint64_t child = 0; child < 4; child++) parts.push_back(4 * cell + child);
    open.swap(parts);
  }
  std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
  std::vector<healpix::CellRange> merged;
  for (const auto& range : ranges) {
    if (!merged.empty() && merged.back().end == range.begin)
      merged.back().end = range.end;
    else
      merged.push_back(range);
  }
  return merged;
}

}  // namespace

TEST_CASE("a coverage map holds healpy's cells of a disc, and others only within half a cell of it") {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::string questions;
  std::vector<std::array<double, 3>> discs;
  std::vector<int> orders;
  for (int i = 0; i < 120; i++) {
    const int order = i % 10;
    const double lon = 360 * uniform(random),
                 radius = std::pow(10, 2 * uniform(random) - 1.3) * 64 / (1 << order);
    double lat = std::asin(2 * uniform(random) - 1) / kDegree;
    if (i % 9 == 0) lat = 89.9;
    std::ostringstream line;
    line.precision(17);
    line << "disc " << order << " " << lon << " " << lat << " " << radius << "\n";
    questions += line.str();
    discs.push_back({lon, lat, radius});
    orders.push_back(order);
  }
  const auto answers = oracle::ask("healpix_oracle.py", questions);
  REQUIRE(answers.size() == discs.size());
  for (std::size_t i = 0; i < discs.size(); i++) {
    const auto [lon, lat, radius] = discs[i];
    Drawn drawn(orders[i]);
    drawn.cells.add(*circleRegion(lon, lat, std::min(radius, 179.0)), {});
    std::istringstream theirs(answers[i]);
    for (uint64_t cell; theirs >> cell;) CHECK(drawn.has(cell));
    for (uint64_t cell = 0; cell < uint64_t{12} << 2 * orders[i]; cell++) {
      if (!drawn.has(cell)) continue;
      const double off = angle(toVector(lon, lat), healpix::centreOf(cell, orders[i])) - radius * kDegree;
      CHECK(off <= 1.5 * healpix::cellRadius(orders[i]) + 1e-12);
    }
  }
}

TEST_CASE("a cover that follows the edge piece by piece is that of the whole edge at every cell") {
  std::mt19937_64 random(15);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 120; i++) {
    const double lon = 360 * uniform(random);
    const double lat = i % 10 == 0 ? 89.99 : std::asin(2 * uniform(random) - 1) / kDegree;
    const double radius = std::pow(10, 3.5 * uniform(random) - 2);
    std::unique_ptr<Region> region;
    if (i % 4 == 0)
      region = circleRegion(lon, lat, radius);
    else if (i % 4 == 1)
      region =
          rangeRegion(lon, std::fmod(lon + 3 * radius, 360), std::min(lat, 80.0), std::min(lat, 80.0) + 5);
    else
      region = polygonRegion(
          star(3 + static_cast<int>(random() % 400), lon, lat, radius, i % 4 == 2 ? 0 : 0.4), false);
    // Until its cells are a tenth of it.
    const int order = std::clamp(static_cast<int>(std::log2(600 / radius)), 1, 12);
    for (const std::size_t budget : {64, 4096})
      CHECK(healpix::cover(*region, order, budget) == coverOfWholeEdge(*region, order, budget));
  }
}

TEST_CASE("vertices make a cover no dearer than looking at each from ten cells of every order") {
  // Polls are counted: one a cell, and one for 128 distances.
  const auto pollsFor = [](int vertices) {
    int polls = 0;
    const std::function<void()> count = [&] { polls++; };
    const Control counting(nullptr, Control::Clock::time_point::max(), &count);
    Drawn drawn(CellSet::kMaxOrder);
    drawn.cells.add(*polygonRegion(star(vertices, 150, 2, 1.5, 0), false), counting);
    return polls;
  };
  const int few = pollsFor(30);
  for (const int vertices : {1000, 10'000})
    CHECK(pollsFor(vertices) < 1.05 * few + vertices * 10.0 * (CellSet::kMaxOrder + 3) / 128);
}

TEST_CASE("the MOC of random cells stands for the same cells, in the one normal form") {
  std::mt19937_64 random(12);
  for (int order = 0; order <= 5; order++) {
    for (const int share : {0, 1, 9, 10}) {
      Drawn drawn(order);
      std::set<uint64_t> meant;
      for (uint64_t cell = 0; cell < uint64_t{12} << 2 * order; cell++) {
        if (static_cast<int>(random() % 10) >= share) continue;
        drawn.words[cell / 64] |= uint64_t{1} << cell % 64;
        meant.insert(cell);
      }
      const auto uniq = drawn.cells.uniq();
      CHECK(std::is_sorted(uniq.begin(), uniq.end()));
      CHECK(cellsOfMoc(uniq, order) == meant);
      // No four siblings stay apart.
      const std::set<uint32_t> all(uniq.begin(), uniq.end());
      for (const uint32_t number : uniq) {
        if (number < 16 || number % 4 != 0) continue;
        CHECK_FALSE((all.count(number + 1) && all.count(number + 2) && all.count(number + 3)));
      }
      if (share == 10) CHECK(uniq == std::vector<uint32_t>{4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    }
  }
}

TEST_CASE("the cells of an index are those of its rows, also when each step is followed by a yield") {
  std::mt19937_64 random(13);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<IndexRow> rows;
  for (uint8_t i = 0; i < 40; i++) {
    IndexRow row;
    row.uuid[0] = i;
    const double lon = 360 * uniform(random), lat = 160 * uniform(random) - 80;
    if (i % 4 == 1) row.footprint = {lon, lat, 0.3};
    if (i % 4 > 1) row.footprint = {lon, lat, lon + 1, lat, lon + 1, lat + 1, lon, lat + 1};
    rows.push_back(row);
  }
  const std::string path =
      (std::filesystem::temp_directory_path() / ("vignet-" + std::to_string(::getpid()) + "coverage"))
          .string();
  buildIndex(path, rows);
  const DatasetIndex index(path);
  std::filesystem::remove(path);
  constexpr int kOrder = 8;
  // Every second row.
  const std::vector<std::byte> bytes(5, std::byte{0b10101010});
  const RowBits half{bytes, 0};
  for (const RowBits* among : {static_cast<const RowBits*>(nullptr), &half}) {
    Drawn whole(kOrder), stepped(kOrder), expected(kOrder);
    CHECK(index.cover(among, whole.cells, 0, {}) == rows.size());
    const std::atomic<int32_t> yield{1};
    const Control yielding(&yield, Control::Clock::time_point::max());
    int calls = 0;
    for (uint64_t cursor = 0; cursor < rows.size(); calls++)
      cursor = index.cover(among, stepped.cells, cursor, yielding);
    CHECK(calls >= (among ? 19 : 39));
    for (uint32_t i = 0; i < rows.size(); i++)
      if ((!among || i % 2 == 0) && !rows[i].footprint.empty())
        expected.cells.add(*footprintRegion(rows[i].footprint), {});
    CHECK(whole.words == expected.words);
    CHECK(stepped.words == expected.words);
    CHECK_FALSE(whole.cells.uniq().empty());
  }
}

TEST_CASE("a region where all cells are there changes nothing, and one at their border is not left out") {
  std::mt19937_64 random(14);
  std::uniform_real_distribution<double> uniform(0, 1);
  constexpr int kOrder = 7;
  Drawn tiled(kOrder);
  tiled.cells.add(*circleRegion(20, 30, 8), {});
  for (int i = 0; i < 300; i++) {
    const auto region = circleRegion(20 + 24 * (uniform(random) - 0.5), 30 + 20 * (uniform(random) - 0.5),
                                     3 * uniform(random));
    Drawn one(kOrder), both(kOrder);
    one.cells.add(*region, {});
    both.words = tiled.words;
    both.cells.add(*region, {});
    for (std::size_t at = 0; at < both.words.size(); at++)
      if (both.words[at] != (tiled.words[at] | one.words[at])) FAIL("word " << at << " of circle " << i);
  }
}

TEST_CASE("memory that does not fit its order is refused") {
  std::vector<uint64_t> words(CellSet::bytesFor(4) / 8);
  const auto memory = std::as_writable_bytes(std::span(words));
  CHECK_THROWS_AS(CellSet(memory, 5), Error);
  CHECK_THROWS_AS(CellSet(memory, -1), Error);
  CHECK_THROWS_AS(CellSet(memory, 12), Error);
  CHECK_NOTHROW(CellSet(memory, 4));
}
