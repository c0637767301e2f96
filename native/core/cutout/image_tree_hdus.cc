// The HDUs JSON and INDEX of an lsst.images file (FMTVER 1), for an answer that holds a part of the images.
#include <algorithm>
#include <array>

#include "core/base/bytes.h"
#include "core/cutout/parts.h"
#include "core/fits/write.h"

namespace vignet {
namespace {

constexpr std::string_view kSchemas = "https://images.lsst.io/schemas/";

class TreeWriter {
 public:
  TreeWriter(Parts& parts, const Layout& layout, const WideBox& window)
      : parts_(parts),
        tree_(*layout.tree),
        window_(window),
        source_(layout.hdus.at(tree_.hdu).dataOffset + tree_.rows[0].offset) {}

  void literal(std::string_view text) { parts_.text(std::string(text)); }

  // A piece of the tree as it stands, but for the numbers that change.
  void piece(TreeText place) {
    uint64_t at = place.offset;
    const uint64_t end = at + place.bytes;
    const auto before = [](const TreeNumber& number, uint64_t offset) {
      return number.place.offset < offset;
    };
    auto number = std::lower_bound(tree_.numbers.begin(), tree_.numbers.end(), at, before);
    for (; number != tree_.numbers.end() && number->place.offset + number->place.bytes <= end; ++number) {
      parts_.copy(source_ + at, number->place.offset - at);
      parts_.text(std::to_string(valueOf(*number)));
      at = number->place.offset + number->place.bytes;
    }
    parts_.copy(source_ + at, end - at);
  }

  void key(std::string_view name, const std::optional<TreeText>& value) {
    if (!value) return;
    literal(",\"" + std::string(name) + "\":");
    piece(*value);
  }

 private:
  int64_t valueOf(const TreeNumber& number) const {
    switch (number.what) {
      case TreeNumber::What::y0:
        return number.value + window_.y0;
      case TreeNumber::What::x0:
        return number.value + window_.x0;
      case TreeNumber::What::height:
        return window_.height();
      case TreeNumber::What::width:
        break;
    }
    return window_.width();
  }

