// Decoding of Rice tiles: several of the same shape side by side.
#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/codec/rice.h"
#include "core/cutout/tile_target.h"
#include "core/cutout/tiles.h"

namespace vignet {
namespace {

// Integers of a tile at hand at a time, so that those of all lanes stay in the nearest cache.
constexpr size_t kPiece = 512;
// Passed over between two looks at the control word.
constexpr size_t kSkip = 1 << 14;
// Blocks longer than this cannot be cut in pieces, and then one tile is much.
constexpr size_t kLongBlock = 4096;

// The pixels of a tile that are gone through: from where its stream is entered, to the block of the first one
// wanted, to the last.
struct Stretch {
  size_t enter, begin, end;
  bool operator==(const Stretch&) const = default;
};

Stretch stretchOf(const TileJob& job, const TileTarget& target, size_t block) {
  const size_t enter = job.entry ? job.entry->pixel : 0;
  return {enter, enter + (target.begin() - enter) / block * block, target.end()};
}

}  // namespace

template <typename I>
void Tiles::decodeTeam(std::span<const TileJob* const> jobs, std::vector<I>& ints, size_t stride,
                       const Control& control) {
  const size_t block = static_cast<size_t>(table_.blockSize);
  std::vector<RiceDecoder<I>> decoders;
  std::vector<TileTarget> targets;
  decoders.reserve(jobs.size()), targets.reserve(jobs.size());
  Stretch stretch{};
  for (const TileJob* job : jobs) {
    targets.emplace_back(plane_, *job, box(job->index), stride);
    stretch = stretchOf(*job, targets.back(), block);
    // Each block takes at least its code of 3 to 5 bits.
    if ((stretch.end - stretch.enter) / block > job->bytes.size() * 8 / 3)
      throw Error(Kind::data, "BAD_TILE", "the Rice stream is too short for its pixels");
    const auto blockSize = static_cast<uint32_t>(block);
    if (job->entry && job->entry->pixel > 0)
      decoders.emplace_back(job->bytes, blockSize, job->entry->point);
    else
      decoders.emplace_back(job->bytes, blockSize);
  }

  const size_t hop = (kSkip + block - 1) / block * block;
  for (size_t at = stretch.enter; at < stretch.begin; at += hop) {
    control.poll();
    RiceLanes<I>::decode(decoders, {}, std::min(hop, stretch.begin - at));
  }
  const size_t wanted = stretch.end - stretch.begin;
  const size_t piece = std::min(wanted, (kPiece + block - 1) / block * block);
  if (ints.size() < jobs.size() * piece) ints.resize(jobs.size() * piece);
  std::vector<I*> rows;
  for (size_t i = 0; i < jobs.size(); ++i) rows.push_back(ints.data() + i * piece);
  for (size_t at = 0; at < wanted; at += piece) {
    control.poll();
    const size_t n = std::min(piece, wanted - at);
    RiceLanes<I>::decode(decoders, rows, n);
    for (size_t i = 0; i < jobs.size(); ++i)
      targets[i].put(std::span<const I>(rows[i], n), stretch.begin + at);
  }
}

template <typename I>
void Tiles::decodeRice(std::span<const TileJob> jobs, std::vector<I>& ints, size_t stride,
                       const Control& control) {
  const size_t block = static_cast<size_t>(table_.blockSize);
  const size_t most = block > kLongBlock ? 1 : RiceLanes<I>::count();
  struct Waiting {
    const TileJob* job;
    Stretch stretch;
  };
  std::vector<Waiting> waiting;
  for (const TileJob& job : jobs)
    if (job.cell->form == TileCell::Form::coded)
      waiting.push_back({&job, stretchOf(job, TileTarget(plane_, job, box(job.index), stride), block)});
  std::vector<const TileJob*> team;
  for (auto first = waiting.begin(); first != waiting.end(); ++first) {
    if (!first->job) continue;
    team.clear();
    for (auto other = first; other != waiting.end() && team.size() < most; ++other)
      if (other->job && other->stretch == first->stretch) team.push_back(std::exchange(other->job, nullptr));
    decodeTeam<I>(team, ints, stride, control);
  }
}

void Tiles::decodeRice(std::span<const TileJob> jobs, size_t stride, const Control& control) {
  if (table_.bytePix == 1) return decodeRice<uint8_t>(jobs, ints8_, stride, control);
  if (table_.bytePix == 2) return decodeRice<int16_t>(jobs, ints16_, stride, control);
  decodeRice<int32_t>(jobs, ints32_, stride, control);
}

}  // namespace vignet
