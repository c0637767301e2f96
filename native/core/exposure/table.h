// Binary tables that hold objects, read row by row.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes/reader.h"
#include "core/fits/header.h"
#include "core/fits/layout.h"
#include "core/fits/table_fields.h"

namespace vignet {

[[noreturn]] void badArchive(const std::string& problem);  // Error{data, BAD_EXPOSURE_TABLE}

// The bytes that may still be read for one exposure: a bound whatever the file claims.
class Budget {
 public:
  explicit Budget(uint64_t bytes) : left_(bytes) {}
  // Throws Error{data, BAD_EXPOSURE_TABLE} when the budget does not have them.
  void spend(uint64_t bytes);

 private:
  uint64_t left_;
};

class BinaryTable;

// One row, with its bytes. Names are those of the columns in any case, '.' counting as '_'. All but `find`
// throw Error{data, BAD_EXPOSURE_TABLE} when there is no such column or it is of another type.
class TableRow {
 public:
  TableRow(BinaryTable& table, std::vector<std::byte> bytes) : table_(table), bytes_(std::move(bytes)) {}

  bool has(std::string_view name) const;
  double number(std::string_view name) const;    // of a column with one element
  int64_t integer(std::string_view name) const;  // the same, of an integer column
  // The same without rounding, and with TZEROn as it stands for unsigned numbers.
  int64_t whole(std::string_view name) const;
  std::vector<double> numbers(std::string_view name) const;   // in the row or in the heap
  std::vector<std::byte> bytes(std::string_view name) const;  // of a column of bytes
  std::string text(std::string_view name) const;  // without what follows a NUL and trailing blanks
  bool flag(std::string_view name) const;         // a bit of afw's flag column, by its TFLAGn name

 private:
  struct Cell {
    char type;
    uint64_t count;
    std::vector<std::byte> bytes;
  };
  Cell cell(std::string_view name) const;
  [[noreturn]] void badColumn(std::string_view name, std::string_view expected,
                              std::string_view received = "another") const;

  BinaryTable& table_;
  std::vector<std::byte> bytes_;
};

class BinaryTable {
 public:
  // Reads the header of the HDU. Throws Error{data, BAD_EXPOSURE_TABLE | BAD_HEADER | BAD_CARD}. `reader` and
  // `budget` must outlive the table.
  BinaryTable(Reader& reader, const Hdu& hdu, std::string where, Budget& budget);

  const Header& header() const { return header_; }
  uint64_t rows() const { return rows_; }
  TableRow row(uint64_t n);

 private:
  friend class TableRow;
  const TableField* find(std::string_view name) const;
  std::vector<std::byte> heap(uint64_t offset, uint64_t bytes);

  Reader& reader_;
  Budget& budget_;
  uint64_t data_ = 0, dataBytes_ = 0, rowBytes_ = 0, rows_ = 0, heap_ = 0;
  Header header_;
  std::vector<TableField> fields_;
};

// The header of any HDU. Throws Error{data, BAD_HEADER | TRUNCATED}.
Header readHeader(Reader& reader, const Hdu& hdu, std::string where, Budget& budget);

}  // namespace vignet
