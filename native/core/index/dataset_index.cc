#include "core/index/dataset_index.h"

#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/index/dataset_index_impl.h"

namespace vignet {

namespace file = index_file;

namespace {

// JavaScript's numbers are exact up to here.
constexpr uint64_t kMaxSafe = (uint64_t{1} << 53) - 1;

}  // namespace

Segment DatasetIndex::Impl::baseOf(const Segment& first, const std::string& path) {
  const file::Header& delta = first.header();
  if (delta.baseSize == 0) return first;
  Segment base(path);
  const file::Header& h = base.header();
  if (h.baseSize == 0 && h.fileSize == delta.baseSize && h.crc == delta.baseCrc &&
      h.rowCount == delta.baseRows)
    return base;
  throw damagedIndex("expected the base that it was made for, received another file");
}

DatasetIndex::Impl::Impl(const std::string& path, const std::string& basePath)
    : Impl(Segment(path), basePath) {}

DatasetIndex::Impl::Impl(Segment first, const std::string& basePath)
    : base(baseOf(first, basePath)),
      delta(first.header().baseSize == 0 ? std::nullopt : std::optional(first)),
      numbering(delta ? Numbering(*delta) : Numbering(base.size())) {}

DatasetIndex::DatasetIndex(const std::string& path, const std::string& basePath)
    : impl_(std::make_unique<Impl>(path, basePath)) {}

DatasetIndex::~DatasetIndex() = default;
DatasetIndex::DatasetIndex(DatasetIndex&&) noexcept = default;
DatasetIndex& DatasetIndex::operator=(DatasetIndex&&) noexcept = default;

uint32_t DatasetIndex::size() const { return impl_->numbering.size(); }

uint32_t DatasetIndex::baseRows() const { return impl_->base.size(); }

uint64_t DatasetIndex::changed() const {
  return impl_->delta ? impl_->delta->size() + impl_->numbering.gone().size() : 0;
}

int64_t DatasetIndex::find(const Uuid& uuid) const {
  for (int n = impl_->segments(); n-- > 0;) {
    const int64_t row = impl_->segment(n == 1).find(uuid);
    if (row >= 0) return impl_->numberOf(n == 1, static_cast<uint32_t>(row));
  }
  return -1;
}

IndexRow DatasetIndex::row(uint32_t number) const {
  if (number >= size())
    throw Error(
        Kind::usage, "NO_SUCH_ROW",
        expectedFor("a number below " + std::to_string(size()), "the row of the dataset index", number));
  return impl_->at(number, [](const Segment& segment, uint32_t place) {
    const file::Row& r = segment.row(place);
    if (r.offset > kMaxSafe || r.length > kMaxSafe - r.offset)
      throw damagedIndex(expectedFor("a place below 2^53", "the entry of a row", r.offset));
    IndexRow row;
    std::memcpy(row.uuid.data(), r.uuid, row.uuid.size());
    row.pack = r.pack, row.offset = r.offset, row.length = r.length;
    row.emMin = r.emMin, row.emMax = r.emMax, row.tMin = r.tMin, row.tMax = r.tMax;
    std::memcpy(row.file.data(), r.file, row.file.size());
    row.state = r.state;
    return row;
  });
}

std::vector<double> DatasetIndex::footprint(uint32_t number) const {
  if (number >= size())
    throw Error(
        Kind::usage, "NO_SUCH_ROW",
        expectedFor("a number below " + std::to_string(size()), "the row of the dataset index", number));
  return impl_->at(number, [](const Segment& segment, uint32_t place) {
    const auto numbers = segment.footprint(segment.row(place));
    return std::vector<double>(numbers.begin(), numbers.end());
  });
}

std::vector<uint32_t> DatasetIndex::ofFile(const FileDigest& file) const {
  std::vector<uint32_t> numbers;
  for (int n = 0; n < impl_->segments(); n++) {
    for (const uint32_t row : impl_->segment(n == 1).ofFile(file)) {
      const int64_t number = impl_->numberOf(n == 1, row);
      if (number >= 0) numbers.push_back(static_cast<uint32_t>(number));
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

void DatasetIndex::verify() const {
  impl_->base.verify();
  if (!impl_->delta) return;
  const Segment& delta = *impl_->delta;
  delta.verify();
  for (uint32_t row = 0; row < delta.size(); row++) {
    Uuid uuid;
    std::memcpy(uuid.data(), delta.row(row).uuid, uuid.size());
    if (impl_->base.placeOf(uuid) != impl_->numbering.places()[row])
      throw damagedIndex("expected places of rows as the base has them, received others");
    const int64_t there = impl_->base.find(uuid);
    if (there >= 0 && !impl_->numbering.isGone(static_cast<uint32_t>(there)))
      throw damagedIndex("expected a UUID once, received it twice");
  }
}

}  // namespace vignet
