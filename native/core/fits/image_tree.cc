#include "core/fits/image_tree.h"

#include <algorithm>
#include <charconv>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/bytes/reader.h"
#include "core/fits/hdus.h"
#include "core/fits/json_scan.h"
#include "core/fits/table_fields.h"

namespace vignet {
namespace {

// An object with `yx0`, and the arrays it is made of.
struct TreeImage {
  std::vector<TreeNumber> numbers;
  std::vector<std::string> sources;  // "fits:MASK", "fits:MASK,2"
  int64_t y0 = 0, x0 = 0;
  bool oneShape = true;
  int64_t height = 0, width = 0;
};

struct Open {
  bool object = false;
  std::string key;  // under which it stands, or its array does
  size_t begin = 0;
  std::vector<TreeNumber> numbers;  // of an array that is a shape or an origin
  std::vector<TreeNumber> origin, shape;
  std::string source;
  std::vector<TreeImage> arrays;  // references below, each with its shape
};

std::optional<int64_t> wholeNumber(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < -(int64_t{1} << 40) || value > int64_t{1} << 40) return std::nullopt;
  return value;
}

// Reads the tree in one pass, with what is open on a stack.
class TreeReader {
 public:
  explicit TreeReader(std::string_view text) : scan_(text) {}

  // False for a text that is no object.
  bool read() {
    for (;;) {
      switch (scan_.next()) {
        case JsonToken::beginObject:
        case JsonToken::beginArray:
          begin(scan_.token() == "{");
          break;
        case JsonToken::endObject:
        case JsonToken::endArray:
          end();
          break;
        case JsonToken::key:
          // No key that means something is longer.
          key_ = scan_.token().substr(0, 64);
          break;
        case JsonToken::text:
          textValue();
          break;
        case JsonToken::scalar:
          scalar();
          break;
        case JsonToken::end:
          return isObject_;
        case JsonToken::bad:
          return false;
      }
      if (images_.size() > ImageTree::kMostImages) return false;
    }
  }

  ImageTree& tree() { return tree_; }
  const std::vector<TreeImage>& images() const { return images_; }
  bool isKnown() const {
    const std::string& schema = tree_.single ? rootSchema_ : imageSchema_;
    return schema.find("/image-1.") != std::string::npos;
  }

 private:
  void begin(bool object) {
    if (open_.empty()) isObject_ = object;
    Open& opened = open_.emplace_back();
    opened.object = object;
    // Elements of an array stand under its key.
    const bool inArray = open_.size() > 1 && !open_[open_.size() - 2].object;
    opened.key = inArray ? open_[open_.size() - 2].key : key_;
    opened.begin = scan_.begin();
  }

  void end() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    if (closed.object) endObject(closed);
    if (open_.empty()) {
      if (tree_.single) tree_.image = TreeText{closed.begin, scan_.end() - closed.begin};
      return;
    }
    Open& parent = open_.back();
    if (!closed.object && parent.object && closed.numbers.size() == 2) {
      if (closed.key == "yx0") parent.origin = closed.numbers;
      if (closed.key == "shape") parent.shape = closed.numbers;
    }
    if (closed.key == "data" || closed.key == "value")
      std::move(closed.arrays.begin(), closed.arrays.end(), std::back_inserter(parent.arrays));
    if (open_.size() == 1) rootValue(closed);
  }

  void endObject(Open& closed) {
    const bool column = closed.source.find('[') != std::string::npos;
    if (closed.source.starts_with("fits:") && !column && closed.shape.size() == 2) {
      TreeImage& array = closed.arrays.emplace_back();
      array.sources.push_back(closed.source.substr(5));
      array.numbers = closed.shape;
      array.numbers[0].what = TreeNumber::What::height;
      array.numbers[1].what = TreeNumber::What::width;
    }
    if (closed.origin.size() != 2 || closed.arrays.empty()) return;
    TreeImage& image = images_.emplace_back();
    image.numbers = closed.origin;
    image.numbers[0].what = TreeNumber::What::y0;
    image.numbers[1].what = TreeNumber::What::x0;
    image.y0 = closed.origin[0].value;
    image.x0 = closed.origin[1].value;
    image.height = closed.arrays[0].numbers[0].value;
    image.width = closed.arrays[0].numbers[1].value;
    for (const TreeImage& array : closed.arrays) {
      image.oneShape =
          image.oneShape && array.numbers[0].value == image.height && array.numbers[1].value == image.width;
      image.numbers.insert(image.numbers.end(), array.numbers.begin(), array.numbers.end());
      image.sources.insert(image.sources.end(), array.sources.begin(), array.sources.end());
    }
    closed.arrays.clear();
    tree_.single = tree_.single || open_.empty();
  }