  Parts& parts_;
  const ImageTree& tree_;
  const WideBox& window_;
  uint64_t source_;
};

// The text of the answer's tree.
void writeTree(TreeWriter& writer, const ImageTree& tree, TreeType type) {
  if (type == TreeType::source) return writer.piece({0, tree.rows[0].bytes});
  const auto shared = [&] {
    writer.key("sky_projection", tree.projection);
    writer.key("metadata", tree.metadata);
    writer.key("butler_info", tree.butler);
  };
  if (type != TreeType::maskedImage) {
    const TreeText& one = type == TreeType::image  ? *tree.image
                          : type == TreeType::mask ? *tree.mask
                                                   : *tree.variance;
    writer.piece({one.offset, one.bytes - 1});
    shared();
    return writer.literal("}");
  }
  writer.literal(R"({"schema_version":"1.0.0","min_read_version":1)");
  writer.key("image", tree.image);
  writer.key("mask", tree.mask);
  writer.key("variance", tree.variance);
  shared();
  writer.literal(",\"schema_url\":\"" + std::string(kSchemas) + "masked_image-1.0.0\"}");
}

// The size of what a call adds to an answer.
uint64_t sizeOf(auto&& write) {
  Answer scratch;
  Parts parts(scratch);
  write(parts);
  return scratch.size;
}

HeaderWriter tableHeader(std::string_view name, uint64_t rowBytes, uint64_t rows, uint64_t heap, int fields) {
  HeaderWriter out;
  out.add("XTENSION", "BINTABLE", "binary table extension");
  out.add("BITPIX", 8, "array data type");
  out.add("NAXIS", 2, "number of array dimensions");
  out.add("NAXIS1", static_cast<int64_t>(rowBytes), "bytes of a row");
  out.add("NAXIS2", static_cast<int64_t>(rows), "number of rows");
  out.add("PCOUNT", static_cast<int64_t>(heap), "bytes behind the rows");
  out.add("GCOUNT", 1, "number of groups");
  out.add("TFIELDS", fields, "number of columns");
  out.add("EXTNAME", name, "extension name");
  return out;
}

template <class T>
void append(std::string& to, T value) {
  std::array<std::byte, sizeof(T)> bytes;
  storeBe(bytes.data(), value);
  to.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void appendText(std::string& to, std::string text, std::size_t bytes) {
  text.resize(bytes, '\0');
  to += text;
}

}  // namespace

std::optional<TreeType> treeType(const Layout& layout, const CutoutRequest& request,
                                 std::span<const AskedPlane> planes) {
  if (!layout.tree) return std::nullopt;
  const ImageTree& tree = *layout.tree;
  for (const AskedPlane& asked : planes)
    if (asked.plane->file != layout.planes[0].file) return std::nullopt;
  if (request.planes.empty() && request.detail == Detail::exposure) return TreeType::source;
  if (tree.single)
    return planes.size() == 1 && planes[0].plane == layout.planes.data() ? std::optional(TreeType::source)
                                                                         : std::nullopt;
  // The tree names the planes as the source does, and a mask with all its HDUs.
  const auto isOf = [&](PlaneKind kind) {
    const Plane* plane = layout.find(kind);
    const auto asked = [&](const Plane& one) {
      return std::any_of(planes.begin(), planes.end(), [&](const AskedPlane& p) {
        return p.plane == &one && p.name == layout.hdus[one.hdu].name;
      });
    };
    if (!plane || !asked(*plane)) return std::size_t{0};
    std::size_t count = 1;
    for (const Plane& other : layout.others) {
      if (kind != PlaneKind::mask || layout.hdus[other.hdu].name != layout.hdus[plane->hdu].name) continue;
      if (!asked(other)) return std::size_t{0};
      ++count;
    }
    return count;
  };
  const std::size_t image = isOf(PlaneKind::image), mask = tree.mask ? isOf(PlaneKind::mask) : 0,
                    variance = tree.variance ? isOf(PlaneKind::variance) : 0;
  if (image + mask + variance != planes.size()) return std::nullopt;
  if (image && mask && variance) return TreeType::maskedImage;
  if (planes.size() == image) return TreeType::image;
  if (planes.size() == mask) return TreeType::mask;
  return planes.size() == variance ? std::optional(TreeType::variance) : std::nullopt;
}

std::string schemaOf(TreeType type) {
  switch (type) {
    case TreeType::image:
    case TreeType::variance:
      return std::string(kSchemas) + "image-1.0.0";
    case TreeType::mask:
      return std::string(kSchemas) + "mask-1.0.0";
    case TreeType::maskedImage:
      return std::string(kSchemas) + "masked_image-1.0.0";
    case TreeType::source:
      break;
  }
  return "";
}

MadeHdu addTree(Parts& parts, const Layout& layout, TreeType type, const WideBox& window, bool checksums) {
  const ImageTree& tree = *layout.tree;
  const auto write = [&](Parts& to) {
    TreeWriter writer(to, layout, window);
    writeTree(writer, tree, type);
  };
  // What the rows after the first hold stays, if the answer's tree can point to it.
  const bool pointed = type == TreeType::source || tree.pointers;
  const std::size_t rows = pointed ? tree.rows.size() : 1;
  std::vector<uint64_t> sizes{sizeOf(write)};
  for (std::size_t r = 1; r < rows; ++r) sizes.push_back(tree.rows[r].bytes);
  std::string descriptors;
  uint64_t heap = 0, longest = 0;
  for (const uint64_t size : sizes) {
    append(descriptors, static_cast<uint32_t>(size));
    append(descriptors, static_cast<uint32_t>(heap));
    heap += size;
    longest = std::max(longest, size);
  }
  HeaderWriter header = tableHeader("JSON", 8, rows, heap, 1);
  header.add("TTYPE1", "JSON");
  header.add("TFORM1", "PB(" + std::to_string(longest) + ")");
  if (checksums) header.reserveChecksums();

  const uint64_t begin = parts.size();
  const std::string cards = header.finish();
  parts.text(cards);
  parts.text(std::move(descriptors));
  write(parts);
  const uint64_t data = layout.hdus.at(tree.hdu).dataOffset;
  for (std::size_t r = 1; r < rows; ++r) parts.copy(data + tree.rows[r].offset, tree.rows[r].bytes);
  MadeHdu made = parts.finish(begin, cards.size(), true);
  made.name = "JSON";
  made.table = true;
  return made;
}

MadeHdu addIndex(Parts& parts, std::span<const MadeHdu> hdus, bool checksums) {
  std::size_t longest = 1;
  for (const MadeHdu& hdu : hdus) longest = std::max(longest, hdu.name.size());
  std::string data;
  for (const MadeHdu& hdu : hdus) {
    appendText(data, hdu.name, longest);
    append(data, static_cast<uint32_t>(hdu.version));
    appendText(data, hdu.table ? "BINTABLE" : "IMAGE", 8);
    data += 'F';
    append(data, hdu.header);
    append(data, hdu.data);
    append(data, hdu.dataBytes);
  }
  HeaderWriter header =
      tableHeader("INDEX", data.size() / std::max<std::size_t>(hdus.size(), 1), hdus.size(), 0, 7);
  const std::string name = std::to_string(longest) + "A";
  constexpr std::array kNames{"EXTNAME", "EXTVER", "XTENSION", "ZIMAGE", "HDRADDR", "DATADDR", "DATSIZE"};
  const std::array<std::string_view, 7> formats{name, "J", "8A", "L", "K", "K", "K"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    header.add("TTYPE" + std::to_string(i + 1), kNames[i]);
    header.add("TFORM" + std::to_string(i + 1), formats[i]);
  }
  if (checksums) header.reserveChecksums();
  const uint64_t begin = parts.size();
  const std::string cards = header.finish();
  parts.text(cards);
  parts.text(std::move(data));
  MadeHdu made = parts.finish(begin, cards.size(), true);
  made.name = "INDEX";
  made.table = true;
  return made;
}

}  // namespace vignet
