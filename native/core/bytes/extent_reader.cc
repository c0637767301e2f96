#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/bytes/missing_bytes.h"
#include "core/bytes/reader.h"

namespace vignet {

ExtentReader::ExtentReader(FileStamp stamp, std::vector<Extent> extents) : stamp_(stamp) {
  std::sort(extents.begin(), extents.end(),
            [](const Extent& a, const Extent& b) { return a.offset < b.offset; });
  // Made disjoint: of overlapping extents the earlier one counts; bytes beyond the file's end are dropped.
  uint64_t covered = 0;
  for (Extent extent : extents) {
    const uint64_t skip =
        std::min<uint64_t>(extent.offset < covered ? covered - extent.offset : 0, extent.bytes.size());
    extent.offset += skip;
    extent.bytes = extent.bytes.subspan(skip);
    if (extent.bytes.empty() || extent.offset >= stamp_.size) continue;
    extent.bytes = extent.bytes.first(std::min<uint64_t>(extent.bytes.size(), stamp_.size - extent.offset));
    covered = extent.offset + extent.bytes.size();
    extents_.push_back(extent);
  }
}

void ExtentReader::read(uint64_t offset, std::span<std::byte> out) {
  if (offset > stamp_.size || out.size() > stamp_.size - offset) {
    throw Error(Kind::data, "TRUNCATED",
                expectedFor("at least " + std::to_string(offset + out.size()) + " bytes", "the file",
                            std::to_string(stamp_.size) + "; fetch it again"));
  }
  const uint64_t end = offset + out.size();
  auto at = std::partition_point(extents_.begin(), extents_.end(),
                                 [&](const Extent& e) { return e.offset + e.bytes.size() <= offset; });
  uint64_t missing = 0;
  for (uint64_t here = offset; here < end;) {
    if (at != extents_.end() && at->offset <= here) {
      const uint64_t from = here - at->offset;
      const uint64_t n = std::min<uint64_t>(at->bytes.size() - from, end - here);
      std::memcpy(out.data() + (here - offset), at->bytes.data() + from, n);
      here += n;
      ++at;
    } else {
      const uint64_t stop = at == extents_.end() ? end : std::min(end, at->offset);
      need_.push_back({here, stop - here});
      missing += stop - here;
      here = stop;
    }
  }
  if (missing > 0) throw NeedRanges(missing);
}

std::vector<ByteRange> ExtentReader::need() const {
  std::vector<ByteRange> sorted = need_;
  std::sort(sorted.begin(), sorted.end(),
            [](const ByteRange& a, const ByteRange& b) { return a.offset < b.offset; });
  std::vector<ByteRange> merged;
  for (const ByteRange& range : sorted) {
    if (merged.empty() || range.offset > merged.back().offset + merged.back().length) {
      merged.push_back(range);
    } else {
      ByteRange& last = merged.back();
      last.length = std::max(last.offset + last.length, range.offset + range.length) - last.offset;
    }
  }
  return merged;
}

}  // namespace vignet
