// The objects an afw Exposure was written with: an index and tables behind the planes (afw's "archive").
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/bytes/reader.h"
#include "core/exposure/table.h"
#include "core/fits/layout.h"

namespace vignet {

class Archive {
 public:
  // Opens the archive that the primary header of `file` (an index of layout.files) names by AR_HDU. Throws
  // Error{data, BAD_EXPOSURE_TABLE, …} for a damaged index. All arguments must outlive the archive.
  Archive(Reader& reader, const Layout& layout, uint16_t file, Budget& budget);

  // Rows of one table that belong to an object.
  struct Part {
    uint32_t table = 0;
    uint64_t first = 0, rows = 0;
  };
  struct Object {
    std::string name;  // of its class
    std::vector<Part> parts;
  };

  // Throws Error{data, BAD_EXPOSURE_TABLE} when there is no such object.
  const Object& object(int64_t id) const;
  // Row `n` of part `part` of an object; throws Error{data, BAD_EXPOSURE_TABLE} when it has none such.
  TableRow row(const Object& object, size_t part = 0, uint64_t n = 0);

 private:
  BinaryTable& table(uint32_t number);

  Reader& reader_;
  const Layout& layout_;
  Budget& budget_;
  size_t first_ = 0;  // of the archive's HDUs, in layout.hdus
  std::map<int64_t, Object> objects_;
  std::map<uint32_t, BinaryTable> tables_;
};

}  // namespace vignet
