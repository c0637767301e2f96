#include "core/codec/hcompress.h"

#include <algorithm>
#include <array>
#include <bit>

#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {
namespace {

[[noreturn, gnu::cold, gnu::noinline]] void badStream(const char* expected, std::string_view received) {
  throw Error(Kind::data, "BAD_HCOMPRESS", expectedFor(expected, "the HCOMPRESS stream", received));
}

class Bits {
 public:
  explicit Bits(std::span<const std::byte> in) : in_(in) {}

  uint32_t take(int count) {
    while (have_ < count) {
      if (next_ == in_.size()) badStream("more bytes", "its end before the last pixel");
      held_ = held_ << 8 | static_cast<uint64_t>(in_[next_++]);
      have_ += 8;
    }
    have_ -= count;
    return static_cast<uint32_t>(held_ >> have_) & ((1u << count) - 1);
  }
  void alignToByte() { have_ = 0; }

  // White's fixed prefix code of the 16 values that four bits of a quadtree node can have.
  uint32_t node() {
    static constexpr std::array<uint8_t, 5> kFour{3, 5, 10, 12, 15};
    static constexpr std::array<uint8_t, 5> kFive{6, 7, 9, 11, 13};
    uint32_t code = take(3);
    if (code < 4) return 1u << code;
    code = code << 1 | take(1);
    if (code < 13) return kFour[code - 8];
    code = code << 1 | take(1);
    if (code < 31) return kFive[code - 26];
    return take(1) == 0 ? 0 : 14;
  }

 private:
  std::span<const std::byte> in_;
  size_t next_ = 0;
  uint64_t held_ = 0;
  int have_ = 0;
};

int log2Up(size_t n) { return n <= 1 ? 0 : std::bit_width(n - 1); }

// One quadrant: `rows` x `columns` coefficients at `a`, whose rows lie `stride` apart.
class Quadrant {
 public:
  Quadrant(Bits& bits, int64_t* a, size_t stride, size_t rows, size_t columns, const Control& control)
      : bits_(bits), a_(a), stride_(stride), rows_(rows), columns_(columns), control_(control) {}

  void read(int planes) {
    const size_t cells = (rows_ + 1) / 2 * ((columns_ + 1) / 2);
    nodes_.resize(std::max<size_t>(cells, 1));
    for (int bit = planes - 1; bit >= 0; --bit) {
      switch (bits_.take(4)) {
        case 0:
          for (size_t i = 0; i < cells; ++i) nodes_[i] = static_cast<uint8_t>(bits_.take(4));
          break;
        case 15:
          tree();
          break;
        default:
          badStream("a bit plane of form 0 or 15", "another form");
      }
      insert(bit);
    }
  }

 private:
  // From the root down: each set bit of a node announces one node of the next level.
  void tree() {
    const int levels = log2Up(std::max(rows_, columns_));
    nodes_[0] = static_cast<uint8_t>(bits_.node());
    for (int level = levels - 1; level >= 1; --level) {
      const size_t span = size_t{1} << level;
      const size_t rows = (rows_ + span - 1) / span, columns = (columns_ + span - 1) / span;
      split(rows, columns);
      // cfitsio's encoder writes the nodes of a level from the last to the first.
      for (size_t i = rows * columns; i-- > 0;)
        if (next_[i]) next_[i] = static_cast<uint8_t>(bits_.node());
      nodes_.swap(next_);
    }
  }

  // The bits of `nodes_` as the flags of rows x columns nodes in `next_`.
  void split(size_t rows, size_t columns) {
    next_.resize(nodes_.size());
    const size_t parents = (columns + 1) / 2;
    for (size_t i = 0; i < rows; ++i) {
      control_.poll();
      for (size_t j = 0; j < columns; ++j)
        next_[i * columns + j] = nodes_[i / 2 * parents + j / 2] >> bitOf(i, j) & 1;
    }
  }

  void insert(int bit) {
    const size_t parents = (columns_ + 1) / 2;
    for (size_t i = 0; i < rows_; ++i) {
      control_.poll();
      for (size_t j = 0; j < columns_; ++j)
        a_[i * stride_ + j] |= static_cast<int64_t>(nodes_[i / 2 * parents + j / 2] >> bitOf(i, j) & 1)
                               << bit;
    }
  }

  // A node's bits, from the highest: (even row, even column), (even, odd), (odd, even), (odd, odd).
  static int bitOf(size_t i, size_t j) { return 3 - static_cast<int>((i & 1) * 2 + (j & 1)); }

  Bits& bits_;
  int64_t* a_;
  size_t stride_, rows_, columns_;
  const Control& control_;
  std::vector<uint8_t> nodes_, next_;
};

template <typename T>
T big(std::span<const std::byte> in, size_t at) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(T); ++i) value = value << 8 | static_cast<uint64_t>(in[at + i]);
  return static_cast<T>(value);
}

}  // namespace

void hcompressDecode(std::span<const std::byte> in, uint32_t width, uint32_t height, bool smooth,
                     std::vector<int64_t>& work, std::span<int32_t> out, const Control& control) {
  constexpr size_t kHeaderBytes = 25;
  if (in.size() < kHeaderBytes) badStream("a header of 25 bytes", std::to_string(in.size()));
  if (in[0] != std::byte{0xDD} || in[1] != std::byte{0x99}) badStream("the magic number DD99", "other bytes");
  if (big<uint32_t>(in, 2) != height || big<uint32_t>(in, 6) != width)
    badStream("the size of its tile", std::to_string(big<uint32_t>(in, 6)) + " x " +
                                          std::to_string(big<uint32_t>(in, 2)) + " pixels");
  if (width < 2 || height < 2)
    badStream("a tile of at least 2 x 2 pixels", std::to_string(width) + " x " + std::to_string(height));
  const int32_t scale = big<int32_t>(in, 10);
  if (scale < 0) badStream("a scale of at least 0", std::to_string(scale));
  const int64_t sum = big<int64_t>(in, 14);
  const std::array<int, 3> planes{std::to_integer<int>(in[22]), std::to_integer<int>(in[23]),
                                  std::to_integer<int>(in[24])};
  for (int n : planes)
    if (n > 62) badStream("at most 62 bit planes", std::to_string(n));

  const size_t nx = height, ny = width, nx2 = (nx + 1) / 2, ny2 = (ny + 1) / 2;
  work.assign(nx * ny, 0);
  Bits bits(in.subspan(kHeaderBytes));
  Quadrant(bits, work.data(), ny, nx2, ny2, control).read(planes[0]);
  Quadrant(bits, work.data() + ny2, ny, nx2, ny / 2, control).read(planes[1]);
  Quadrant(bits, work.data() + ny * nx2, ny, nx / 2, ny2, control).read(planes[1]);
  Quadrant(bits, work.data() + ny * nx2 + ny2, ny, nx / 2, ny / 2, control).read(planes[2]);
  if (bits.take(4) != 0) badStream("the mark after its bit planes", "other bits");
  bits.alignToByte();
  for (int64_t& value : work)
    if (value != 0 && bits.take(1)) value = -value;
  work[0] = sum;
  if (scale > 1)
    for (int64_t& value : work)
      value = static_cast<int64_t>(static_cast<uint64_t>(value) * static_cast<uint64_t>(scale));
  haarInverse(work, nx, ny, smooth, scale, control);
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<int32_t>(work[i]);
}

}  // namespace vignet
