#include "core/seek/seek_table.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "core/base/error.h"

namespace vignet {
namespace {

// One read brings the whole header of a dataset of usual size.
constexpr uint64_t kFirstRead = 8192;
// Rows that are loaded together take no more.
constexpr uint64_t kMostLoaded = 64 << 20;

bool sameFiles(std::span<const std::byte> stamps, const std::vector<FileStamp>& files) {
  for (size_t i = 0; i < files.size(); ++i) {
    const std::byte* at = stamps.data() + i * kSeekFileBytes;
    if (loadLittle<uint64_t>(at) != files[i].size || loadLittle<int64_t>(at + 8) != files[i].mtimeNs)
      return false;
  }
  return true;
}

// The decoder is fastest with eight bytes more than it needs.
constexpr uint64_t kSpareBytes = 8;

// A number of 1 to 4 bytes.
uint32_t loadSome(const std::byte* at, uint32_t width) {
  uint32_t value = 0;
  std::memcpy(&value, at, width);
  return value;
}

// Most runs are short: where there is room, some pixels more than wanted are written, and the next run
// overwrites them.
template <size_t size>
void repeat(const std::byte* pixel, size_t count, std::byte* out, size_t room) {
  constexpr size_t kSome = 32 / size;
  std::byte block[32];
  for (size_t i = 0; i < kSome; ++i) std::memcpy(block + i * size, pixel, size);
  size_t done = 0;
  for (; done < count && done + kSome <= room; done += kSome)
    std::memcpy(out + done * size, block, sizeof block);
  for (; done < count; ++done) std::memcpy(out + done * size, pixel, size);
}

void repeat(const std::byte* pixel, size_t size, size_t count, std::byte* out, size_t room) {
  if (size == 1) return repeat<1>(pixel, count, out, room);
  if (size == 2) return repeat<2>(pixel, count, out, room);
  if (size == 4) return repeat<4>(pixel, count, out, room);
  repeat<8>(pixel, count, out, room);
}

// Whether header and layout describe the same plane.
bool fits(const SeekPlane& p, const Layout& layout) {
  if (p.plane >= layout.planes.size()) return false;
  const Plane& plane = layout.planes[p.plane];
  if (!isSeekable(plane) || p.width != plane.width || p.rows != plane.height ||
      p.pixelBytes != plane.pixelBytes())
    return false;
  if (p.form == SeekForm::runs) return plane.bitpix > 0 && p.width <= UINT16_MAX && !p.values.empty();
  const TileTable& table = *plane.tiles;
  return p.form == SeekForm::rice && table.codec == Codec::rice1 && p.spacing > 0 && p.spacing < p.width &&
         p.spacing % static_cast<uint32_t>(table.blockSize) == 0;
}

}  // namespace

bool isSeekable(const Plane& plane) {
  return plane.tiles && !plane.isCube() && plane.tiles->tileHeight == 1 &&
         plane.tiles->tileWidth == plane.width && plane.tiles->rowBytes <= kSeekMaxTableRow;
}

SeekTable::SeekTable(Reader& reader, uint64_t offset, uint64_t length, const Layout& layout)
    : reader_(reader), offset_(offset), length_(length), layout_(layout) {
  try {
    if (!open()) planes_.clear();
  } catch (const Error&) {
    planes_.clear();
  }
}

bool SeekTable::open() {
  const uint64_t there = reader_.size();
  if (length_ < kSeekHeadBytes || offset_ > there || length_ > there - offset_) return false;
  header_.resize(static_cast<size_t>(std::min(length_, kFirstRead)));
  reader_.read(offset_, header_);
  if (loadLittle<uint32_t>(&header_[0]) != kSeekMagic || loadLittle<uint32_t>(&header_[4]) != kSeekVersion)
    return false;
  const uint32_t size = loadLittle<uint32_t>(&header_[8]);
  if (size < kSeekHeadBytes || size > length_ || size > kSeekMaxHeaderBytes) return false;
  if (const size_t had = header_.size(); size > had) {
    header_.resize(size);
    reader_.read(offset_ + had, std::span(header_).subspan(had));
  }
  header_.resize(size);
  if (loadLittle<uint32_t>(&header_[12]) != crc32(std::span(header_).subspan(16))) return false;
  return parse();
}

bool SeekTable::parse() {
  const uint32_t files = loadLittle<uint32_t>(&header_[16]), planes = loadLittle<uint32_t>(&header_[20]);
  std::span<const std::byte> left = std::span<const std::byte>(header_).subspan(kSeekHeadBytes);
  auto take = [&](uint64_t bytes) {
    const auto taken = left.first(static_cast<size_t>(bytes));
    left = left.subspan(taken.size());
    return taken;
  };
  if (files != layout_.files.size() || left.size() / kSeekFileBytes < files) return false;
  if (!sameFiles(take(uint64_t{files} * kSeekFileBytes), layout_.files)) return false;
  for (uint32_t i = 0; i < planes; ++i) {
    if (left.size() < kSeekPlaneBytes) return false;
    const auto fields = take(kSeekPlaneBytes);
    auto field = [&](size_t n) { return loadLittle<uint32_t>(&fields[4 * n]); };
    SeekPlane plane{field(0), static_cast<SeekForm>(field(1)), field(2), field(3), field(4), field(5), {},
                    {}};
    const uint64_t values = field(6), valueBytes = values * plane.pixelBytes;
    if (values > kSeekMaxValues || plane.pixelBytes > 8 || valueBytes > left.size()) return false;
    plane.values = take(valueBytes);
    const uint64_t offsets = (uint64_t{plane.groups()} + 1) * 8;
    if (plane.rows == 0 || offsets > left.size()) return false;
    plane.offsets = take(offsets);
    if (fits(plane, layout_)) planes_.push_back(plane);
  }
  return true;
}

const SeekPlane* SeekTable::find(const Plane& plane) const {
  for (const SeekPlane& p : planes_)
    if (&layout_.planes[p.plane] == &plane) return &p;
  return nullptr;
}

void SeekTable::load(const SeekPlane& plane, uint32_t first, uint32_t end,
                     std::span<const std::byte> tableRows, size_t rowBytes) {
  plane_ = &plane;
  first_ = first;
  groups_.assign(end - first, {});
  auto offset = [&](uint32_t group) { return loadLittle<uint64_t>(&plane.offsets[size_t{group} * 8]); };
  const uint64_t begin = offset(first), stop = offset(end);
  if (begin > stop || stop > length_ || stop - begin > kMostLoaded) return;
  const size_t bytes = static_cast<size_t>(stop - begin);
  if (bytes_.size() < bytes) bytes_.resize(bytes);
  try {
    reader_.read(offset_ + begin, std::span(bytes_).first(bytes));
  } catch (const Error&) {
    return;
  }
  for (uint32_t g = first; g < end; ++g) {
    const uint64_t from = offset(g), to = offset(g + 1);
    if (from < begin || to > stop || to < from || to - from < 4) continue;
    const auto whole = std::span<const std::byte>(bytes_).subspan(static_cast<size_t>(from - begin),
                                                                  static_cast<size_t>(to - from));
    const uint32_t rows = std::min(kSeekGroupRows, plane.rows - g * kSeekGroupRows);
    const auto table = tableRows.subspan(size_t{g - first} * kSeekGroupRows * rowBytes, rows * rowBytes);
    if (loadLittle<uint32_t>(whole.data()) != seekChecksum(plane.plane, g, table, whole.subspan(4))) continue;
    Group& group = groups_[g - first];
    group.bytes = whole.subspan(4);
    const bool good = plane.form == SeekForm::rice ? findRice(group, rows) : findRuns(group, rows);
    if (!good) group.bytes = {};
  }
}

bool SeekTable::findRice(Group& group, uint32_t rows) const {
  if (group.bytes.empty()) return false;
  const uint32_t width = std::to_integer<uint32_t>(group.bytes[0]);
  const uint64_t row = 4 + uint64_t{plane_->points()} * (2 + width);
  if (width < 1 || width > 4 || group.bytes.size() != 1 + rows * row) return false;
  for (uint32_t i = 0; i < rows; ++i) group.rows[i] = static_cast<uint32_t>(1 + i * row);
  return true;
}

bool SeekTable::findRuns(Group& group, uint32_t rows) const {
  size_t at = 0;
  for (uint32_t i = 0; i < rows; ++i) {
    group.rows[i] = static_cast<uint32_t>(at);
    if (group.bytes.size() - at < 2) return false;
    const size_t size = 2 + size_t{loadLittle<uint16_t>(&group.bytes[at])} * kSeekRunBytes;
    if (group.bytes.size() - at < size) return false;
    at += size;
  }
  return at == group.bytes.size();
}

const std::byte* SeekTable::rowOf(uint32_t row) const {
  const Group& group = groups_.at(row / kSeekGroupRows - first_);
  return group.bytes.empty() ? nullptr : group.bytes.data() + group.rows[row % kSeekGroupRows];
}

std::optional<SeekStretch> SeekTable::stretch(uint32_t row, uint32_t x0, uint32_t x1, uint64_t streamBytes,
                                              uint32_t bytePix) const {
  const std::byte* at = rowOf(row);
  if (!at) return std::nullopt;
  const uint32_t width = std::to_integer<uint32_t>(groups_[row / kSeekGroupRows - first_].bytes[0]);
  const uint32_t points = plane_->points();
  const std::byte *bits = at + 4, *values = bits + size_t{2} * points;
  auto delta = [&](uint32_t i) { return loadLittle<uint16_t>(bits + size_t{2} * i); };
  if (delta(0) == 0) return std::nullopt;
  // Point i (from 1 on) stands before pixel i * spacing.
  const uint32_t before = x0 / plane_->spacing, after = (x1 + plane_->spacing - 1) / plane_->spacing;
  uint64_t bit = 0;
  for (uint32_t i = 0; i < before; ++i) bit += delta(i);
  SeekStretch out;
  out.end = streamBytes;
  if (after <= points) {
    uint64_t end = bit;
    for (uint32_t i = before; i < after; ++i) end += delta(i);
    out.end = std::min(streamBytes, end / 8 + 1 + kSpareBytes);
  }
  if (before > 0) {
    // The decoder wants the bytes of a stream's first value before the point.
    if (bit / 8 < bytePix) return std::nullopt;
    out.begin = bit / 8 - bytePix;
    out.point.bit = bit - 8 * out.begin;
    out.point.last = loadLittle<uint32_t>(at) + loadSome(values + size_t{width} * (before - 1), width);
    out.pixel = before * plane_->spacing;
  }
  if (out.end > streamBytes || out.begin >= out.end) return std::nullopt;
  return out;
}

bool SeekTable::fill(uint32_t row, uint32_t x0, uint32_t x1, std::byte* out) const {
  const std::byte* at = rowOf(row);
  if (!at) return false;
  const uint32_t runs = loadLittle<uint16_t>(at), bytes = plane_->pixelBytes;
  if (runs == 0) return false;
  at += 2;
  uint32_t x = 0;
  for (uint32_t i = 0; i < runs && x < x1; ++i, at += kSeekRunBytes) {
    const uint32_t end = loadLittle<uint16_t>(at);
    const size_t value = std::to_integer<size_t>(at[2]) * bytes;
    if (end <= x || end > plane_->width || value >= plane_->values.size()) return false;
    const uint32_t from = std::max(x, x0), to = std::min(end, x1);
    if (from < to)
      repeat(&plane_->values[value], bytes, to - from, out + size_t{from - x0} * bytes, x1 - from);
    x = end;
  }
  return x >= x1;
}

}  // namespace vignet
