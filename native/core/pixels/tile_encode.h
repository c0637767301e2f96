// Encoding of single rows of pixels, as `compressFits` needs them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace vignet {

// Takes big-endian pixels of one BITPIX, a row at a time, and gives compressed bytes; these live until the
// next call.
class RowEncoder {
 public:
  RowEncoder(int bitpix, size_t width);
  ~RowEncoder();

  // GZIP_2 of one or more whole rows, and GZIP_1 for rows that cannot be quantised.
  std::span<const std::byte> gzip(std::span<const std::byte> row, bool shuffled);

  // RICE_1 of integers (BITPIX 8, 16, 32) in blocks of 32.
  std::span<const std::byte> rice(std::span<const std::byte> row);

  struct Quantised {
    std::span<const std::byte> code;  // RICE_1 of 32-bit integers
    double scale = 0, zero = 0;
  };
  // Floats (BITPIX -32, -64) in steps of noise / level with SUBTRACTIVE_DITHER_2, by cfitsio's own
  // fits_quantize_float: undefined pixels become `blankInteger`. `tile` counts from 0, `seed` is ZDITHER0.
  // Absent for rows that cannot be quantised: constant ones, too short ones, infinities, too great a range.
  std::optional<Quantised> quantise(std::span<const std::byte> row, float level, uint64_t tile, int seed);

  static constexpr int32_t kBlankInteger = -2147483647;
  static constexpr int kBlockSize = 32;

 private:
  std::span<const std::byte> riceOf(std::vector<int>& ints);

  struct Deflater;
  std::unique_ptr<Deflater> deflater_;
  int bitpix_;
  size_t width_;
  std::vector<std::byte> mixed_, code_;
  std::vector<int> ints_;
  std::vector<short> shorts_;
  std::vector<float> floats_;
  std::vector<double> doubles_;
};

}  // namespace vignet