  // An object or array that a key of the tree has.
  void rootValue(const Open& closed) {
    const TreeText place{closed.begin, scan_.end() - closed.begin};
    if (closed.key == "image") tree_.image = place;
    if (closed.key == "mask") tree_.mask = place;
    if (closed.key == "variance") tree_.variance = place;
    if (closed.key == "sky_projection") tree_.projection = place;
    if (closed.key == "metadata") tree_.metadata = place;
    if (closed.key == "butler_info") tree_.butler = place;
  }

  void textValue() {
    if (open_.empty() || !open_.back().object) return;
    const std::string_view value = scan_.token();
    if (key_ == "source" && value.find('\\') == std::string_view::npos && value.size() < 300) {
      open_.back().source = value;
      if (value.starts_with("fits:JSON[") && isPlain()) tree_.pointers = true;
    }
    if (key_ == "schema_url" && (open_.size() == 1 || (open_.size() == 2 && open_[1].key == "image")))
      (open_.size() == 1 ? rootSchema_ : imageSchema_) = value.substr(0, 300);
  }

  // Whether this is part of what an image or a masked image keeps.
  bool isPlain() const {
    if (open_.size() < 2) return false;
    const std::string& key = open_[1].key;
    return key == "image" || key == "mask" || key == "variance" || key == "sky_projection";
  }

  void scalar() {
    if (open_.empty() || open_.back().object) return;
    Open& array = open_.back();
    if ((array.key != "yx0" && array.key != "shape") || array.numbers.size() > 2) return;
    const auto value = wholeNumber(scan_.token());
    TreeNumber number;
    number.place = {scan_.begin(), scan_.end() - scan_.begin()};
    number.value = value.value_or(0);
    array.numbers.push_back(number);
    if (!value) array.numbers.resize(3);  // no pair
  }

  JsonScan scan_;
  std::string key_;
  std::vector<Open> open_;
  std::vector<TreeImage> images_;
  ImageTree tree_;
  std::string imageSchema_, rootSchema_;
  bool isObject_ = false;
};

// The texts of the one column of the table JSON; none if it is no such table.
std::vector<TreeText> rowsOf(const HduRecord& record, Reader& reader) {
  if (record.type != HduType::table || record.axes.size() != 2) return {};
  const uint64_t rowBytes = record.axes[0], rows = record.axes[1], bytes = record.hdu.dataBytes;
  if (rows == 0 || rows > ImageTree::kMostRows || rowBytes > 1024) return {};
  const std::vector<TableField> fields = readTableFields(record.header, rowBytes, "BAD_TILE_TABLE");
  const auto json =
      std::find_if(fields.begin(), fields.end(), [](const TableField& f) { return f.name == "JSON"; });
  if (json == fields.end() || json->column.descriptor == 0 || json->column.type != 'B') return {};
  const int64_t given = record.header.getInt("THEAP").value_or(static_cast<int64_t>(rows * rowBytes));
  if (given < 0 || static_cast<uint64_t>(given) > bytes || rows * rowBytes > bytes) return {};
  const auto heap = static_cast<uint64_t>(given);
  std::vector<std::byte> table(rows * rowBytes);
  reader.read(record.hdu.dataOffset, table);
  std::vector<TreeText> texts;
  const bool wide = json->column.descriptor == 'Q';
  for (uint64_t r = 0; r < rows; ++r) {
    const std::byte* cell = table.data() + r * rowBytes + json->column.offset;
    const uint64_t count = wide ? loadBe<uint64_t>(cell) : loadBe<uint32_t>(cell);
    const uint64_t offset = wide ? loadBe<uint64_t>(cell + 8) : loadBe<uint32_t>(cell + 4);
    if (offset > bytes - heap || count > bytes - heap - offset || count > ImageTree::kMostText) return {};
    texts.push_back({heap + offset, count});
  }
  return texts;
}

