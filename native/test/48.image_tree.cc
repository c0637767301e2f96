// The tree of an lsst.images file: what is found in it, and what a part's tree says. The format is that of
// lsst-images 30 (FMTVER 1); its own reader opens such answers in test:interop.
#include "core/fits/image_tree.h"

#include <string>

#include "core/base/bytes.h"
#include "core/fits/json_scan.h"
#include "core/fits/write.h"
#include "cutout_support.h"

using namespace vignet;
using namespace vignet::test;

namespace {

std::string tokensOf(std::string_view text) {
  JsonScan scan(text);
  std::string out;
  for (;;) {
    const JsonToken token = scan.next();
    if (token == JsonToken::bad) return out + "!";
    if (token == JsonToken::end) return out;
    out += "{}[]kts"[static_cast<int>(token)];
    if (token >= JsonToken::key) out += std::string(scan.token()) + " ";
  }
}

void append(std::vector<std::byte>& to, const std::string& text) {
  const auto* p = reinterpret_cast<const std::byte*>(text.data());
  to.insert(to.end(), p, p + text.size());
}

void appendImage(std::vector<std::byte>& to, const char* name, int side) {
  HeaderWriter image;
  image.add("XTENSION", "IMAGE");
  image.add("BITPIX", 16);
  image.add("NAXIS", 2);
  image.add("NAXIS1", side);
  image.add("NAXIS2", side);
  image.add("PCOUNT", 0);
  image.add("GCOUNT", 1);
  image.add("EXTNAME", name);
  append(to, image.finish());
  to.resize(to.size() + paddedBlock(static_cast<uint64_t>(side) * static_cast<uint64_t>(side) * 2));
}

// A file with images of 8 x 8 pixels and one of 5 x 5, and a tree.
Dataset fileWith(const std::string& tree, const std::string& second = "") {
  std::vector<std::byte> file;
  HeaderWriter primary;
  primary.add("SIMPLE", true);
  primary.add("BITPIX", 8);
  primary.add("NAXIS", 0);
  primary.add("FMTVER", 1);
  primary.add("INDXADDR", 0);
  primary.add("INDXSIZE", 0);
  primary.add("JSONADDR", 0);
  primary.add("JSONSIZE", 0);
  primary.add("DATAMODL", "https://images.lsst.io/schemas/visit_image-1.1.0");
  append(file, primary.finish());
  for (const char* name : {"IMAGE", "MASK", "VARIANCE", "FRACTION", "BACKGROUND"}) appendImage(file, name, 8);
  appendImage(file, "SMALL", 5);
  HeaderWriter table;
  table.add("XTENSION", "BINTABLE");
  table.add("BITPIX", 8);
  table.add("NAXIS", 2);
  table.add("NAXIS1", 8);
  table.add("NAXIS2", 2);
  table.add("PCOUNT", static_cast<int64_t>(tree.size() + second.size()));
  table.add("GCOUNT", 1);
  table.add("TFIELDS", 1);
  table.add("TTYPE1", "JSON");
  table.add("TFORM1", "PB");
  table.add("EXTNAME", "JSON");
  append(file, table.finish());
  std::array<std::byte, 16> rows{};
  storeBe(rows.data(), static_cast<uint32_t>(tree.size()));
  storeBe(rows.data() + 8, static_cast<uint32_t>(second.size()));
  storeBe(rows.data() + 12, static_cast<uint32_t>(tree.size()));
  file.insert(file.end(), rows.begin(), rows.end());
  append(file, tree + second);
  file.resize(paddedBlock(file.size()));
  Dataset out;
  out.add(file);
  const LayoutSource source{out.readers[0], std::nullopt, std::nullopt};
  out.layout = decodeLayout(encodeLayout(readLayout(std::span(&source, 1))));
  return out;
}

std::string array(const std::string& name, int side) {
  const std::string n = std::to_string(side);
  return R"({"source":"fits:)" + name + R"(","shape":[)" + n + "," + n + "]}";
}

std::string image(const std::string& name, const std::string& yx0 = "[-3,120]") {
  return R"({"data":{"value":)" + array(name, 8) + R"(,"unit":"nJy"},"yx0":)" + yx0 +
         R"(,"schema_url":"https://images.lsst.io/schemas/image-1.0.0"})";
}

const std::string kTree =
    R"({"image":)" + image("IMAGE") + R"(,"mask":{"data":[)" + array("MASK", 8) +
    R"(],"yx0":[-3,120]},"variance":)" + image("VARIANCE") +
    R"(,"sky_projection":{"mappings":[{"column":{"data":{"source":"fits:JSON[1]"}},"row":1}]})" +
    R"(,"fractions":{"a":)" + image("FRACTION") + R"(},"background":{"data":)" + array("BACKGROUND", 8) +
    R"(,"bounds":[0,8]},"small":)" + array("SMALL", 5) + R"(,"note":"NaN \"yx0\":[1,2]","x":NaN})";

