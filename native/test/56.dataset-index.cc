// The index over footprints: against brute force, and against damage.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <ctime>
#include <functional>

#include "core/base/error.h"
#include "core/index/index_file.h"
#include "core/sphere/footprint.h"
#include "index_support.h"

using namespace vignet;
using namespace vignet::test;

namespace {

using Shape = Stencil::Shape;

template <class Shape>
std::vector<uint32_t> bruteForce(const std::vector<IndexRow>& rows, const Shape& shape) {
  std::vector<uint32_t> found;
  for (uint32_t i = 0; i < rows.size(); i++) {
    if (overlaps(rows[i].footprint, shape)) found.push_back(i);
  }
  return found;
}

// Of processor time: other programs may run beside the tests.
double seconds(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("rows out of order, and UUIDs given twice, are refused") {
  std::mt19937_64 random(22);
  const Scratch base("base"), delta("delta");
  auto rows = randomRows(random, 5, 0.1, 20);
  buildIndex(base.path, rows);
  std::swap(rows[1], rows[2]);
  CHECK_THROWS_AS(buildIndex(base.path, rows), Error);
  rows[0].uuid = rows[4].uuid;
  CHECK_THROWS_AS(updateIndex(delta.path, DatasetIndex(base.path), {}, rows), Error);
  CHECK(DatasetIndex(base.path).size() == 5);
}

TEST_CASE("the index finds what brute force finds") {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto rows = randomRows(random, 5000, 0.001, 60);
  const Scratch scratch("index");
  buildIndex(scratch.path, rows);
  const DatasetIndex index(scratch.path);
  REQUIRE(index.size() == rows.size());
  for (uint32_t i = 0; i < rows.size(); i++) {
    CHECK(index.find(rows[i].uuid) == i);
    CHECK(index.footprint(i) == rows[i].footprint);
    const IndexRow row = index.row(i);
    CHECK((row.uuid == rows[i].uuid && row.pack == rows[i].pack && row.offset == rows[i].offset &&
           row.length == rows[i].length));
    CHECK((row.file == rows[i].file && row.state == rows[i].state));
    std::vector<uint32_t> ofFile;
    if (i % 50 == 0)
      for (uint32_t k = 0; k < rows.size(); k++)
        if (rows[k].file == row.file) ofFile.push_back(k);
    if (i % 50 == 0) CHECK(index.ofFile(row.file) == ofFile);
    CHECK((row.emMin == 4e-7 && std::isnan(row.emMax) && row.tMin == rows[i].tMin && std::isnan(row.tMax)));
  }
  CHECK(index.find(randomUuid(random)) == -1);
  CHECK(index.ofFile(randomUuid(random)).empty());
  CHECK_THROWS_AS(index.row(5000), Error);
  std::size_t hits = 0;
  for (int k = 0; k < 400; k++) {
    double lon = 360 * uniform(random), lat = std::asin(2 * uniform(random) - 1) / kDegree;
    if (k % 8 == 0) lat = 89.9, lon = 10;
    if (k % 8 == 1) lon = 0;
    const Vec3 point = toVector(lon, lat);
    const auto found = index.search(point);
    CHECK(found == bruteForce(rows, point));
    hits += found.size();
    const double size = 0.001 * std::pow(10, 4.5 * uniform(random));
    const Stencil circle = Stencil::make(Shape::circle, {lon, lat, size});
    CHECK(index.search(circle) == bruteForce(rows, circle));
    const Stencil range = Stencil::make(
        Shape::range, {lon - size, lon + size, std::max(-90.0, lat - size), std::min(90.0, lat + size)});
    CHECK(index.search(range) == bruteForce(rows, range));
    const Stencil polygon = Stencil::make(Shape::polygon, rectangle(lon, lat, size, size, k));
    CHECK(index.search(polygon) == bruteForce(rows, polygon));
  }
  CHECK(hits > 400);
  const Stencil all = Stencil::make(Shape::circle, {0, 0, 180});
  CHECK(index.search(all) == bruteForce(rows, all));
  CHECK(index.search(all).size() == 4950);
}

TEST_CASE("an empty index, repeated UUIDs, bad rows") {
  const Scratch scratch("empty");
  buildIndex(scratch.path, {});
  const DatasetIndex index(scratch.path);
  CHECK(index.size() == 0);
  CHECK(index.find(Uuid{}) == -1);
  CHECK(index.search(toVector(1, 2)).empty());
  CHECK_THROWS_AS(buildIndex(scratch.path, std::vector<IndexRow>(2)), Error);  // the same UUID twice
  IndexRow bad;
  bad.footprint = {1, 2, 3, 4};
  CHECK_THROWS_AS(buildIndex(scratch.path, std::vector<IndexRow>{bad}), Error);
  CHECK(DatasetIndex(scratch.path).size() == 0);  // the old file still stands
  CHECK_THROWS_AS(buildIndex("/nowhere/at/all", {}), Error);
  CHECK_THROWS_AS(DatasetIndex("/nowhere/at/all"), Error);
  CHECK(formatUuid(parseUuid("0123ABCD-4567-89ab-cdef-0123456789AB")) ==
        "0123abcd-4567-89ab-cdef-0123456789ab");
  for (const char* text : {"", "0123abcd", "0123abcd-4567-89ab-cdef-0123456789a",
                           "0123abcd-4567-89ab-cdef-0123456789ag", "0123abcd04567-89ab-cdef-0123456789ab"}) {
    CHECK_THROWS_AS(parseUuid(text), Error);
  }
}

// Oracle: the answers of the whole file. Before the blocks had checksums, a fifth of such damages hid
// datasets or gave the place of another one.
TEST_CASE("a damaged index is an error, or answers as the whole one does") {
  std::mt19937_64 random(8);
  const auto rows = randomRows(random, 60, 0.1, 20);
  const Scratch whole("whole"), broken("broken");
  buildIndex(whole.path, rows);
  std::ifstream in(whole.path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  const auto answers = [&](const DatasetIndex& index) {
    std::vector<double> all;
    const auto add = [&](const auto& numbers) { all.insert(all.end(), numbers.begin(), numbers.end()); };
    for (uint32_t i = 0; i < index.size() && i < 100; i++) {
      const IndexRow row = index.row(i);
      add(row.uuid);
      add(std::array{double(row.pack), double(row.offset), double(row.length), row.emMin, row.tMin});
      add(index.footprint(i));
    }
    for (const IndexRow& row : rows) all.push_back(static_cast<double>(index.find(row.uuid)));
    add(index.search(Stencil::make(Shape::circle, {0, 0, 180})));
    add(index.search(Stencil::make(Shape::range, {0, 20, 0, 30})));
    for (int k = 0; k < 30; k++) add(index.search(toVector(12.0 * k, 5.0 * k - 75)));
    return all;
  };
  const std::vector<double> expected = answers(DatasetIndex(whole.path));
  const auto use = [&](const std::string& damaged) {
    std::ofstream(broken.path, std::ios::binary | std::ios::trunc) << damaged;
    try {
      const DatasetIndex index(broken.path);
      CHECK_THROWS_AS(index.verify(), Error);
      const bool same = answers(index) == expected;
      CHECK(same);
      return true;
    } catch (const Error& e) {
      CHECK(e.code() == "BAD_INDEX");
      return false;
    }
  };
  DatasetIndex(whole.path).verify();
  for (const std::size_t size :
       {static_cast<std::size_t>(0), static_cast<std::size_t>(7), static_cast<std::size_t>(100),
        static_cast<std::size_t>(300), bytes.size() / 2, bytes.size() - 1})
    CHECK_FALSE(use(bytes.substr(0, size)));
  CHECK_FALSE(use(bytes + "x"));
  for (std::size_t at = 0; at < sizeof(index_file::Header); at += 3) {  // covered by its own checksum
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    CHECK_FALSE(use(damaged));
  }
  for (int k = 0; k < 600; k++) {
    std::string damaged = bytes;
    const std::size_t at =
        sizeof(index_file::Header) + random() % (bytes.size() - sizeof(index_file::Header));
    if (k % 3 == 0)
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    else
      for (std::size_t n = at; n < at + random() % 512 && n < bytes.size(); n++)
        damaged[n] = static_cast<char>(~damaged[n]);
    if (damaged != bytes) use(damaged);
  }
}

// Oracle: the same searches run to their end without a stop. The steps between two polls are counted, not
// timed.
TEST_CASE("searches in steps find the same however often they are stopped") {
  std::mt19937_64 random(11);
  const auto rows = randomRows(random, 4000, 0.01, 30);
  const Scratch scratch("steps");
  buildIndex(scratch.path, rows);
  const DatasetIndex index(scratch.path);
  std::vector<double> star;
  for (int k = 0; k < 300; k++) {
    double lon, lat;
    const double a = 2 * kPi * k / 300, r = k % 2 ? 0.3 : 0.2;
    toLonLat({1, r * std::cos(a), r * std::sin(a)}, lon, lat);
    star.insert(star.end(), {lon < 0 ? lon + 360 : lon, lat});
  }
  std::vector<IndexSearch> searches;
  for (const Stencil& one : {Stencil::make(Shape::polygon, star), Stencil::make(Shape::circle, {200, 10, 40}),
                             Stencil::make(Shape::range, {0, 90, -90, -80})})
    searches.push_back({one});
  searches.push_back({std::nullopt, toVector(50, 50)});
  searches.push_back({Stencil::make(Shape::circle, {0, 0, 180}), {}, 60000, 60500});
  SearchState expected;
  CHECK(index.search(searches, nullptr, index.size(), expected, 0, {}) ==
        DatasetIndex::kSteps * searches.size());
  std::size_t brute = 0;
  for (uint32_t i = 0; i < rows.size(); i++) {
    bool there = rows[i].tMin <= 60500 && !rows[i].footprint.empty();  // the last search: all the sky, a time
    for (const auto& one : searches)
      if (&one != &searches.back())
        there = there || (one.stencil ? overlaps(rows[i].footprint, *one.stencil)
                                      : overlaps(rows[i].footprint, one.point));
    CHECK(expected.found.has(i) == there);
    brute += there;
  }
  CHECK(expected.found.count() == brute);
  const std::vector<uint32_t> whole = expected.found.ascending();
  CHECK(whole.size() == brute);
  CHECK(std::is_sorted(whole.begin(), whole.end()));

  SUBCASE("asked to yield at every poll") {
    const std::atomic<int32_t> yield{1};
    SearchState state;
    uint64_t cursor = 0;
    int calls = 0;
    for (; cursor < DatasetIndex::kSteps * searches.size() && calls < 100'000; calls++)
      cursor = index.search(searches, nullptr, index.size(), state, cursor,
                            Control(&yield, Control::Clock::time_point::max()));
    CHECK(calls > 1000);
    CHECK(state.found.ascending() == whole);
  }
  SUBCASE("cancelled at any poll") {
    std::atomic<int32_t> word{0};
    int polls = 0;
    for (int stop = 1; stop < 4000; stop = stop * 3 / 2 + 1) {
      polls = 0;
      word = 0;
      const std::function<void()> onPoll = [&] {
        if (++polls == stop) word = 2;
      };
      SearchState state;
      CHECK_THROWS_AS(index.search(searches, nullptr, index.size(), state, 0,
                                   Control(&word, Control::Clock::time_point::max(), &onPoll)),
                      Error);
      CHECK(polls == stop);
    }
  }
  SUBCASE("more than are wanted end it") {
    SearchState state;
    CHECK(index.search(searches, nullptr, 10, state, 0, {}) == DatasetIndex::kSteps * searches.size());
    CHECK(state.found.count() == 11);
  }
  SUBCASE("only rows of a set count") {
    const std::byte odd{0x55};
    const std::vector<std::byte> bits(index.size() / 8 + 1, odd);
    const RowBits among{bits, 0};
    SearchState state;
    index.search(searches, &among, index.size(), state, 0, {});
    std::vector<uint32_t> odds;
    for (const uint32_t row : whole)
      if (row % 2 == 1) odds.push_back(row);
    CHECK(state.found.ascending() == odds);
  }
}

// Oracle: the polls that the same search makes in a small index. Rows elsewhere make no work.
TEST_CASE("the work of a search depends on what it meets, not on the rows of the index") {
  std::mt19937_64 random(12);
  const auto pollsIn = [](const std::vector<IndexRow>& rows, std::size_t expected) {
    const Scratch scratch("work");
    buildIndex(scratch.path, rows);
    const DatasetIndex index(scratch.path);
    int polls = 0;
    const std::atomic<int32_t> word{0};
    const std::function<void()> onPoll = [&] { polls++; };
    SearchState state;
    const IndexSearch here{std::nullopt, toVector(80, 40)};
    index.search({&here, 1}, nullptr, index.size(), state, 0,
                 Control(&word, Control::Clock::time_point::max(), &onPoll));
    CHECK(state.found.count() == expected);
    return polls;
  };
  auto rows = randomRows(random, 20, 0.1, 0.2);
  for (auto& row : rows) row.footprint = rectangle(80, 40, 0.2, 0.2, 0.1);
  const int few = pollsIn(rows, 20);
  auto elsewhere = randomRows(random, 30'000, 0.1, 0.2);
  for (auto& row : elsewhere) {
    row.footprint = rectangle(200 + static_cast<double>(row.offset % 90'000) / 1000, -40, 0.2, 0.2, 0.1);
    rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.uuid < b.uuid; });
  CHECK(pollsIn(rows, 20) == few);
  CHECK(few < 60);
}

TEST_CASE("a place that JavaScript cannot hold exactly is damage") {
  for (const uint64_t offset : {uint64_t{1} << 53, uint64_t{1} << 60, ~uint64_t{0}}) {
    std::vector<IndexRow> rows(1);
    rows[0].offset = offset, rows[0].length = 1;
    const Scratch scratch("unsafe");
    buildIndex(scratch.path, rows);
    CHECK_THROWS_AS(DatasetIndex(scratch.path).row(0), Error);
  }
}

TEST_CASE("damage to one block leaves the others in use") {
  std::mt19937_64 random(10);
  const auto rows = randomRows(random, 3000, 0.1, 1);
  const Scratch scratch("blocks");
  buildIndex(scratch.path, rows);
  {
    std::fstream file(scratch.path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(sizeof(index_file::Header) + 2 * index_file::kBlock + 100));
    file.put('!');
  }
  const DatasetIndex index(scratch.path);
  std::size_t whole = 0, damaged = 0;
  for (uint32_t i = 0; i < index.size(); i++) {
    try {
      const IndexRow row = index.row(i);
      CHECK(row.uuid == rows[i].uuid);
      whole++;
    } catch (const Error&) {
      damaged++;
    }
  }
  const std::size_t each = index_file::kBlock / sizeof(index_file::Row);
  CHECK(whole + damaged == rows.size());
  CHECK(damaged >= each);
  CHECK(damaged <= each + 2);
  CHECK_THROWS_AS(index.verify(), Error);
}

TEST_CASE("the index of many rows: times") {
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto rows = randomRows(random, 100'000, 0.1, 0.3);
  const Scratch scratch("many");
  const double build = seconds([&] { buildIndex(scratch.path, rows); });
  const DatasetIndex index(scratch.path);
  const Stencil circle = Stencil::make(Shape::circle, {100, 10, 0.01});
  std::size_t found = 0;
  const double points = seconds([&] {
    for (int k = 0; k < 10'000; k++)
      found += index.search(toVector(360 * uniform(random), 60 * uniform(random))).size();
  });
  const double circles = seconds([&] {
    for (int k = 0; k < 1000; k++) found += index.search(circle).size();
  });
  MESSAGE("100,000 rows: build " << build << " s, point " << points * 100 << " us, circle " << circles * 1000
                                 << " us, " << std::filesystem::file_size(scratch.path) << " bytes");
  CHECK(build < 60);
  CHECK(points * 100 < 1000);
}
