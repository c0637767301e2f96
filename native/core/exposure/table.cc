#include "core/exposure/table.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/column_type.h"

namespace vignet {
namespace {

constexpr uint64_t kMaxNumbers = uint64_t{1} << 23;

std::string normal(std::string_view name) {
  std::string text = upperCase(std::string(name));
  std::replace(text.begin(), text.end(), '.', '_');
  return text;
}

double elementAt(char type, const std::byte* at) {
  switch (type) {
    case 'L':
      return std::to_integer<char>(*at) == 'T' ? 1 : 0;
    case 'B':
      return std::to_integer<uint8_t>(*at);
    case 'I':
      return loadBe<int16_t>(at);
    case 'J':
      return loadBe<int32_t>(at);
    case 'K':
      return static_cast<double>(loadBe<int64_t>(at));
    case 'E':
      return loadBe<float>(at);
    case 'D':
      return loadBe<double>(at);
    default:
      badArchive(expectedFor("a numeric type", "the column", printable({&type, 1})));
  }
}

}  // namespace

void badArchive(const std::string& problem) { throw Error(Kind::data, "BAD_EXPOSURE_TABLE", problem); }

void Budget::spend(uint64_t bytes) {
  if (bytes > left_) badArchive("expected at most 64 MiB of tables about the exposure, received more");
  left_ -= bytes;
}

Header readHeader(Reader& reader, const Hdu& hdu, std::string where, Budget& budget) {
  const uint64_t size = hdu.dataOffset - hdu.headerOffset;
  if (size > 80 * Header::kMaxCards)
    badArchive(
        where + ": " +
        expectedFor("at most " + std::to_string(80 * Header::kMaxCards) + " bytes", "the header", size));
  budget.spend(size);
  std::vector<std::byte> bytes(size);
  reader.read(hdu.headerOffset, bytes);
  for (size_t at = 0; at + 80 <= bytes.size(); at += 80) {
    if (std::memcmp(bytes.data() + at, "END     ", 8) == 0)
      return Header::fromBytes(std::span(bytes).first(at), std::move(where));
  }
  badArchive(where + ": expected an END card in the header, received none");
}

BinaryTable::BinaryTable(Reader& reader, const Hdu& hdu, std::string where, Budget& budget)
    : reader_(reader), budget_(budget), data_(hdu.dataOffset), dataBytes_(hdu.dataBytes) {
  header_ = readHeader(reader, hdu, std::move(where), budget);
  if (header_.getString("XTENSION").value_or("") != "BINTABLE")
    badArchive(header_.where() + ": expected a binary table, received another HDU");
  const int64_t rowBytes = header_.getInt("NAXIS1").value_or(-1);
  const int64_t rows = header_.getInt("NAXIS2").value_or(-1);
  uint64_t table = 0;
  if (rowBytes < 0 || rows < 0 || rowBytes > INT32_MAX ||
      __builtin_mul_overflow(static_cast<uint64_t>(rowBytes), static_cast<uint64_t>(rows), &table) ||
      table > dataBytes_)
    badArchive(header_.where() + ": " +
               expectedFor("a table within its data", "NAXIS1 and NAXIS2",
                           std::to_string(rowBytes) + " and " + std::to_string(rows)));
  rowBytes_ = static_cast<uint64_t>(rowBytes);
  rows_ = static_cast<uint64_t>(rows);
  const int64_t heap = header_.getInt("THEAP").value_or(static_cast<int64_t>(table));
  if (heap < 0 || static_cast<uint64_t>(heap) < table || static_cast<uint64_t>(heap) > dataBytes_)
    badArchive(header_.where() + ": " +
               expectedFor("a byte from the end of the table to the end of the data", "THEAP", heap));
  heap_ = static_cast<uint64_t>(heap);
  fields_ = readTableFields(header_, rowBytes_, "BAD_EXPOSURE_TABLE");
  for (TableField& field : fields_) field.name = normal(field.name);
}

const TableField* BinaryTable::find(std::string_view name) const {
  const std::string wanted = normal(name);
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const TableField& field) { return field.name == wanted; });
  return found == fields_.end() ? nullptr : &*found;
}

TableRow BinaryTable::row(uint64_t n) {
  if (n >= rows_)
    badArchive(header_.where() + ": " +
               expectedFor("1 to " + std::to_string(rows_), "the number of a row", n + 1));
  budget_.spend(rowBytes_);
  std::vector<std::byte> bytes(rowBytes_);
  reader_.read(data_ + n * rowBytes_, bytes);
  return {*this, std::move(bytes)};
}

std::vector<std::byte> BinaryTable::heap(uint64_t offset, uint64_t bytes) {
  const uint64_t size = dataBytes_ - heap_;
  if (offset > size || bytes > size - offset)
    badArchive(header_.where() + ": expected an array inside the heap, received one that leaves it");
  budget_.spend(bytes);
  std::vector<std::byte> out(bytes);
  reader_.read(data_ + heap_ + offset, out);
  return out;
}

void TableRow::badColumn(std::string_view name, std::string_view expected, std::string_view received) const {
  badArchive(table_.header_.where() + ": " +
             expectedFor(expected, "the column " + std::string(name), received));
}