// The text of a row of the table JSON of an answer.
std::string rowOf(Fits& fits, long row) {
  LONGLONG length = 0, offset = 0;
  fits_read_descriptll(fits.file, 1, row, &length, &offset, &fits.status);
  std::vector<unsigned char> bytes(static_cast<std::size_t>(length));
  fits_read_col(fits.file, TBYTE, 1, row, 1, length, nullptr, bytes.data(), nullptr, &fits.status);
  REQUIRE(fits.status == 0);
  return {bytes.begin(), bytes.end()};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string treeIn(const Dataset& data, Detail detail, const Box& box, long row = 1,
                   const std::vector<std::string>& planes = {}) {
  Fits fits(data.cut(
      {.box = box, .detail = detail, .planes = planes, .datasetId = "", .stencil = "", .software = ""}));
  for (int i = 0; i < fits.count(); ++i) {
    fits.move(i);
    if (fits.text("EXTNAME") == "JSON") return rowOf(fits, row);
  }
  return "no tree";
}

}  // namespace

TEST_CASE("JSON is taken apart token by token; what is none ends it") {
  CHECK(tokensOf(R"({"a": [1, -2.5e3, "b\"]"], "c": {}})") == R"({ka [s1 s-2.5e3 tb\"] ]kc {}})");
  for (const char* bad : {"", "{", "{1}", "[}", "{}{}", "\"", "\"\\", "{\"a\"", "{\"a\"}", "[1]]", "]"})
    CHECK_MESSAGE(tokensOf(bad).ends_with('!'), bad);
  CHECK(tokensOf(std::string(1000, '[')).size() == JsonScan::kMostDepth + 1);
  // Half a million brackets, quotes or backslashes are one pass.
  for (const char c : {'[', '"', '{', ','}) CHECK(tokensOf(std::string(500'000, c)).ends_with('!'));
  CHECK(tokensOf('"' + std::string(500'001, '\\')) == "!");
}

TEST_CASE("an exposure's tree has the places and shapes of the part, and nothing else changes") {
  const Dataset data = fileWith(kTree, "second");
  REQUIRE(data.layout.tree.has_value());
  REQUIRE(data.layout.others.size() == 1);
  CHECK(data.layout.hdus[data.layout.others[0].hdu].name == "FRACTION");
  std::string expected = replaced(kTree, "\"yx0\":[-3,120]", "\"yx0\":[2,121]");
  // Only the images are cut: the background of the same shape has no place of its own.
  const std::string whole = array("BACKGROUND", 8);
  expected =
      replaced(replaced(replaced(expected, whole, "@"), "\"shape\":[8,8]", "\"shape\":[3,6]"), "@", whole);
  CHECK(treeIn(data, Detail::exposure, {1, 5, 7, 8}) == expected);
  CHECK(treeIn(data, Detail::exposure, {1, 5, 7, 8}, 2) == "second");
  CHECK(treeIn(data, Detail::exposure, {0, 0, 8, 8}) == kTree);
}

TEST_CASE("the trees of an image and of a masked image hold what is delivered") {
  const Dataset data = fileWith(kTree, "second");
  const std::string sky =
      R"("sky_projection":{"mappings":[{"column":{"data":{"source":"fits:JSON[1]"}},"row":1}]})";
  const auto moved = [](const std::string& text) {
    return replaced(replaced(text, "[-3,120]", "[2,121]"), "[8,8]", "[3,6]");
  };
  const std::string part = moved(image("IMAGE"));
  CHECK(treeIn(data, Detail::image, {1, 5, 7, 8}) == part.substr(0, part.size() - 1) + "," + sky + "}");
  CHECK(treeIn(data, Detail::image, {1, 5, 7, 8}, 2) == "second");  // the projection points to it
  CHECK(treeIn(data, Detail::maskedImage, {1, 5, 7, 8}) ==
        R"({"schema_version":"1.0.0","min_read_version":1,"image":)" + part + R"(,"mask":)" +
            moved(R"({"data":[)" + array("MASK", 8) + R"(],"yx0":[-3,120]})") + R"(,"variance":)" +
            moved(image("VARIANCE")) + "," + sky +
            R"(,"schema_url":"https://images.lsst.io/schemas/masked_image-1.0.0"})");
}

TEST_CASE("planes that make a type of lsst.images have its tree, and other planes none") {
  const Dataset data = fileWith(kTree, "second");
  const Box box{1, 5, 7, 8};
  const auto of = [&](const std::vector<std::string>& planes) {
    // The detail does not count beside planes.
    for (const Detail detail : {Detail::image, Detail::maskedImage})
      CHECK(treeIn(data, detail, box, 1, planes) == treeIn(data, Detail::exposure, box, 1, planes));
    return treeIn(data, Detail::exposure, box, 1, planes);
  };
  CHECK(of({"IMAGE"}) == treeIn(data, Detail::image, box));
  CHECK(of({"VARIANCE"}) == replaced(treeIn(data, Detail::image, box), "fits:IMAGE", "fits:VARIANCE"));
  CHECK(of({"MASK"}).starts_with(R"({"data":[{"source":"fits:MASK","shape":[3,6]}],"yx0":[2,121],"sky_)"));
  CHECK(of({"VARIANCE", "MASK", "IMAGE"}) == treeIn(data, Detail::maskedImage, box));
  for (const std::vector<std::string>& planes : std::vector<std::vector<std::string>>{
           {"IMAGE", "MASK"}, {"IMAGE", "VARIANCE"}, {"FRACTION"}, {"IMAGE", "FRACTION"}}) {
    CHECK(of(planes) == "no tree");
    Fits fits(data.cut({.box = box, .planes = planes, .datasetId = "", .stencil = "", .software = ""}));
    for (const char* pointer : {"FMTVER", "INDXADDR", "JSONADDR", "DATAMODL"}) CHECK_FALSE(fits.has(pointer));
  }
}

TEST_CASE("a tree that does not fit its file is none: the pixels come without it") {
  for (const std::string& bad :
       {std::string(), std::string("{}"), std::string("["), kTree.substr(0, kTree.size() / 2),
        replaced(kTree, "fits:IMAGE", "fits:OTHER"), replaced(kTree, "fits:MASK", "fits:SMALL"),
        replaced(kTree, "image-1.0.0", "image-2.0.0"), replaced(kTree, "[8,8]", "[8,9]"),
        replaced(kTree, "[-3,120]", "[-3,1e99]"), std::string(300'000, '{')}) {
    const Dataset data = fileWith(bad);
    CHECK_FALSE(data.layout.tree.has_value());
    for (const Detail detail : {Detail::image, Detail::maskedImage, Detail::exposure}) {
      Fits fits(data.cut(
          {.box = Box{1, 5, 7, 8}, .detail = detail, .datasetId = "", .stencil = "", .software = ""}));
      for (const char* pointer : {"FMTVER", "INDXADDR", "JSONADDR", "DATAMODL"})
        CHECK_FALSE(fits.has(pointer));
      fits.move(1);
      CHECK(fits.number("NAXIS1") == 6);
    }
  }
}
