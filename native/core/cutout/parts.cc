#include "core/cutout/parts.h"

#include <utility>

#include "core/base/error.h"
#include "core/fits/planes.h"
#include "core/fits/write.h"
#include "core/header/cards.h"

namespace vignet {
namespace {

constexpr uint64_t kLargest = uint64_t{1} << 60;

}  // namespace

void damagedLayout(const std::string& what) {
  throw Error(Kind::data, "BAD_LAYOUT", "the stored layout is damaged: " + what + "; ingest again");
}

AnswerPart* Parts::add(AnswerPart::Kind kind, uint64_t size) {
  if (size == 0) return nullptr;
  if (size >= kLargest || answer_.size >= kLargest)
    damagedLayout("expected less than 2^60 bytes for the answer, received more");
  AnswerPart& part = answer_.parts.emplace_back();
  part.kind = kind;
  part.begin = answer_.size;
  part.size = size;
  answer_.size += size;
  return &part;
}

void Parts::text(std::string bytes) {
  if (AnswerPart* part = add(AnswerPart::Kind::text, bytes.size())) part->text = std::move(bytes);
}

void Parts::copy(uint64_t source, uint64_t size, AnswerPart::Kind kind) {
  if (AnswerPart* part = add(kind, size)) part->source = source;
}

void Parts::pixels(const Plane& plane, const Slices& slices, uint64_t bytes, std::string empty) {
  AnswerPart* part = add(AnswerPart::Kind::pixels, bytes);
  if (!part) return;
  part->plane = &plane;
  part->slices = slices;
  part->text = std::move(empty);
}

MadeHdu Parts::finish(uint64_t begin, uint64_t headerBytes, bool made) {
  add(AnswerPart::Kind::zeros, paddedBlock(answer_.size) - answer_.size);
  const uint64_t data = begin + headerBytes;
  if (made && answer_.checksums) answer_.summed.push_back({begin, data, answer_.size});
  MadeHdu hdu;
  hdu.header = begin;
  hdu.data = data;
  hdu.dataBytes = answer_.size - data;
  return hdu;
}

std::string nameOfPlane(const Layout& layout, const Plane& plane) {
  return plane.kind == PlaneKind::other ? layout.hdus.at(plane.hdu).name : planeName(plane.kind);
}

int64_t versionOfPlane(const Layout& layout, const Plane& plane) {
  for (const CardLines& card : splitCards(layout.hdus.at(plane.hdu).cards)) {
    if (card.name != "EXTVER") continue;
    const auto version = card.number();
    return version && *version >= 1 && *version < 1e9 ? static_cast<int64_t>(*version) : 1;
  }
  return 1;
}

}  // namespace vignet
