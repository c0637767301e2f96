#include "core/sphere/cell_set.h"

#include <algorithm>
#include <bit>
#include <string>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/sphere/healpix.h"

namespace vignet {

namespace {

uint64_t cellsOf(int order) { return uint64_t{12} << 2 * order; }

std::size_t wordsFor(int order) { return static_cast<std::size_t>((cellsOf(order) + 63) / 64); }

void setCells(std::span<uint64_t> words, uint64_t begin, uint64_t end) {
  for (uint64_t cell = begin; cell < end;) {
    const uint64_t first = cell % 64, count = std::min(64 - first, end - cell);
    const uint64_t bits = count == 64 ? ~uint64_t{0} : ((uint64_t{1} << count) - 1) << first;
    words[cell / 64] |= bits;
    cell += count;
  }
}

// Of each four bits that are all set, the first one.
uint64_t wholeFours(uint64_t word) { return word & word >> 1 & word >> 2 & word >> 3 & 0x1111111111111111; }

}  // namespace

std::size_t CellSet::bytesFor(int order) { return 8 * wordsFor(order); }

CellSet::CellSet(std::span<std::byte> memory, int order) : order_(order) {
  if (order < 0 || order > kMaxOrder)
    throw Error(Kind::usage, "BAD_ARGUMENT",
                expectedFor("0 to " + std::to_string(kMaxOrder), "the order", order));
  if (memory.size() != bytesFor(order) || reinterpret_cast<std::uintptr_t>(memory.data()) % 8 != 0)
    throw Error(Kind::usage, "BAD_ARGUMENT",
                expectedFor(std::to_string(bytesFor(order)) + " bytes on a multiple of 8", "the cells",
                            memory.size()));
  words_ = {reinterpret_cast<uint64_t*>(memory.data()), memory.size() / 8};
}

bool CellSet::hasAllNear(const Region& region) const {
  // Three orders above, a cell is one word.
  const int above = order_ - 3;
  if (above < 0 || region.capRadius() > 1.02 / static_cast<double>(1 << above)) return false;
  const auto near = healpix::coverSmall(region.capCentre(), region.capRadius(), above);
  return std::all_of(near.begin(), near.end(), [&](uint64_t cell) { return words_[cell] == ~uint64_t{0}; });
}

void CellSet::add(const Region& region, const Control& control) {
  if (hasAllNear(region)) return;
  // `cover` errs by the size of its cells: cells two orders below err by a quarter of that.
  constexpr int kFiner = 2;
  constexpr std::size_t kBudget = std::size_t{1} << 20;
  for (const auto& [begin, end] : healpix::cover(region, order_ + kFiner, kBudget, control))
    setCells(words_, begin >> 2 * kFiner, ((end - 1) >> 2 * kFiner) + 1);
}

std::vector<uint32_t> CellSet::uniq() const {
  std::vector<std::vector<uint32_t>> byOrder;
  std::vector<uint64_t> words(words_.begin(), words_.end());
  for (int order = order_; order >= 0; order--) {
    std::vector<uint64_t> parents(order > 0 ? wordsFor(order - 1) : 0);
    auto& cells = byOrder.emplace_back();
    for (std::size_t at = 0; at < words.size(); at++) {
      uint64_t rest = words[at];
      if (order > 0) {
        for (uint64_t fours = wholeFours(rest); fours != 0; fours &= fours - 1) {
          const auto bit = static_cast<uint64_t>(std::countr_zero(fours));
          const uint64_t parent = (64 * at + bit) / 4;
          parents[parent / 64] |= uint64_t{1} << parent % 64;
          rest &= ~(uint64_t{15} << bit);
        }
      }
      for (; rest != 0; rest &= rest - 1)
        cells.push_back(static_cast<uint32_t>((uint64_t{4} << 2 * order) + 64 * at +
                                              static_cast<uint64_t>(std::countr_zero(rest))));
    }
    words.swap(parents);
  }
  std::vector<uint32_t> all;
  for (auto cells = byOrder.rbegin(); cells != byOrder.rend(); ++cells)
    all.insert(all.end(), cells->begin(), cells->end());
  return all;
}

}  // namespace vignet