// The HDU of a reference "MASK" or "MASK,2".
std::optional<uint16_t> hduOf(std::span<const HduRecord> records, std::string_view source) {
  int64_t version = 1;
  if (const size_t comma = source.rfind(','); comma != std::string_view::npos) {
    const auto given = wholeNumber(source.substr(comma + 1));
    if (!given) return std::nullopt;
    version = *given;
    source = source.substr(0, comma);
  }
  for (size_t i = 0; i < records.size(); ++i) {
    if (records[i].hdu.name == source && records[i].header.getInt("EXTVER").value_or(1) == version)
      return static_cast<uint16_t>(i);
  }
  return std::nullopt;
}

// The HDUs of an image of the tree; none unless all of them have its shape.
std::vector<uint16_t> hdusOf(std::span<const HduRecord> records, const TreeImage& image) {
  std::vector<uint16_t> hdus;
  for (const std::string& source : image.sources) {
    const auto hdu = hduOf(records, source);
    const auto shape = hdu ? imageShape(records[*hdu]) : std::nullopt;
    if (!shape || shape->width != image.width || shape->height != image.height || shape->isCube()) return {};
    hdus.push_back(*hdu);
  }
  return hdus;
}

std::optional<FoundTree> read(std::span<const HduRecord> records, Reader& reader, uint16_t image,
                              uint32_t width, uint32_t height) {
  const Header& primary = records[0].header;
  if (primary.getInt("FMTVER") != 1 || !primary.find("JSONADDR")) return std::nullopt;
  const auto table =
      std::find_if(records.begin(), records.end(), [](const HduRecord& r) { return r.hdu.name == "JSON"; });
  if (table == records.end()) return std::nullopt;
  const std::vector<TreeText> rows = rowsOf(*table, reader);
  if (rows.empty()) return std::nullopt;
  std::string text(rows[0].bytes, '\0');
  reader.read(table->hdu.dataOffset + rows[0].offset, std::as_writable_bytes(std::span(text)));

  TreeReader tree(text);
  if (!tree.read() || !tree.isKnown()) return std::nullopt;
  FoundTree found{std::move(tree.tree()), {}};
  found.tree.hdu = static_cast<uint16_t>(table - records.begin());
  found.tree.rows = rows;
  if (!found.tree.image) return std::nullopt;
  const TreeImage* science = nullptr;
  for (const TreeImage& one : tree.images()) {
    const std::vector<uint16_t> hdus = hdusOf(records, one);
    if (hdus.size() == 1 && hdus[0] == image && one.oneShape && one.width == width && one.height == height)
      science = &one;
  }
  if (!science) return std::nullopt;
  for (const TreeImage& one : tree.images()) {
    if (!one.oneShape || one.y0 != science->y0 || one.x0 != science->x0 || one.width != width ||
        one.height != height)
      continue;
    const std::vector<uint16_t> hdus = hdusOf(records, one);
    found.hdus.insert(found.hdus.end(), hdus.begin(), hdus.end());
    if (!hdus.empty())
      found.tree.numbers.insert(found.tree.numbers.end(), one.numbers.begin(), one.numbers.end());
  }
  std::sort(found.tree.numbers.begin(), found.tree.numbers.end(),
            [](const TreeNumber& a, const TreeNumber& b) { return a.place.offset < b.place.offset; });
  return found;
}

}  // namespace

std::optional<FoundTree> findTree(std::span<const HduRecord> records, Reader& reader, uint16_t image,
                                  uint32_t width, uint32_t height) {
  try {
    return read(records, reader, image, width, height);
  } catch (const Error& error) {
    if (error.kind() != Kind::data) throw;
    return std::nullopt;  // a damaged tree does not cost the image
  }
}

}  // namespace vignet
