// Decoding of Rice tiles: several of the same shape side by side.
#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/codec/rice.h"
#include "core/pixels/tile_target.h"
#include "core/pixels/tiles.h"

namespace vignet {
namespace {

// Integers of a tile in memory at a time, so that those of all lanes stay in the first-level cache.
constexpr size_t kTogether = 512;
// Pixels skipped between two polls.
constexpr size_t kSkip = 1 << 14;
// Blocks longer than this cannot be cut into pieces; one tile at a time is then enough.
constexpr size_t kLongBlock = 4096;

}  // namespace

// A job with the range of its tile's pixels: where its stream is entered, the block of the first pixel
// wanted, and the last one.
struct Tiles::RiceJob {
  const TileJob* job;
  size_t enter, begin, end;
};

// `team`: jobs with the same enter and begin, in order of descending end.
template <typename I>
void Tiles::decodeTeam(std::span<const RiceJob> team, std::vector<I>& ints, size_t stride,
                       const Control& control) {
  const size_t block = static_cast<size_t>(table_.blockSize);
  const auto blockSize = static_cast<uint32_t>(block);
  std::vector<RiceDecoder<I>> decoders;
  std::vector<TileTarget> targets;
  decoders.reserve(team.size()), targets.reserve(team.size());
  for (const auto& [job, enter, begin, end] : team) {
    // Each block takes at least its code of 3 to 5 bits.
    if ((end - enter) / block > job->bytes.size() * 8 / 3)
      throw Error(Kind::data, "BAD_TILE",
                  expectedFor("at least 3 bits a block", "the Rice stream",
                              std::to_string(job->bytes.size()) + " bytes"));
    targets.emplace_back(plane_, *job, partOf(*job), stride);
    if (enter > 0)
      decoders.emplace_back(job->bytes, blockSize, job->entry->point);
    else
      decoders.emplace_back(job->bytes, blockSize);
  }

  const size_t hop = (kSkip + block - 1) / block * block;
  size_t at = team[0].enter;
  while (at < team[0].begin) {
    control.poll();
    const size_t n = std::min(hop, team[0].begin - at);
    RiceLanes<I>::decode(decoders, {}, n);
    at += n;
  }
  const size_t piece = std::min(team[0].end - at, (kTogether + block - 1) / block * block);
  if (ints.size() < team.size() * piece) ints.resize(team.size() * piece);
  std::vector<I*> rows;
  for (size_t i = 0; i < team.size(); ++i) rows.push_back(ints.data() + i * piece);
  for (size_t live = team.size(); live > 0;) {
    control.poll();
    const size_t left = team[live - 1].end - at;
    if (left == 0) {
      --live;
      continue;
    }
    // The rest of the shortest may be part of a block; only that stream can then be decoded to its end.
    const bool single = left < block && team[0].end != team[live - 1].end;
    const size_t from = single ? live - 1 : 0;
    size_t n = std::min(piece, left);
    if (!single && n > block && team[0].end != team[live - 1].end) n = n / block * block;
    RiceLanes<I>::decode(std::span(decoders).subspan(from, live - from), std::span(rows).subspan(from), n);
    for (size_t i = from; i < live; ++i) targets[i].put(std::span<const I>(rows[i], n), at);
    if (single)
      --live;
    else
      at += n;
  }
}

template <typename I>
void Tiles::decodeRice(std::span<const TileJob> jobs, std::vector<I>& ints, size_t stride,
                       const Control& control) {
  const size_t block = static_cast<size_t>(table_.blockSize);
  const size_t most = block > kLongBlock ? 1 : RiceLanes<I>::count();
  std::vector<RiceJob> waiting, team;
  waiting.reserve(jobs.size()), team.reserve(most);
  for (const TileJob& job : jobs) {
    if (job.cell->form != TileCell::Form::coded) continue;
    const TilePart place = partOf(job);
    const auto pixel = [&](uint32_t x, uint32_t y) { return size_t{y} * place.width + x; };
    const size_t enter = job.entry ? job.entry->pixel : 0, first = pixel(place.part.x0, place.part.y0);
    const size_t end = pixel(place.part.x1 - 1, place.part.y1 - 1) + 1;
    waiting.push_back({&job, enter, enter + (first - enter) / block * block, end});
  }
  for (auto first = waiting.begin(); first != waiting.end(); ++first) {
    if (!first->job) continue;
    team.clear();
    const auto [enter, begin] = std::pair(first->enter, first->begin);
    for (auto other = first; other != waiting.end() && team.size() < most; ++other) {
      if (!other->job || other->enter != enter || other->begin != begin) continue;
      team.push_back(*other);
      other->job = nullptr;
    }
    const auto longer = [](const RiceJob& a, const RiceJob& b) { return a.end > b.end; };
    if (!std::is_sorted(team.begin(), team.end(), longer)) std::stable_sort(team.begin(), team.end(), longer);
    decodeTeam<I>(team, ints, stride, control);
  }
}

void Tiles::decodeRice(std::span<const TileJob> jobs, size_t stride, const Control& control) {
  if (table_.bytePix == 1) return decodeRice<uint8_t>(jobs, ints8_, stride, control);
  if (table_.bytePix == 2) return decodeRice<int16_t>(jobs, ints16_, stride, control);
  decodeRice<int32_t>(jobs, ints32_, stride, control);
}

}  // namespace vignet
