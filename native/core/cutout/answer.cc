#include "core/cutout/answer.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/cutout/headers.h"
#include "core/cutout/parts.h"
#include "core/fits/planes.h"
#include "core/header/cards.h"

namespace vignet {
namespace {

// An INDEX is a row of some 70 bytes an HDU; it is rewritten in memory.
constexpr uint64_t kLargestIndex = 4u << 20;

std::string sideBySide(uint32_t width, uint32_t height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

WideBox windowOn(const Plane& plane, const CutoutRequest& request) {
  const int64_t width = plane.width, height = plane.height;
  const WideBox box = request.box.value_or(WideBox{0, 0, width, height});
  const auto refuse = [&](const std::string& expected) {
    const auto range = [](int64_t from, int64_t to) {
      return "[" + std::to_string(from) + "," + std::to_string(to) + ")";
    };
    throw Error(Kind::usage, "BAD_BOX",
                expectedFor(expected, "the box", range(box.x0, box.x1) + " x " + range(box.y0, box.y1)));
  };
  const std::string image = "the image of " + sideBySide(plane.width, plane.height);
  const bool inside = box.x0 >= 0 && box.y0 >= 0 && box.x1 <= width && box.y1 <= height;
  if (box.x0 >= box.x1 || box.y0 >= box.y1 || (!inside && !request.pad)) refuse("pixels within " + image);
  if (box.x0 >= width || box.y0 >= height || box.x1 <= 0 || box.y1 <= 0) refuse("some pixels of " + image);
  constexpr int64_t kFar = int64_t{1} << 31;
  if (box.x0 < -kFar || box.y0 < -kFar || box.x1 > kFar || box.y1 > kFar || box.x1 - box.x0 > kMaxSide ||
      box.y1 - box.y0 > kMaxSide)
    refuse("sides of at most " + std::to_string(kMaxSide) + " pixels");
  return box;
}

Slices slicesOf(const Plane& plane, const CutoutRequest& request) {
  Slices slices = allSlices(plane);
  for (size_t i = 0; i < 2; ++i) {
    if (!request.depth[i]) continue;
    const AxisRange& range = *request.depth[i];
    if (range.count < 1 || range.step < 1 || range.last() >= plane.depth[i])
      throw Error(
          Kind::usage, "BAD_BOX",
          expectedFor("pixels of the " + std::to_string(plane.depth[i]) + " of axis " + std::to_string(i + 3),
                      "the slices", std::to_string(range.from) + " to " + std::to_string(range.last())));
    slices.axes[i] = range;
  }
  return slices;
}

Box coveredBy(const Plane& plane, const WideBox& window) {
  const auto clip = [](int64_t value, uint32_t most) {
    return static_cast<uint32_t>(std::clamp<int64_t>(value, 0, most));
  };
  return {clip(window.x0, plane.width), clip(window.y0, plane.height), clip(window.x1, plane.width),
          clip(window.y1, plane.height)};
}

class Composer {
 public:
  Composer(const Layout& layout, const CutoutRequest& request, bool checksums)
      : layout_(layout), request_(request), planes_(planesAsked(layout, request)), parts_(answer_) {
    answer_.layout = &layout;
    answer_.checksums = checksums;
    answer_.window = windowOn(layout.planes[0], request);
    answer_.box = coveredBy(layout.planes[0], answer_.window);
    answer_.slices = slicesOf(layout.planes[0], request);
    tree_ = treeType(layout, request, planes_);
    if (!request.planes.empty() || request.detail == Detail::image) return;
    for (const PlaneKind kind : {PlaneKind::mask, PlaneKind::variance})
      if (!layout.find(kind)) answer_.missingPlanes.push_back(planeName(kind));
  }

  Answer compose() {
    const std::vector<CardLines> cards = splitCards(firstHdu().cards);
    PrimaryHeaderOptions options;
    options.checksums = answer_.checksums;
    options.slices = answer_.slices;
    options.keepArchive = isWithOthers();
    if (tree_) options.treeSchema = schemaOf(*tree_);
    for (const auto& name : answer_.missingPlanes)
      options.missingPlanes += (options.missingPlanes.empty() ? "" : " ") + name;
    const std::vector<uint16_t> tables = lookupTables();
    const std::vector<uint16_t> others = otherHdus(tables);
    options.wholeHdus = wholeHdus(others);

    // The length of a primary does not depend on the addresses in it, which are known only at the end.
    const auto primary = [&] { return primaryHeader(layout_, request_, answer_.window, options).finish(); };
    const std::string before = primary();
    parts_.text(before);
    record(parts_.finish(0, before.size(), true), firstHdu().headerOffset, false);
    for (const AskedPlane& plane : planes_) addPlane(plane);
    for (const uint16_t table : tables) addTable(table);
    for (const uint16_t other : others) addOther(other, options);
    if (tree_ && !isWithOthers()) {
      made_.push_back(addTree(parts_, layout_, *tree_, answer_.window, answer_.checksums));
      options.pointers["JSONADDR"] = made_.back().header;
      options.pointers["JSONSIZE"] = sizeOf(made_.back());
      const MadeHdu index = addIndex(parts_, made_, answer_.checksums);
      options.pointers["INDXADDR"] = index.header;
      options.pointers["INDXSIZE"] = sizeOf(index);
    }
    if (options.keepArchive) renumberArchive(cards, options);
    answer_.parts[0].text = primary();
    answer_.moved = std::move(moved_);
    return std::move(answer_);
  }

 private:
  static uint64_t sizeOf(const MadeHdu& hdu) { return hdu.data - hdu.header + hdu.dataBytes; }

  uint16_t file() const { return layout_.planes[0].file; }

  const Hdu& firstHdu() const {
    for (const Hdu& hdu : layout_.hdus)
      if (hdu.file == file()) return hdu;
    damagedLayout("expected HDUs for each of its files, received none for file " + std::to_string(file()));
  }

  bool isWhole() const {
    const Plane& image = layout_.planes[0];
    return answer_.window == WideBox{0, 0, image.width, image.height} &&
           answer_.slices.axes == allSlices(image).axes;
  }

  std::vector<uint16_t> lookupTables() const {
    std::vector<uint16_t> tables;
    for (const AskedPlane& asked : planes_)
      for (const uint16_t table : lookupTablesOf(layout_, *asked.plane))
        if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
    return tables;
  }

  // An exposure: what belongs to the image comes with it.
  bool isWithOthers() const { return request_.detail == Detail::exposure && request_.planes.empty(); }

  // The HDUs of the image's file that go with an exposure as they are.
  std::vector<uint16_t> otherHdus(const std::vector<uint16_t>& tables) const {
    std::vector<uint16_t> out;
    if (!isWithOthers()) return out;
    for (std::size_t i = 0; i < layout_.hdus.size(); ++i) {
      const Hdu& hdu = layout_.hdus[i];
      const bool added = std::any_of(planes_.begin(), planes_.end(),
                                     [&](const AskedPlane& p) { return p.plane->hdu == i; }) ||
                         std::find(tables.begin(), tables.end(), i) != tables.end();
      if (hdu.file == file() && &hdu != &firstHdu() && !added) out.push_back(static_cast<uint16_t>(i));
    }
    return out;
  }

  bool isTree(uint16_t hdu) const { return tree_ && layout_.tree->hdu == hdu; }

  // The names of those that are not cut.
  std::string wholeHdus(const std::vector<uint16_t>& others) const {
    constexpr std::size_t kMostNamed = 100;
    if (isWhole()) return {};
    std::string names;
    std::size_t count = 0;
    for (const uint16_t hdu : others) {
      const std::string& name = layout_.hdus[hdu].name;
      if (isTree(hdu) || (tree_ && name == "INDEX") || ++count > kMostNamed) continue;
      names += (names.empty() ? "" : ", ") + (name.empty() ? "HDU " + std::to_string(hdu) : name);
    }
    if (count > kMostNamed) names += " and " + std::to_string(count - kMostNamed) + " more";
    return names;
  }

  void record(MadeHdu hdu, uint64_t oldHeader, bool decoded) {
    moved_.push_back({oldHeader, hdu.header, hdu.data, hdu.dataBytes, decoded});
    numbers_[oldHeader] = static_cast<int64_t>(made_.size());
    made_.push_back(std::move(hdu));
  }

  void addPlane(const AskedPlane& asked) {
    const Plane& plane = *asked.plane;
    const Hdu& hdu = layout_.hdus.at(plane.hdu);
    const WideBox& window = answer_.window;
    if (!liesOn(shapeOf(plane), shapeOf(layout_.planes[0]))) {
      damagedLayout(expectedFor("the size of the image", "the plane " + nameOfPlane(layout_, plane),
                                sizeText(shapeOf(plane)) + " pixels"));
    }
    // A plane that is 2-D beside a cube is for all its slices.
    const Slices slices = plane.isCube() ? answer_.slices : Slices{};
    const Box& box = answer_.box;
    const bool leaves = window != WideBox(box);
    const uint64_t begin = parts_.size();
    const std::string header = planeHeader(layout_, plane, window,
                                           {.name = asked.name,
                                            .slices = slices,
                                            .checksums = answer_.checksums,
                                            .keepBeams = isWithOthers()})
                                   .finish();
    parts_.text(header);
    parts_.pixels(plane, slices, windowBytes(plane, slices), leaves ? emptyPixel(layout_, plane) : "");
    MadeHdu made = parts_.finish(begin, header.size(), true);
    made.name = asked.name;
    made.version = plane.kind == PlaneKind::other ? versionOfPlane(layout_, plane) : 1;
    // A plane of the primary becomes an extension, but pointers to the primary still mean the primary.
    if (plane.file == file() && &hdu != &firstHdu()) return record(std::move(made), hdu.headerOffset, true);
    made_.push_back(std::move(made));
  }

  uint64_t windowBytes(const Plane& plane, const Slices& slices) const {
    uint64_t bytes = plane.pixelBytes();
    for (const uint64_t factor : {uint64_t{answer_.window.width()}, uint64_t{answer_.window.height()},
                                  uint64_t{slices.axes[0].count}, uint64_t{slices.axes[1].count}})
      if (__builtin_mul_overflow(bytes, factor, &bytes)) return UINT64_MAX;
    return bytes;
  }

  // A lookup table of a distortion, moved with the image.
  void addTable(uint16_t number) {
    const Hdu& hdu = layout_.hdus[number];
    checkPlace(hdu);
    const uint64_t begin = parts_.size();
    const std::string header = lookupHeader(layout_, number, answer_.window, false);
    parts_.text(header);
    parts_.copy(hdu.dataOffset, hdu.end - hdu.dataOffset);
    record(parts_.finish(begin, header.size(), false), hdu.headerOffset, false);
  }

  void checkPlace(const Hdu& hdu) const {
    if (hdu.end < hdu.headerOffset || hdu.dataOffset < hdu.headerOffset || hdu.dataOffset > hdu.end)
      damagedLayout(
          expectedFor("header, data and end in this order", "HDU " + printable(hdu.name), "another"));
  }

  void addOther(uint16_t number, PrimaryHeaderOptions& options) {
    const Hdu& hdu = layout_.hdus[number];
    checkPlace(hdu);
    if (isTree(number)) {
      record(addTree(parts_, layout_, *tree_, answer_.window, answer_.checksums), hdu.headerOffset, false);
      options.pointers["JSONADDR"] = made_.back().header;
      options.pointers["JSONSIZE"] = sizeOf(made_.back());
      return;
    }
    const bool index = tree_ && hdu.name == "INDEX";
    const uint64_t bytes = hdu.end - hdu.headerOffset;
    if (index && bytes > kLargestIndex)
      throw Error(Kind::data, "BAD_INDEX_TABLE", expectedFor("at most 4 MiB", "the INDEX table", bytes));
    const uint64_t begin = parts_.size();
    parts_.copy(hdu.headerOffset, bytes, index ? AnswerPart::Kind::index : AnswerPart::Kind::copy);
    record(parts_.finish(begin, hdu.dataOffset - hdu.headerOffset, false), hdu.headerOffset, false);
    if (!index) return;
    options.pointers["INDXADDR"] = made_.back().header;
    options.pointers["INDXSIZE"] = sizeOf(made_.back());
  }

  // AR_HDU counts the HDUs of the file from 1.
  void renumberArchive(const std::vector<CardLines>& cards, PrimaryHeaderOptions& options) const {
    const auto card =
        std::find_if(cards.begin(), cards.end(), [](const CardLines& c) { return c.name == "AR_HDU"; });
    const auto archive = card == cards.end() ? std::nullopt : card->number();
    if (!archive) return;
    double count = 0;
    for (const Hdu& hdu : layout_.hdus) {
      if (hdu.file != file() || ++count != *archive) continue;
      if (const auto to = numbers_.find(hdu.headerOffset); to != numbers_.end())
        options.pointers["AR_HDU"] = static_cast<uint64_t>(to->second + 1);
    }
  }

  const Layout& layout_;
  const CutoutRequest& request_;
  std::vector<AskedPlane> planes_;
  std::optional<TreeType> tree_;
  Answer answer_;
  Parts parts_;
  std::vector<MovedHdu> moved_;
  std::vector<MadeHdu> made_;
  std::map<uint64_t, int64_t> numbers_;  // old address of a header -> new number of the HDU
};

}  // namespace

Answer composeAnswer(const Layout& layout, const CutoutRequest& request) {
  Answer answer = Composer(layout, request, true).compose();
  return answer.size <= kChecksumLimit ? answer : Composer(layout, request, false).compose();
}

}  // namespace vignet
