#include "core/mosaic/input_reader.h"

#include <algorithm>
#include <cmath>

#include "core/cutout/cutout.h"
#include "core/fits/planes.h"

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
  if (e.kind() == Kind::transient || e.kind() == Kind::fatal) throw e;
  const auto mine = [&](const MosaicFailure& f) { return f.number == input_.number; };
  if (std::none_of(failures_.begin(), failures_.end(), mine)) failures_.push_back({input_.number, e.code(), e.what()});
}

Reader& InputReader::readerOf(const Plane& plane) const {
  if (plane.file >= files_.readers.size() || !files_.readers[plane.file])
    throw Error(Kind::data, "FILE_GONE", "the file of its " + std::string(planeName(plane.kind)) + " plane is gone or has changed");
  return *files_.readers[plane.file];
}

// The box at once; where that fails, row by row.
void InputReader::rows(const Plane& plane, const Box& box, const Row& row) {
  const size_t bytes = box.width() * static_cast<size_t>(std::abs(plane.bitpix) / 8);
  const std::span<std::byte> all = scratch_.of(bytes * box.height());
  bool whole = true;
  try {
    readPixels(readerOf(plane), *input_.layout, plane, box, all, control_, files_.seek);
  } catch (const Error& e) {
    fail(e);
    whole = false;
  }
  for (uint32_t y = box.y0; y < box.y1; ++y) {
    const std::span<std::byte> pixels = all.subspan((y - box.y0) * bytes, bytes);
    if (!whole) {
      try {
        readPixels(readerOf(plane), *input_.layout, plane, {box.x0, y, box.x1, y + 1}, pixels, control_, files_.seek);
      } catch (const Error& e) {
        fail(e);
        row(y, nullptr);
        continue;
      }
    }
    row(y, pixels.data());
  }
}

}  // namespace vignet
