#include "core/exposure/archive.h"

#include <algorithm>

#include "core/base/message.h"

namespace vignet {
namespace {

constexpr uint64_t kMaxObjects = 100'000;

}  // namespace

Archive::Archive(Reader& reader, const Layout& layout, uint16_t file, Budget& budget)
    : reader_(reader), layout_(layout), budget_(budget) {
  const auto primary =
      std::find_if(layout.hdus.begin(), layout.hdus.end(), [&](const Hdu& hdu) { return hdu.file == file; });
  if (primary == layout.hdus.end()) badArchive("expected an HDU in the file, received none");
  const int64_t number = Header::fromText(primary->cards, "HDU 0").getInt("AR_HDU").value_or(0);
  const auto base = static_cast<size_t>(primary - layout.hdus.begin());
  // AR_HDU counts from 1.
  if (number < 2 || static_cast<uint64_t>(number) > layout.hdus.size() - base)
    badArchive(expectedFor("2 to " + std::to_string(layout.hdus.size() - base) + " (counted from 1)",
                           "AR_HDU", number));
  first_ = base + static_cast<size_t>(number) - 1;
  BinaryTable& index = table(0);
  if (index.rows() > kMaxObjects)
    badArchive(expectedFor("at most " + std::to_string(kMaxObjects) + " rows", "the index of the afw archive",
                           index.rows()));
  for (uint64_t n = 0; n < index.rows(); ++n) {
    const TableRow row = index.row(n);
    Object& object = objects_[row.integer("id")];
    object.name = row.text("name");
    const int64_t catalog = row.integer("cat.archive"), place = row.integer("cat.persistable");
    const int64_t start = row.integer("row0"), rows = row.integer("nrows");
    if (catalog < 1 || place < 0 || start < 0 || rows < 0) continue;  // an object without data
    if (catalog > UINT32_MAX || static_cast<size_t>(place) != object.parts.size())
      badArchive(
          "expected the tables of an object in order in the index of the afw archive, received another "
          "order");
    object.parts.push_back(
        {static_cast<uint32_t>(catalog), static_cast<uint64_t>(start), static_cast<uint64_t>(rows)});
  }
}

BinaryTable& Archive::table(uint32_t number) {
  const auto known = tables_.find(number);
  if (known != tables_.end()) return known->second;
  const size_t at = first_ + number;
  if (at >= layout_.hdus.size() || layout_.hdus[at].file != layout_.hdus[first_].file)
    badArchive(expectedFor("a table of the file", "cat.archive in the index of the afw archive", number));
  BinaryTable opened(reader_, layout_.hdus[at], "HDU " + std::to_string(at), budget_);
  return tables_.emplace(number, std::move(opened)).first->second;
}

const Archive::Object& Archive::object(int64_t id) const {
  const auto found = objects_.find(id);
  if (found == objects_.end())
    badArchive(expectedFor("an ID of the index of the afw archive", "an object", id));
  return found->second;
}

TableRow Archive::row(const Object& object, size_t part, uint64_t n) {
  if (part >= object.parts.size() || n >= object.parts[part].rows)
    badArchive("expected a further row for the object " + printable(object.name) +
               " of the afw archive, received none");
  const Part& where = object.parts[part];
  if (where.first > INT64_MAX / 2)
    badArchive(expectedFor("a row number below 2^62", "row0 in the index of the afw archive", where.first));
  return table(where.table).row(where.first + n);
}

}  // namespace vignet
