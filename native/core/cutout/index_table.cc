// The INDEX table of an lsst.images file: a row an HDU, with the addresses of its header and data.
#include <algorithm>
#include <cstring>
#include <map>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/cutout/answer.h"
#include "core/fits/column_type.h"
#include "core/fits/header.h"
#include "core/fits/write.h"

namespace vignet {
namespace {

[[noreturn]] void badIndex(const std::string& why) {
  throw Error(Kind::data, "BAD_INDEX_TABLE", "INDEX table: " + why);
}

struct Column {
  std::size_t offset = 0, bytes = 0;
  char type = 0;
};

struct IndexTable {
  std::size_t data = 0;  // offset of the first row
  std::size_t rowBytes = 0, rows = 0;
  std::map<std::string, Column> columns;
};

std::size_t cardsBeforeEnd(std::span<const std::byte> hdu) {
  for (std::size_t at = 0; at + kCardSize <= hdu.size(); at += kCardSize) {
    if (std::memcmp(hdu.data() + at, "END     ", 8) == 0) return at;
  }
  badIndex("expected an END card in its header, received none");
}

std::size_t integer(const Header& header, const std::string& name, std::size_t limit) {
  const auto value = header.getInt(name);
  if (!value || *value < 0 || static_cast<uint64_t>(*value) > limit)
    badIndex(
        expectedFor("0 to " + std::to_string(limit), name, value ? std::to_string(*value) : "no such card"));
  return static_cast<std::size_t>(*value);
}

std::size_t widthOf(char type) {
  const std::size_t width = elementBytes(type);
  if (width == 0 || width > 8)
    badIndex(expectedFor("a data type of FITS", "the TFORM of a column", printable({&type, 1})));
  return width;
}

Column parseFormat(const std::string& form, std::size_t offset) {
  std::size_t digits = 0, repeat = 0;
  while (digits < form.size() && digits < 6 && form[digits] >= '0' && form[digits] <= '9') {
    repeat = repeat * 10 + static_cast<std::size_t>(form[digits++] - '0');
  }
  if (digits >= form.size()) badIndex(expectedFor("a column format", "TFORM", printable(form)));
  return {offset, (digits ? repeat : 1) * widthOf(form[digits]), form[digits]};
}

IndexTable parse(std::span<const std::byte> hdu) {
  IndexTable out;
  const std::size_t end = cardsBeforeEnd(hdu);
  const Header header = Header::fromBytes(hdu.first(end), "HDU INDEX");
  out.data = paddedBlock(end + kCardSize);
  out.rowBytes = integer(header, "NAXIS1", hdu.size());
  out.rows = integer(header, "NAXIS2", hdu.size());
  if (out.data > hdu.size() || (out.rowBytes > 0 && out.rows > (hdu.size() - out.data) / out.rowBytes)) {
    badIndex(expectedFor(std::to_string(out.rows) + " rows of " + std::to_string(out.rowBytes) + " bytes",
                         "its data", hdu.size() - std::min(out.data, hdu.size())));
  }
  std::size_t offset = 0;
  const std::size_t fields = integer(header, "TFIELDS", 999);
  for (std::size_t i = 1; i <= fields; ++i) {
    const Column column = parseFormat(header.getString("TFORM" + std::to_string(i)).value_or(""), offset);
    offset += column.bytes;
    if (offset > out.rowBytes) badIndex(expectedFor("at most NAXIS1 bytes", "a row of its columns", offset));
    out.columns[header.getString("TTYPE" + std::to_string(i)).value_or("")] = column;
  }
  return out;
}

}  // namespace

void rewriteIndex(std::span<std::byte> hdu, std::span<const MovedHdu> moved) {
  const IndexTable table = parse(hdu);
  const auto column = [&](const char* name, char type) -> const Column& {
    const auto it = table.columns.find(name);
    if (it == table.columns.end() || it->second.type != type || it->second.bytes < widthOf(type)) {
      badIndex(expectedFor(std::string("a column of type ") + type, name, "none"));
    }
    return it->second;
  };
  const Column &header = column("HDRADDR", 'K'), &data = column("DATADDR", 'K'),
               &size = column("DATSIZE", 'K');
  const Column &compressed = column("ZIMAGE", 'L'), &type = column("XTENSION", 'A');
  for (std::size_t r = 0; r < table.rows; ++r) {
    std::byte* const row = hdu.data() + table.data + r * table.rowBytes;
    const auto old = loadBe<uint64_t>(row + header.offset);
    const auto to =
        std::find_if(moved.begin(), moved.end(), [&](const MovedHdu& m) { return m.oldHeader == old; });
    if (to == moved.end()) {
      badIndex(expectedFor("the address of an HDU", "row " + std::to_string(r + 1),
                           "byte " + std::to_string(old)));
    }
    storeBe(row + header.offset, to->header);
    storeBe(row + data.offset, to->data);
    storeBe(row + size.offset, to->dataBytes);
    if (to->decoded) {
      std::string name = "IMAGE";
      name.resize(type.bytes, '\0');
      std::memcpy(row + type.offset, name.data(), name.size());
      row[compressed.offset] = std::byte{'F'};
    }
  }
  writeChecksums(hdu, table.data);
}

}  // namespace vignet
