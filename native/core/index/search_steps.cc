// Searches in steps that can be stopped between any two of them.
#include <algorithm>
#include <bit>

#include "core/index/dataset_index_impl.h"
#include "core/sphere/healpix.h"

namespace vignet {

static_assert(DatasetIndex::kSteps == uint64_t{2} * uint64_t{index_file::kOrders});

bool RowBits::has(uint32_t row) const {
  const uint64_t bit = row + skip;
  return bit / 8 < bytes.size() && (static_cast<uint8_t>(bytes[bit / 8]) >> (7 - bit % 8) & 1) != 0;
}

bool FoundRows::has(uint32_t row) const {
  const auto block = blocks_.find(row / kBlock * kBlock);
  return block != blocks_.end() && (block->second[row % kBlock / 64] >> row % 64 & 1) != 0;
}

void FoundRows::add(uint32_t row) {
  uint64_t& word = blocks_[row / kBlock * kBlock][row % kBlock / 64];
  const uint64_t bit = uint64_t{1} << row % 64;
  if ((word & bit) == 0) count_++;
  word |= bit;
}

std::vector<uint32_t> FoundRows::ascending() const {
  std::vector<uint32_t> firsts, rows;
  for (const auto& block : blocks_) firsts.push_back(block.first);
  std::sort(firsts.begin(), firsts.end());
  rows.reserve(count_);
  for (uint32_t first : firsts) {
    for (uint64_t word : blocks_.at(first)) {
      for (; word != 0; word &= word - 1)
        rows.push_back(first + static_cast<uint32_t>(std::countr_zero(word)));
      first += 64;
    }
  }
  return rows;
}

namespace {

// Pairs of cell and row that are read before their rows are looked at.
constexpr std::size_t kAtOnce = 1024;

// One step: the rows of a segment whose cells are of one order.
class SearchStep {
 public:
  SearchStep(const DatasetIndex::Impl& index, const IndexSearch& search, const RowBits* among, uint64_t most,
             SearchState& state, const Control& control)
      : index_(index), search_(search), among_(among), most_(most), state_(state), control_(control) {}

  // False: asked to yield before its end.
  bool run(bool isDelta, int order) {
    const Segment& segment = index_.segment(isDelta);
    if (segment.cellCount(order) == 0) return true;
    if (!state_.isBegun) begin(segment, order);
    do {
      if (!look(segment, isDelta)) return false;
      if (state_.found.count() > most_) break;
    } while (open(segment, order));
    state_.isBegun = false;
    state_.open.clear();
    return true;
  }

 private:
  void begin(const Segment& segment, int order) {
    if (search_.stencil) {
      state_.ranges = healpix::cover(*search_.stencil->region, order, 512, control_);
    } else {
      const uint64_t cell = healpix::cellOf(search_.point, order);
      state_.ranges.assign(1, {cell, cell + 1});
    }
    state_.range = 0;
    if (!state_.ranges.empty()) state_.place = segment.firstOf(order, state_.ranges[0].begin);
    state_.isBegun = true;
  }

  // Looks at open rows until none is left.
  bool look(const Segment& segment, bool isDelta) {
    auto& open = state_.open;
    while (!open.empty()) {
      if (control_.poll() == Control::Signal::yield && !isFirst_) return false;
      isFirst_ = false;
      const uint32_t own = open.back();
      open.pop_back();
      const int64_t number = index_.numberOf(isDelta, own);
      if (number < 0) continue;
      const auto row = static_cast<uint32_t>(number);
      if ((among_ && !among_->has(row)) || state_.found.has(row)) continue;
      const bool isMet =
          search_.stencil ? segment.covers(own, *search_.stencil) : segment.covers(own, search_.point);
      if (!isMet) continue;
      state_.found.add(row);
      if (state_.found.count() > most_) return true;
    }
    return true;
  }

  // Opens the rows of the next pairs; false: there are none. A row has several cells: of those that are read
  // together it is opened once.
  bool open(const Segment& segment, int order) {
    auto& open = state_.open;
    const uint64_t count = segment.cellCount(order);
    for (std::size_t read = 0; read < kAtOnce && state_.range < state_.ranges.size(); read++) {
      const uint64_t pair = state_.place < count ? segment.cellAt(order, state_.place) : ~uint64_t{0};
      if (pair >> 32 >= state_.ranges[state_.range].end) {
        if (++state_.range < state_.ranges.size())
          state_.place = segment.firstOf(order, state_.ranges[state_.range].begin);
        continue;
      }
      state_.place++;
      const auto own = static_cast<uint32_t>(pair);
      const index_file::Row& r = segment.row(own);
      if (!(r.tMin > search_.before || r.tMax < search_.after)) open.push_back(own);
    }
    std::sort(open.begin(), open.end());
    open.erase(std::unique(open.begin(), open.end()), open.end());
    return !open.empty() || state_.range < state_.ranges.size();
  }

  const DatasetIndex::Impl& index_;
  const IndexSearch& search_;
  const RowBits* among_;
  uint64_t most_;
  SearchState& state_;
  const Control& control_;
  bool isFirst_ = true;
};

}  // namespace

uint64_t DatasetIndex::search(std::span<const IndexSearch> searches, const RowBits* among, uint64_t most,
                              SearchState& state, uint64_t cursor, const Control& control) const {
  const uint64_t end = kSteps * searches.size(), begin = cursor;
  for (; cursor < end; cursor++) {
    if (state.found.count() > most) return end;
    if (control.poll() == Control::Signal::yield && cursor > begin) return cursor;
    const IndexSearch& search = searches[cursor / kSteps];
    const auto step = static_cast<int>(cursor % kSteps);
    const int segment = step / index_file::kOrders;
    if (segment >= impl_->segments()) continue;
    if (!SearchStep(*impl_, search, among, most, state, control)
             .run(segment == 1, step % index_file::kOrders))
      return cursor;
  }
  return end;
}

std::vector<uint32_t> DatasetIndex::search(const Vec3& point) const {
  return searchWhole({std::nullopt, point});
}

std::vector<uint32_t> DatasetIndex::search(const Stencil& stencil) const { return searchWhole({stencil}); }

std::vector<uint32_t> DatasetIndex::searchWhole(const IndexSearch& one) const {
  SearchState state;
  search({&one, 1}, nullptr, size(), state, 0, {});
  return state.found.ascending();
}

}  // namespace vignet
