#include "core/fits/table_fields.h"

#include <charconv>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/fits/column_type.h"

namespace vignet {
namespace {

[[noreturn]] void bad(const Header& header, CodeOf<ErrorKind::data> code, const std::string& problem) {
  throw Error(Kind::data, code, header.where() + ": " + problem);
}

// Number n of a keyword such as TFORM12; 0 for any other keyword.
unsigned indexAfter(std::string_view keyword, std::string_view prefix) {
  if (!keyword.starts_with(prefix)) return 0;
  keyword.remove_prefix(prefix.size());
  unsigned n = 0;
  const auto [end, error] = std::from_chars(keyword.data(), keyword.data() + keyword.size(), n);
  return error == std::errc() && end == keyword.data() + keyword.size() ? n : 0;
}

// rT, or for arrays in the heap rPt(max) and rQt(max) with r 0 or 1.
uint64_t parseFormat(const Header& header, TableField& field, size_t number, CodeOf<ErrorKind::data> code) {
  const auto refuse = [&](std::string_view expected) {
    bad(header, code, expectedFor(expected, "TFORM" + std::to_string(number), printable(field.format)));
  };
  const char* at = field.format.data();
  const char* end = at + field.format.size();
  if (at != end && *at >= '0' && *at <= '9') {
    const auto [after, error] = std::from_chars(at, end, field.repeat);
    if (error != std::errc() || field.repeat > (uint64_t{1} << 31)) refuse("a repeat count of at most 2^31");
    at = after;
  }
  const char type = at == end ? ' ' : *at;
  if (type == 'X') return (field.repeat + 7) / 8;
  if (elementBytes(type) == 0) refuse("a binary-table format");
  field.column.type = type;
  if (type == 'P' || type == 'Q') {
    if (field.repeat > 1) refuse("one array descriptor");
    field.column.descriptor = type;
    field.column.type = at + 1 == end ? ' ' : at[1];
  }
  return field.repeat * elementBytes(type);
}

}  // namespace

std::string upperCase(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

std::vector<TableField> readTableFields(const Header& header, uint64_t rowBytes,
                                        CodeOf<ErrorKind::data> code) {
  const int64_t n = header.getInt("TFIELDS").value_or(-1);
  if (n < 0 || n > 999) bad(header, code, expectedFor("0 to 999", "TFIELDS", n));
  std::vector<TableField> fields(static_cast<size_t>(n));
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string_view keyword = header.keyword(i);
    const unsigned form = indexAfter(keyword, "TFORM"), type = indexAfter(keyword, "TTYPE");
    const unsigned which = form ? form : type;
    if (which == 0 || which > fields.size()) continue;
    std::string& target = form ? fields[which - 1].format : fields[which - 1].name;
    if (!target.empty()) continue;
    const CardValue value = header.value(i);
    if (value.type != ValueType::text) header.fail(i, "a string");
    target = form ? value.text : upperCase(value.text);
  }
  uint64_t offset = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    fields[i].column.offset = static_cast<uint32_t>(offset);
    offset += parseFormat(header, fields[i], i + 1, code);
    if (offset > rowBytes)
      bad(header, code,
          expectedFor("at most NAXIS1 = " + std::to_string(rowBytes) + " bytes", "its columns", offset));
  }
  return fields;
}

}  // namespace vignet
