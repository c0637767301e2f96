#include "core/cutout/answer.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/cutout/headers.h"
#include "core/fits/planes.h"
#include "core/header/cards.h"

namespace vignet {
namespace {

constexpr uint64_t kLargest = uint64_t{1} << 60;
// An INDEX is a row of some 70 bytes an HDU; it is rewritten in memory.
constexpr uint64_t kLargestIndex = 4u << 20;

std::string sideBySide(uint32_t width, uint32_t height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

[[noreturn]] void damaged(const std::string& what) {
  throw Error(Kind::data, "BAD_LAYOUT", "the stored layout is damaged: " + what + "; ingest again");
}

[[noreturn]] void tooLarge() { damaged("expected less than 2^60 bytes for the answer, received more"); }

Box boxWithin(const Plane& plane, const std::optional<Box>& asked) {
  const Box box = asked.value_or(Box{0, 0, plane.width, plane.height});
  if (box.x0 >= box.x1 || box.y0 >= box.y1 || box.x1 > plane.width || box.y1 > plane.height) {
    const auto range = [](uint32_t from, uint32_t to) {
      return "[" + std::to_string(from) + "," + std::to_string(to) + ")";
    };
    throw Error(Kind::usage, "BAD_BOX",
                expectedFor("pixels within the image of " + sideBySide(plane.width, plane.height), "the box",
                            range(box.x0, box.x1) + " x " + range(box.y0, box.y1)));
  }
  return box;
}

std::vector<const Plane*> planesFor(const Layout& layout, Detail detail) {
  if (layout.planes.empty())
    throw Error(Kind::data, "NO_IMAGE", "expected an image plane in the dataset, received none");
  std::vector<const Plane*> out{&layout.planes[0]};
  if (detail == Detail::image) return out;
  for (const PlaneKind kind : {PlaneKind::mask, PlaneKind::variance, PlaneKind::weight, PlaneKind::sigma}) {
    for (const Plane& plane : layout.planes) {
      if (plane.kind == kind) out.push_back(&plane);
    }
  }
  return out;
}

class Composer {
 public:
  Composer(const Layout& layout, const CutoutRequest& request, bool checksums)
      : layout_(layout), request_(request), planes_(planesFor(layout, request.detail)) {
    answer_.layout = &layout;
    answer_.checksums = checksums;
    answer_.box = boxWithin(*planes_[0], request.box);
    if (request.detail != Detail::image) {
      for (const PlaneKind kind : {PlaneKind::mask, PlaneKind::variance}) {
        if (!layout.find(kind)) answer_.missingPlanes.push_back(planeName(kind));
      }
    }
  }

  Answer compose() {
    const std::vector<const Hdu*> others = otherHdus();
    PrimaryHeaderOptions options;
    options.checksums = answer_.checksums;
    options.keepPointers = request_.detail == Detail::exposure;
    for (const auto& name : answer_.missingPlanes)
      options.missingPlanes += (options.missingPlanes.empty() ? "" : " ") + name;

    // The length of a primary does not depend on the addresses in it, which are known only at the end.
    std::string primary = primaryHeader(layout_, request_, answer_.box, options).finish();
    const uint64_t primarySize = primary.size();
    add(AnswerPart::Kind::text, primarySize);
    if (answer_.checksums) answer_.summed.push_back({0, primarySize, primarySize});

    const uint16_t file = planes_[0]->file;
    std::map<uint64_t, int64_t> number{
        {firstHdu(file).headerOffset, 0}};  // old address of a header -> new number of the HDU
    moved_ = {MovedHdu{firstHdu(file).headerOffset, 0, primarySize, 0, false}};
    int64_t next = 1;
    std::map<PlaneKind, int> versions;
    for (const Plane* plane : planes_) {
      const Hdu& hdu = layout_.hdus.at(plane->hdu);
      // A plane of the primary becomes the first extension, but pointers to the primary still mean the
      // primary.
      addPlane(*plane, ++versions[plane->kind], &hdu == &firstHdu(file) || plane->file != file);
      if (plane->file == file && &hdu != &firstHdu(file)) number[hdu.headerOffset] = next;
      ++next;
    }
    const std::vector<CardLines> cards = splitCards(firstHdu(file).cards);
    const auto integer = [&](std::string_view name) -> std::optional<uint64_t> {
      for (const auto& card : cards) {
        if (card.name != name) continue;
        const auto value = card.number();
        if (value && *value >= 0 && *value < 9e15) return static_cast<uint64_t>(*value);
      }
      return std::nullopt;
    };
    const std::optional<uint64_t> indexAddress = integer("INDXADDR"), jsonAddress = integer("JSONADDR");
    for (const Hdu* hdu : others) {
      number[hdu->headerOffset] = next++;
      addOther(*hdu, indexAddress == hdu->headerOffset && hdu->name == "INDEX");
    }

    if (options.keepPointers) {
      if (const auto archive = integer("AR_HDU"); archive && *archive > 0) {
        // AR_HDU counts HDUs of the file from 1.
        uint64_t count = 0;
        for (const Hdu& hdu : layout_.hdus) {
          if (hdu.file != file || ++count != *archive) continue;
          if (const auto to = number.find(hdu.headerOffset); to != number.end())
            options.pointers["AR_HDU"] = to->second + 1;
        }
      }
      relocate(indexAddress, "INDXADDR", "INDXSIZE", options);
      relocate(jsonAddress, "JSONADDR", "JSONSIZE", options);
    }
    if (!options.pointers.empty()) primary = primaryHeader(layout_, request_, answer_.box, options).finish();
    answer_.parts[0].text = std::move(primary);
    answer_.moved = std::move(moved_);
    return std::move(answer_);
  }

 private:
  const Hdu& firstHdu(uint16_t file) const {
    for (const Hdu& hdu : layout_.hdus) {
      if (hdu.file == file) return hdu;
    }
    damaged("expected HDUs for each of its files, received none for file " + std::to_string(file));
  }

  std::vector<const Hdu*> otherHdus() const {
    std::vector<const Hdu*> out;
    if (request_.detail != Detail::exposure) return out;
    const uint16_t file = planes_[0]->file;
    const Hdu* first = &firstHdu(file);
    for (std::size_t i = 0; i < layout_.hdus.size(); ++i) {
      const Hdu& hdu = layout_.hdus[i];
      const bool plane =
          std::any_of(planes_.begin(), planes_.end(), [&](const Plane* p) { return p->hdu == i; });
      if (hdu.file == file && &hdu != first && !plane) out.push_back(&hdu);
    }
    return out;
  }

  // Appends a part; null if there is nothing to append.
  AnswerPart* add(AnswerPart::Kind kind, uint64_t size) {
    if (size == 0) return nullptr;
    if (size >= kLargest || answer_.size >= kLargest) tooLarge();
    AnswerPart& part = answer_.parts.emplace_back();
    part.kind = kind;
    part.begin = answer_.size;
    part.size = size;
    answer_.size += size;
    return &part;
  }

  void addPlane(const Plane& plane, int version, bool elsewhere) {
    const unsigned __int128 wide = static_cast<unsigned __int128>(answer_.box.width()) *
                                   answer_.box.height() *
                                   static_cast<unsigned>(plane.bitpix < 0 ? -plane.bitpix : plane.bitpix) / 8;
    if (wide >= kLargest) tooLarge();
    if (plane.width < answer_.box.x1 || plane.height < answer_.box.y1) {
      damaged(expectedFor("the size of the image", std::string("the plane ") + planeName(plane.kind),
                          sideBySide(plane.width, plane.height) + " pixels"));
    }
    const uint64_t bytes = static_cast<uint64_t>(wide);
    const std::string header =
        planeHeader(layout_, plane, answer_.box, {.version = version, .checksums = answer_.checksums})
            .finish();
    const uint64_t begin = answer_.size, data = begin + header.size();
    add(AnswerPart::Kind::text, header.size())->text = header;
    add(AnswerPart::Kind::pixels, bytes)->plane = &plane;
    add(AnswerPart::Kind::zeros, paddedBlock(bytes) - bytes);
    if (answer_.checksums) answer_.summed.push_back({begin, data, answer_.size});
    if (!elsewhere) {
      moved_.push_back({layout_.hdus.at(plane.hdu).headerOffset, begin, data, paddedBlock(bytes), true});
    }
  }

  void addOther(const Hdu& hdu, bool index) {
    if (hdu.end < hdu.headerOffset || hdu.dataOffset < hdu.headerOffset || hdu.dataOffset > hdu.end) {
      damaged(expectedFor("header, data and end in this order", "HDU " + printable(hdu.name), "another"));
    }
    const uint64_t bytes = hdu.end - hdu.headerOffset;
    if (bytes >= kLargest) tooLarge();
    if (index && bytes > kLargestIndex)
      throw Error(Kind::data, "BAD_INDEX_TABLE", expectedFor("at most 4 MiB", "the INDEX table", bytes));
    const uint64_t begin = answer_.size;
    if (AnswerPart* part = add(index ? AnswerPart::Kind::index : AnswerPart::Kind::copy, bytes))
      part->source = hdu.headerOffset;
    add(AnswerPart::Kind::zeros, paddedBlock(bytes) - bytes);
    moved_.push_back({hdu.headerOffset, begin, begin + (hdu.dataOffset - hdu.headerOffset),
                      answer_.size - begin - (hdu.dataOffset - hdu.headerOffset), false});
  }

  // Sets a pair of address and size cards to the new place of an HDU.
  void relocate(std::optional<uint64_t> old, const char* address, const char* size,
                PrimaryHeaderOptions& options) const {
    if (!old) return;
    for (const MovedHdu& hdu : moved_) {
      if (hdu.oldHeader != *old) continue;
      options.pointers[address] = static_cast<int64_t>(hdu.header);
      options.pointers[size] = static_cast<int64_t>(hdu.data - hdu.header + hdu.dataBytes);
    }
  }

  const Layout& layout_;
  const CutoutRequest& request_;
  std::vector<const Plane*> planes_;
  std::vector<MovedHdu> moved_;
  Answer answer_;
};

}  // namespace

Answer composeAnswer(const Layout& layout, const CutoutRequest& request) {
  Answer answer = Composer(layout, request, true).compose();
  return answer.size <= kChecksumLimit ? answer : Composer(layout, request, false).compose();
}

}  // namespace vignet
