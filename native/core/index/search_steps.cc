// Searches in steps that can be stopped between any two of them.
#include <algorithm>
#include <bit>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/index/dataset_index_impl.h"
#include "core/sphere/healpix.h"

namespace vignet {

static_assert(DatasetIndex::kSteps == 2 * index_file::kOrders + 1);

bool RowBits::has(uint32_t row) const {
  const uint64_t bit = row + skip;
  return bit / 8 < bytes.size() && (static_cast<uint8_t>(bytes[bit / 8]) >> (7 - bit % 8) & 1) != 0;
}

SearchState::SearchState(std::span<std::byte> memory, uint32_t rows) {
  if (memory.size() != bytesFor(rows) || reinterpret_cast<std::uintptr_t>(memory.data()) % 8 != 0)
    throw Error(Kind::usage, "BAD_ARGUMENT",
                expectedFor(std::to_string(bytesFor(rows)) + " bytes on a multiple of 8", "the search state",
                            memory.size()));
  words_ = {reinterpret_cast<uint64_t*>(memory.data()), memory.size() / 8};
}

namespace {

void setBit(std::span<uint64_t> words, uint32_t row) { words[row / 64] |= uint64_t{1} << row % 64; }
bool hasBit(std::span<uint64_t> words, uint32_t row) { return (words[row / 64] >> row % 64 & 1) != 0; }

class SearchSteps {
 public:
  SearchSteps(const DatasetIndex::Impl& index, const RowBits* among, uint64_t most, SearchState state,
              const Control& control)
      : index_(index), among_(among), most_(most), state_(state), control_(control) {}

  bool isFull() const { return state_.count() > most_; }

  // Rows of a segment with a cell of the order that the search may meet become open; false: asked to yield
  // before the end.
  bool open(const IndexSearch& search, bool isDelta, int order) {
    if (index_.segment(isDelta).cellCount(order) == 0) return true;
    if (!search.stencil) {
      const uint64_t cell = healpix::cellOf(search.point, order);
      return openCells(search, isDelta, order, {cell, cell + 1});
    }
    for (const auto& range : healpix::cover(*search.stencil->region, order, 512, control_))
      if (!openCells(search, isDelta, order, range)) return false;
    return true;
  }

  // Looks at open rows until none is left; false: asked to yield before.
  bool look(const IndexSearch& search) {
    const auto open = state_.open();
    bool first = true;
    for (std::size_t word = 0; word < open.size(); word++) {
      while (open[word] != 0) {
        if (control_.poll() == Control::Signal::yield && !first) return false;
        first = false;
        const auto row =
            static_cast<uint32_t>(64 * word + static_cast<std::size_t>(std::countr_zero(open[word])));
        open[word] &= open[word] - 1;
        const bool isMet = index_.at(row, [&](const Segment& segment, uint32_t place) {
          return search.stencil ? segment.covers(place, *search.stencil)
                                : segment.covers(place, search.point);
        });
        if (!isMet) continue;
        setBit(state_.found(), row);
        state_.count()++;
        if (isFull()) return true;
      }
    }
    return true;
  }

 private:
  // Ranges of a step ascend, and so do pairs: what was looked at before a yield lies before `place`.
  bool openCells(const IndexSearch& search, bool isDelta, int order, const healpix::CellRange& range) {
    const Segment& segment = index_.segment(isDelta);
    const uint64_t count = segment.cellCount(order);
    uint64_t place = std::max(segment.firstOf(order, range.begin), state_.place());
    for (; place < count; place++) {
      const uint64_t pair = segment.cellAt(order, place);
      if ((pair >> 32) >= range.end) break;
      if (++looked_ % 1024 == 0 && control_.poll() == Control::Signal::yield) {
        state_.place() = place;
        return false;
      }
      const auto own = static_cast<uint32_t>(pair);
      const index_file::Row& r = segment.row(own);
      if (r.tMin > search.before || r.tMax < search.after) continue;
      const int64_t number = index_.numberOf(isDelta, own);
      if (number < 0) continue;
      const auto row = static_cast<uint32_t>(number);
      if (!hasBit(state_.found(), row) && (!among_ || among_->has(row))) setBit(state_.open(), row);
    }
    return true;
  }

  uint64_t looked_ = 0;
  const DatasetIndex::Impl& index_;
  const RowBits* among_;
  uint64_t most_;
  SearchState state_;
  const Control& control_;
};

}  // namespace

uint64_t DatasetIndex::search(std::span<const IndexSearch> searches, const RowBits* among, uint64_t most,
                              SearchState state, uint64_t cursor, const Control& control) const {
  const uint64_t end = kSteps * searches.size(), begin = cursor;
  SearchSteps steps(*impl_, among, most, state, control);
  for (; cursor < end; cursor++) {
    if (steps.isFull()) return end;
    if (control.poll() == Control::Signal::yield && cursor > begin) return cursor;
    const IndexSearch& search = searches[cursor / kSteps];
    const auto step = static_cast<int>(cursor % kSteps);
    const int segment = step / index_file::kOrders;
    const bool finished = segment == 2 ? steps.look(search)
                          : segment < impl_->segments()
                              ? steps.open(search, segment == 1, step % index_file::kOrders)
                              : true;
    if (!finished) return cursor;
    state.place() = 0;
  }
  return end;
}

std::vector<uint32_t> DatasetIndex::search(const Vec3& point) const {
  return searchWhole({std::nullopt, point});
}

std::vector<uint32_t> DatasetIndex::search(const Stencil& stencil) const { return searchWhole({stencil}); }

std::vector<uint32_t> DatasetIndex::searchWhole(const IndexSearch& one) const {
  std::vector<uint64_t> words(SearchState::bytesFor(size()) / 8);
  const SearchState state(std::as_writable_bytes(std::span(words)), size());
  search({&one, 1}, nullptr, size(), state, 0, {});
  std::vector<uint32_t> rows;
  rows.reserve(state.count());
  uint32_t first = 0;
  for (uint64_t word : state.found()) {
    for (; word != 0; word &= word - 1) rows.push_back(first + static_cast<uint32_t>(std::countr_zero(word)));
    first += 64;
  }
  return rows;
}

}  // namespace vignet
