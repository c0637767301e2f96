#include "core/exposure/cell_psf.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/base/bytes.h"
#include "core/base/message.h"
#include "core/codec/gzip.h"
#include "core/exposure/kernel.h"

namespace vignet {
namespace {

constexpr uint64_t kMaxNodes = 16, kMaxCells = 10'000;

// Width and height of the images, cells in x and in y.
using Axes = std::array<uint64_t, 4>;

struct Array {
  bool tiled = false;
  int width = 8;  // bytes of a pixel
  Axes axes{};
  uint64_t tileRows = 1;
  bool shuffled = false;
};

Array readShape(const Header& header) {
  Array array;
  array.tiled = header.getBool("ZIMAGE").value_or(false);
  const std::string z = array.tiled ? "Z" : "";
  const int64_t bitpix = header.getInt(z + "BITPIX").value_or(0);
  if (header.getInt(z + "NAXIS").value_or(0) != 4 || (bitpix != -64 && bitpix != -32))
    badArchive(header.where() +
               ": expected a four-dimensional array of floats for the PSF, received another HDU");
  array.width = static_cast<int>(std::abs(bitpix) / 8);
  for (size_t n = 0; n < 4; ++n) {
    const int64_t length = header.getInt(z + "NAXIS" + std::to_string(n + 1)).value_or(0);
    if (length < 1 || length > (n < 2 ? kMaxKernelSide : static_cast<int64_t>(kMaxCells)))
      badArchive(header.where() + ": " +
                 expectedFor(n < 2 ? "1 to " + std::to_string(kMaxKernelSide) + " pixels"
                                   : "1 to " + std::to_string(kMaxCells) + " cells",
                             "NAXIS" + std::to_string(n + 1), length));
    array.axes[n] = static_cast<uint64_t>(length);
  }
  if (array.axes[2] * array.axes[3] > kMaxCells)
    badArchive(header.where() + ": " +
               expectedFor("at most " + std::to_string(kMaxCells) + " cells", "the PSF",
                           array.axes[2] * array.axes[3]));
  if (!array.tiled) return array;
  const std::string codec = header.getString("ZCMPTYPE").value_or("");
  array.shuffled = codec == "GZIP_2";
  const auto tile = [&](int n, uint64_t otherwise) {
    const auto length = header.getInt("ZTILE" + std::to_string(n));
    return length ? static_cast<uint64_t>(std::max<int64_t>(*length, 0)) : otherwise;
  };
  array.tileRows = std::min(tile(2, 1), array.axes[1]);
  if ((!array.shuffled && codec != "GZIP_1") || header.find("ZSCALE") ||
      tile(1, array.axes[0]) < array.axes[0] || array.tileRows < 1 || tile(3, 1) != 1 || tile(4, 1) != 1)
    badArchive(header.where() + ": " +
               expectedFor("GZIP_1 or GZIP_2 by whole rows of one cell, not quantised,", "its compression",
                           printable(codec)));
  return array;
}

// Reads the image of one cell, wherever it is.
class Cells {
 public:
  Cells(Reader& reader, const Hdu& hdu, const std::string& where, Budget& budget)
      : reader_(reader),
        hdu_(hdu),
        budget_(budget),
        header_(readHeader(reader, hdu, where, budget)),
        array_(readShape(header_)) {
    const uint64_t bytes = imageBytes() * array_.axes[2] * array_.axes[3];
    if (array_.tiled)
      table_.emplace(reader, hdu, where, budget);
    else if (bytes > hdu.dataBytes)
      badArchive(where + ": " +
                 expectedFor(std::to_string(bytes) + " bytes of data", "the PSF", hdu.dataBytes));
  }

  const Axes& axes() const { return array_.axes; }

  PsfStamp at(uint64_t cell) {
    PsfStamp stamp = PsfStamp::centred(static_cast<int>(array_.axes[0]), static_cast<int>(array_.axes[1]));
    std::vector<std::byte> bytes(imageBytes());
    if (array_.tiled) {
      inflate(cell, bytes);
    } else {
      budget_.spend(bytes.size());
      reader_.read(hdu_.dataOffset + cell * bytes.size(), bytes);
    }
    const size_t count = static_cast<size_t>(array_.axes[0] * array_.axes[1]);
    for (size_t i = 0; i < count; ++i) {
      stamp.pixels.push_back(array_.width == 8 ? loadBe<double>(bytes.data() + 8 * i)
                                               : loadBe<float>(bytes.data() + 4 * i));
    }
    return stamp;
  }

 private:
  uint64_t imageBytes() const {
    return array_.axes[0] * array_.axes[1] * static_cast<uint64_t>(array_.width);
  }

  void inflate(uint64_t cell, std::span<std::byte> out) {
    const uint64_t tiles = (array_.axes[1] + array_.tileRows - 1) / array_.tileRows;
    const auto width = static_cast<size_t>(array_.width);
    for (uint64_t tile = 0; tile < tiles; ++tile) {
      const uint64_t rows = std::min(array_.tileRows, array_.axes[1] - tile * array_.tileRows);
      const size_t rowBytes = array_.axes[0] * width;
      const auto part = out.subspan(tile * array_.tileRows * rowBytes, rows * rowBytes);
      const std::vector<std::byte> packed = table_->row(cell * tiles + tile).bytes("COMPRESSED_DATA");
      plain_.resize(part.size());
      if (gzipDecode(packed, plain_) != part.size())
        badArchive(header_.where() + ": expected as many bytes as a tile has pixels for, received fewer");
      if (array_.shuffled)
        unshuffle(plain_, width, part.size() / width, 0, part);
      else
        std::copy(plain_.begin(), plain_.end(), part.begin());
    }
  }

  Reader& reader_;
  const Hdu& hdu_;
  Budget& budget_;
  Header header_;
  Array array_;
  std::optional<BinaryTable> table_;
  std::vector<std::byte> plain_;
};

}  // namespace

PsfGrid readCellPsf(Reader& reader, const Hdu& hdu, const std::string& where, Budget& budget) {
  Cells cells(reader, hdu, where, budget);
  const auto [w, h, across, down] = cells.axes();
  const auto step = [](uint64_t count) { return (count + kMaxNodes - 1) / kMaxNodes; };
  const uint64_t dx = step(across), dy = step(down);
  PsfGrid grid;
  grid.dx = static_cast<double>(dx), grid.dy = static_cast<double>(dy);
  grid.nx = static_cast<int>((across + dx - 1) / dx), grid.ny = static_cast<int>((down + dy - 1) / dy);
  for (uint64_t j = 0; j < down; j += dy)
    for (uint64_t i = 0; i < across; i += dx) grid.nodes.push_back(shapeOf(cells.at(j * across + i)));
  return grid;
}

}  // namespace vignet
