// Reads boxes of one input's planes. The first failure is reported; the rest is read all the same.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/base/box.h"
#include "core/base/control.h"
#include "core/base/error.h"
#include "core/mosaic/mosaic.h"

namespace vignet {

// Uninitialised bytes.
class ByteBuffer {
 public:
  // The contents are lost.
  std::span<std::byte> of(size_t bytes) {
    if (size_ < bytes) {
      bytes_ = std::make_unique_for_overwrite<std::byte[]>(bytes);
      size_ = bytes;
    }
    return {bytes_.get(), bytes};
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  size_t size_ = 0;
};

class InputReader {
 public:
  // `input`, `failures` and `scratch` (shared by the readers of one thread) must outlive it.
  InputReader(const MosaicStripInput& input, const Control& control, std::vector<MosaicFailure>& failures,
              ByteBuffer& scratch)
      : input_(input), control_(control), failures_(failures), scratch_(scratch) {}

  // Opens the files at the first call. False: they cannot be.
  bool open();

  // Calls row(y, pixels) for the rows of a box, ascending: big-endian pixels of the plane, null where they
  // cannot be read.
  using Row = std::function<void(uint32_t y, const std::byte* pixels)>;
  void rows(const Plane& plane, const Box& box, const Row& row);

  // Writes these pixels to `out`, the first of each row `stride` bytes after the one before. Gives the rows,
  // counted in the plane, that cannot be read, ascending.
  std::vector<uint32_t> into(const Plane& plane, const Box& box, std::byte* out, size_t stride);

 private:
  // Called while `e` is being handled; throws it again where it is not the input's fault.
  void fail(const Error& e);
  Reader& readerOf(const Plane& plane) const;

  const MosaicStripInput& input_;
  const Control& control_;
  std::vector<MosaicFailure>& failures_;
  ByteBuffer& scratch_;
  bool tried_ = false, failed_ = false;
  MosaicFiles files_;
};

}  // namespace vignet