bool TableRow::has(std::string_view name) const { return table_.find(name) != nullptr; }

TableRow::Cell TableRow::cell(std::string_view name) const {
  const TableField* field = table_.find(name);
  const std::string& where = table_.header_.where();
  if (!field) badArchive(where + ": expected a column " + std::string(name) + ", received none");
  const TileColumn& column = field->column;
  const std::byte* at = bytes_.data() + column.offset;
  const uint32_t width = elementBytes(column.type);
  if (width == 0) badColumn(name, "a type of binary tables");
  if (column.descriptor == 0) return {column.type, field->repeat, {at, at + field->repeat * width}};
  if (field->repeat == 0) return {column.type, 0, {}};
  const bool wide = column.descriptor == 'Q';
  const int64_t count = wide ? loadBe<int64_t>(at) : loadBe<int32_t>(at);
  const int64_t offset = wide ? loadBe<int64_t>(at + 8) : loadBe<int32_t>(at + 4);
  if (count < 0 || offset < 0 || count > INT64_MAX / 16)
    badColumn(name, "an array descriptor without negative numbers");
  return {column.type, static_cast<uint64_t>(count),
          table_.heap(static_cast<uint64_t>(offset), static_cast<uint64_t>(count) * width)};
}

double TableRow::number(std::string_view name) const {
  const Cell found = cell(name);
  if (found.count != 1) badColumn(name, "one number");
  return elementAt(found.type, found.bytes.data());
}

int64_t TableRow::integer(std::string_view name) const {
  const double value = number(name);
  if (std::abs(value) > 9e15 || value != std::floor(value)) badColumn(name, "an integer", decimal(value));
  return static_cast<int64_t>(value);
}

int64_t TableRow::whole(std::string_view name) const {
  const Cell found = cell(name);
  const std::byte* at = found.bytes.data();
  if (found.count != 1) badColumn(name, "one number");
  const auto number = static_cast<size_t>(table_.find(name) - table_.fields_.data()) + 1;
  const double zero = table_.header_.getDouble("TZERO" + std::to_string(number)).value_or(0);
  const double scale = table_.header_.getDouble("TSCAL" + std::to_string(number)).value_or(1);
  const auto of = [&](auto raw) {
    // Unsigned numbers are stored with the highest bit turned.
    const double half = std::ldexp(1.0, 8 * sizeof raw - 1);
    if (scale != 1 || (zero != 0 && zero != half)) badColumn(name, "an integer without scale");
    using Unsigned = std::make_unsigned_t<decltype(raw)>;
    if (zero == 0) return static_cast<int64_t>(raw);
    const auto value =
        static_cast<Unsigned>(static_cast<Unsigned>(raw) ^ (Unsigned{1} << (8 * sizeof raw - 1)));
    if (value > static_cast<uint64_t>(INT64_MAX)) badColumn(name, "an integer of 63 bits");
    return static_cast<int64_t>(value);
  };
  switch (found.type) {
    case 'B':
      return of(static_cast<int16_t>(loadBe<uint8_t>(at)));
    case 'I':
      return of(loadBe<int16_t>(at));
    case 'J':
      return of(loadBe<int32_t>(at));
    case 'K':
      return of(loadBe<int64_t>(at));
    default:
      badColumn(name, "an integer");
  }
}

std::vector<double> TableRow::numbers(std::string_view name) const {
  const Cell found = cell(name);
  if (found.count > kMaxNumbers)
    badColumn(name, "at most " + std::to_string(kMaxNumbers) + " numbers", std::to_string(found.count));
  std::vector<double> out(found.count);
  const uint32_t width = elementBytes(found.type);
  for (size_t i = 0; i < out.size(); ++i) out[i] = elementAt(found.type, found.bytes.data() + i * width);
  return out;
}

std::vector<std::byte> TableRow::bytes(std::string_view name) const {
  Cell found = cell(name);
  if (found.type != 'B') badColumn(name, "bytes (type B)");
  return std::move(found.bytes);
}

std::string TableRow::text(std::string_view name) const {
  const Cell found = cell(name);
  if (found.type != 'A' && found.type != 'B') badColumn(name, "text (type A or B)");
  std::string out(reinterpret_cast<const char*>(found.bytes.data()), found.bytes.size());
  if (const size_t end = out.find('\0'); end != std::string::npos) out.resize(end);
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

bool TableRow::flag(std::string_view name) const {
  const TableField* field = table_.find("FLAGS");
  if (field && field->column.type == 0 && field->column.descriptor == 0) {
    for (uint64_t bit = 0; bit < std::min<uint64_t>(field->repeat, 64); ++bit) {
      if (table_.header_.stringIfAny("TFLAG" + std::to_string(bit + 1)).value_or("") != name) continue;
      return (std::to_integer<unsigned>(bytes_[field->column.offset + bit / 8]) >> (7 - bit % 8) & 1) != 0;
    }
  }
  badArchive(table_.header_.where() + ": expected a flag " + std::string(name) + ", received none");
}

}  // namespace vignet
