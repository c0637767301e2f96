// An index that changes: a base and a delta to it, against an index that is built anew, and against damage.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <map>

#include "core/base/error.h"
#include "index_support.h"

using namespace vignet;
using namespace vignet::test;

namespace {

using Shape = Stencil::Shape;

}  // namespace

// Oracle: an index that is built anew of the same rows, and a map from UUIDs to rows.
TEST_CASE(
    "an index and its deltas answer as one that is built anew, whatever was added, replaced and dropped") {
  std::mt19937_64 random(20);
  for (int history = 0; history < 12; history++) {
    INFO("history " << history);
    const Scratch base("base"), delta("delta"), merged("merged"), anew("anew");
    std::map<Uuid, IndexRow> held;
    for (const auto& row : randomRows(random, history == 0 ? 0 : random() % 400, 0.01, 60))
      held[row.uuid] = row;
    const auto rows = [&] {
      std::vector<IndexRow> all;
      for (const auto& [uuid, row] : held) all.push_back(row);
      return all;
    };
    buildIndex(base.path, rows());
    auto now = std::make_unique<DatasetIndex>(base.path);
    bool isWhole = true;
    for (int change = 0; change < 12; change++) {
      INFO("change " << change);
      if (random() % 5 == 0) {
        mergeIndex(merged.path, *now);
        isWhole = true;
      } else {
        std::vector<IndexRow> add = randomRows(random, random() % 60, 0.01, 60);
        std::vector<Uuid> remove{randomUuid(random)};  // that is not there
        std::vector<IndexRow> others = randomRows(random, held.size(), 0.01, 60);
        const uint64_t share = random() % 8;  // of ten rows are dropped
        for (std::size_t n = 0; const auto& [uuid, row] : held) {
          IndexRow& other = others[n++];
          other.uuid = uuid;
          if (random() % 10 < share)
            remove.push_back(uuid);
          else if (random() % 10 == 0)
            add.push_back(other);
          if (random() % 50 == 0) remove.push_back(uuid);  // twice, or dropped and replaced
        }
        std::shuffle(add.begin(), add.end(), random);
        updateIndex(delta.path, *now, remove, add);
        for (const Uuid& uuid : remove) held.erase(uuid);
        for (const IndexRow& row : add) held[row.uuid] = row;
        isWhole = false;
      }
      if (isWhole) std::filesystem::rename(merged.path, base.path);
      now = std::make_unique<DatasetIndex>(isWhole ? base.path : delta.path, base.path);
      buildIndex(anew.path, rows());
      const DatasetIndex expected(anew.path);
      now->verify();
      if (isWhole) CHECK(now->changed() == 0);
      if (isWhole) CHECK(bytesOf(base.path) == bytesOf(anew.path));
      REQUIRE(now->size() == expected.size());
      for (uint32_t n = 0; n < expected.size(); n++) {
        const IndexRow mine = now->row(n), theirs = expected.row(n);
        CHECK((mine.uuid == theirs.uuid && mine.pack == theirs.pack && mine.offset == theirs.offset &&
               mine.length == theirs.length && mine.tMin == theirs.tMin && mine.file == theirs.file &&
               mine.state == theirs.state));
        if (n % 16 == 0) CHECK(now->ofFile(mine.file) == expected.ofFile(mine.file));
        CHECK(now->footprint(n) == expected.footprint(n));
        CHECK(now->find(mine.uuid) == n);
      }
      CHECK(now->find(randomUuid(random)) == -1);
      std::vector<IndexSearch> searches;
      for (int k = 0; k < 12; k++) {
        const double lon = k % 3 == 0 ? 0 : static_cast<double>(random() % 360),
                     lat = k % 4 == 0 ? 90 : static_cast<double>(random() % 180) - 90;
        if (k % 2)
          searches.push_back(
              {Stencil::make(Shape::circle, {lon, lat, std::min(180.0, 0.1 * std::pow(2, k))}), {}});
        else
          searches.push_back({std::nullopt, toVector(lon, lat), 60000, 60000.0 + 40 * k});
      }
      const std::vector<std::byte> bits(expected.size() / 8 + 1, std::byte{0x5b});
      const RowBits some{bits, 0};
      for (const RowBits* among : {static_cast<const RowBits*>(nullptr), &some}) {
        std::array<std::vector<uint32_t>, 2> found;
        for (const bool isStopped : {false, true}) {
          SearchState state;
          const std::atomic<int32_t> yield{1};
          const Control yielding(&yield, Control::Clock::time_point::max());
          uint64_t cursor = 0;
          while (cursor < DatasetIndex::kSteps * searches.size())
            cursor = isStopped ? now->search(searches, among, expected.size(), state, cursor, yielding)
                               : expected.search(searches, among, expected.size(), state, cursor, {});
          found[isStopped] = state.found.ascending();
        }
        CHECK(found[0] == found[1]);
        std::array<std::vector<std::byte>, 2> skies;
        for (const bool isMine : {false, true}) {
          constexpr int kOrder = 4;
          skies[isMine].resize(CellSet::bytesFor(kOrder));
          CellSet cells(skies[isMine], kOrder);
          (isMine ? *now : expected).cover(among, cells, 0, {});
        }
        CHECK(skies[0] == skies[1]);
      }
    }
  }
}

TEST_CASE("a delta without its own base is an error, and so is one whose bytes are damaged") {
  std::mt19937_64 random(21);
  const Scratch base("base"), other("other"), delta("delta"), broken("broken");
  const auto rows = randomRows(random, 300, 0.1, 20);
  buildIndex(base.path, rows);
  buildIndex(other.path, std::span(rows).first(299));
  updateIndex(delta.path, DatasetIndex(base.path), std::vector<Uuid>{rows[3].uuid, rows[200].uuid},
              randomRows(random, 40, 0.1, 20));
  CHECK(DatasetIndex(delta.path, base.path).size() == 338);
  for (const std::string& wrong : {other.path, delta.path, std::string("/nowhere/at/all"), std::string()})
    CHECK_THROWS_AS(DatasetIndex(delta.path, wrong), Error);
  CHECK_THROWS_AS(DatasetIndex(delta.path), Error);
  const std::string bytes = bytesOf(delta.path);
  const DatasetIndex whole(delta.path, base.path);
  for (int k = 0; k < 400; k++) {
    std::string damaged = bytes;
    damaged[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
    std::ofstream(broken.path, std::ios::binary | std::ios::trunc) << damaged;
    try {
      const DatasetIndex index(broken.path, base.path);
      CHECK_THROWS_AS(index.verify(), Error);
      for (uint32_t n = 0; n < whole.size(); n++) CHECK(index.row(n).uuid == whole.row(n).uuid);
      const auto found = index.search(Stencil::make(Shape::circle, {0, 0, 180}));
      CHECK(found == whole.search(Stencil::make(Shape::circle, {0, 0, 180})));
    } catch (const Error& e) {
      CHECK(e.code() == "BAD_INDEX");
    }
  }
}
