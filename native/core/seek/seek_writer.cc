#include "core/seek/seek_writer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace vignet {
namespace {

int32_t valueOf(const RicePoint& point) { return static_cast<int32_t>(point.last); }

}  // namespace

SeekPlaneWriter::SeekPlaneWriter(const Layout& layout, uint32_t plane, SeekForm form, uint32_t spacing)
    : plane_(plane), form_(form), spacing_(form == SeekForm::rice ? spacing : 0) {
  const Plane& p = layout.planes.at(plane);
  width_ = p.width;
  rows_ = p.height;
  pixelBytes_ = static_cast<uint32_t>(p.pixelBytes());
}

void SeekPlaneWriter::addPoints(std::span<const RicePoint> points) {
  // Bits between points fit 16 bits for every stream that an encoder writes.
  uint64_t before = 0;
  bool good = !points.empty();
  for (const RicePoint& point : points) {
    const uint64_t bits = point.bit - before;
    good = good && bits > 0 && bits <= std::numeric_limits<uint16_t>::max();
    before = point.bit;
  }
  points_.emplace_back(points.begin(), good ? points.end() : points.begin());
  held_ += good;
}

// One width of values for the group: the least that holds every row's.
void SeekPlaneWriter::putPoints() {
  const auto less = [](const RicePoint& a, const RicePoint& b) { return valueOf(a) < valueOf(b); };
  uint32_t most = 0;
  std::vector<uint32_t> least;
  for (const auto& row : points_) {
    if (row.empty()) {
      least.push_back(0);
      continue;
    }
    const auto [low, high] = std::minmax_element(row.begin(), row.end(), less);
    least.push_back(low->last);
    most = std::max(most, high->last - low->last);
  }
  const uint32_t width = most < 1u << 8 ? 1 : most < 1u << 16 ? 2 : most < 1u << 24 ? 3 : 4;
  const size_t count = (width_ - 1) / spacing_;
  now_.push_back(static_cast<std::byte>(width));
  for (size_t i = 0; i < points_.size(); ++i) {
    const auto& row = points_[i];
    appendLittle(now_, least[i]);
    uint64_t before = 0;
    for (size_t k = 0; k < count; ++k) {
      appendLittle(now_, static_cast<uint16_t>(row.empty() ? 0 : row[k].bit - before));
      if (!row.empty()) before = row[k].bit;
    }
    for (size_t k = 0; k < count; ++k) {
      const uint32_t value = row.empty() ? 0 : row[k].last - least[i];
      const auto* bytes = reinterpret_cast<const std::byte*>(&value);
      now_.insert(now_.end(), bytes, bytes + width);
    }
  }
  points_.clear();
}

void SeekPlaneWriter::addPixels(std::span<const std::byte> pixels) {
  const size_t start = now_.size();
  appendLittle(now_, uint16_t{0});
  if (!pixels.empty() && runsOf(pixels)) {
    const auto runs = static_cast<uint16_t>((now_.size() - start - 2) / kSeekRunBytes);
    std::memcpy(&now_[start], &runs, sizeof runs);
    ++held_;
  } else {
    now_.resize(start + 2);
  }
}

// False when the row takes more runs, or the plane more values, than are worth storing.
bool SeekPlaneWriter::runsOf(std::span<const std::byte> pixels) {
  auto at = [&](uint32_t x) {
    uint64_t value = 0;
    std::memcpy(&value, &pixels[size_t{x} * pixelBytes_], pixelBytes_);
    return value;
  };
  uint32_t runs = 0;
  uint64_t value = at(0);
  for (uint32_t x = 1; x <= width_; ++x) {
    const uint64_t next = x < width_ ? at(x) : ~value;
    if (next == value) continue;
    auto known = numbers_.find(value);
    if (known == numbers_.end()) {
      if (numbers_.size() == kSeekMaxValues) return false;
      known = numbers_.emplace(value, static_cast<uint8_t>(numbers_.size())).first;
      const std::byte* pixel = &pixels[size_t{x - 1} * pixelBytes_];
      values_.insert(values_.end(), pixel, pixel + pixelBytes_);
    }
    if (++runs > seekMaxRuns(width_)) return false;
    appendLittle(now_, static_cast<uint16_t>(x));
    now_.push_back(static_cast<std::byte>(known->second));
    value = next;
  }
  return true;
}

void SeekPlaneWriter::endGroup(std::span<const std::byte> tableRows) {
  if (form_ == SeekForm::rice) putPoints();
  appendLittle(groups_, seekChecksum(plane_, group_++, tableRows, now_));
  groups_.insert(groups_.end(), now_.begin(), now_.end());
  ends_.push_back(groups_.size());
  now_.clear();
}

std::vector<std::byte> joinSeek(const Layout& layout, std::span<const SeekPlaneWriter> planes) {
  uint64_t size = kSeekHeadBytes + layout.files.size() * kSeekFileBytes;
  for (const SeekPlaneWriter& plane : planes)
    size += kSeekPlaneBytes + plane.values_.size() + (plane.ends_.size() + 1) * 8;
  const uint64_t header = size;

  std::vector<std::byte> out;
  for (const uint32_t word :
       {kSeekMagic, kSeekVersion, static_cast<uint32_t>(header), 0u,
        static_cast<uint32_t>(layout.files.size()), static_cast<uint32_t>(planes.size())})
    appendLittle(out, word);
  for (const FileStamp& file : layout.files) {
    appendLittle(out, file.size);
    appendLittle(out, file.mtimeNs);
  }
  for (const SeekPlaneWriter& plane : planes) {
    for (const uint32_t word :
         {plane.plane_, static_cast<uint32_t>(plane.form_), plane.width_, plane.rows_, plane.spacing_,
          plane.pixelBytes_, static_cast<uint32_t>(plane.numbers_.size())})
      appendLittle(out, word);
    out.insert(out.end(), plane.values_.begin(), plane.values_.end());
    appendLittle(out, size);
    for (const uint64_t end : plane.ends_) appendLittle(out, size + end);
    size += plane.groups_.size();
  }
  const uint32_t checksum = crc32(std::span(out).subspan(16));
  std::memcpy(&out[12], &checksum, sizeof checksum);
  for (const SeekPlaneWriter& plane : planes)
    out.insert(out.end(), plane.groups_.begin(), plane.groups_.end());
  return out;
}

}  // namespace vignet
