#include "core/mosaic/input_reader.h"

#include <algorithm>
#include <cmath>

#include "core/fits/planes.h"
#include "core/pixels/read_pixels.h"

namespace vignet {

bool InputReader::open() {
  if (tried_) return !failed_;
  tried_ = true;
  try {
    files_ = input_.open();
  } catch (const Error& e) {
    fail(e);
    failed_ = true;
  }
  return !failed_;
}

void InputReader::fail(const Error& e) {
  if (e.kind() == Kind::transient || e.kind() == Kind::fatal) throw;
  const auto mine = [&](const MosaicFailure& f) { return f.number == input_.number; };
  if (std::none_of(failures_.begin(), failures_.end(), mine))
    failures_.push_back({input_.number, e.code(), e.what()});
}

Reader& InputReader::readerOf(const Plane& plane) const {
  if (plane.file >= files_.readers.size() || !files_.readers[plane.file])
    throw Error(Kind::data, "FILE_GONE",
                "expected the file of its " + std::string(planeName(plane.kind)) +
                    " plane as it was ingested, received a changed one or none; ingest it again");
  return *files_.readers[plane.file];
}

void InputReader::rows(const Plane& plane, const Box& box, const Row& row) {
  const size_t stride = box.width() * plane.pixelBytes();
  std::byte* const all = scratch_.of(stride * box.height()).data();
  const std::vector<uint32_t> lost = into(plane, box, all, stride);
  auto next = lost.begin();
  for (uint32_t y = box.y0; y < box.y1; ++y) {
    const bool gone = next != lost.end() && *next == y;
    if (gone) ++next;
    row(y, gone ? nullptr : all + (y - box.y0) * stride);
  }
}

// The box at once; where that fails, row by row.
std::vector<uint32_t> InputReader::into(const Plane& plane, const Box& box, std::byte* out, size_t stride) {
  const size_t bytes = box.width() * plane.pixelBytes();
  const auto read = [&](const Box& part) {
    std::byte* const to = out + (part.y0 - box.y0) * stride;
    try {
      readPixels(readerOf(plane), *input_.layout, plane, part, {to, (part.height() - 1) * stride + bytes},
                 control_, files_.seek, stride);
    } catch (const Error& e) {
      fail(e);
      return false;
    }
    return true;
  };
  std::vector<uint32_t> lost;
  if (read(box)) return lost;
  for (uint32_t y = box.y0; y < box.y1; ++y) {
    if (!read({box.x0, y, box.x1, y + 1})) lost.push_back(y);
  }
  return lost;
}

}  // namespace vignet
