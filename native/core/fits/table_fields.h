// The columns of a binary table, from its header (FITS 4.0, section 7.3).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/fits/header.h"
#include "core/fits/layout.h"

namespace vignet {

struct TableField {
  std::string name;    // TTYPEn, upper case
  std::string format;  // TFORMn
  uint64_t repeat = 1;
  TileColumn column;  // `type` 0: bits
};

// The columns in their order, every one of which lies in a row of `rowBytes`. Throws Error{data, code} naming
// HDU and card, and Error{data, BAD_CARD}.
std::vector<TableField> readTableFields(const Header& header, uint64_t rowBytes,
                                        CodeOf<ErrorKind::data> code);

std::string upperCase(std::string text);

}  // namespace vignet
