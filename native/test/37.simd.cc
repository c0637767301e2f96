// The other loops of the codecs: by every set of instructions the same bits as from arithmetic pixel by
// pixel.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "core/base/words.h"
#include "core/codec/dequantise.h"
#include "core/codec/gzip.h"
#include "core/codec/integers.h"
#include "support/each_simd.h"

using namespace vignet;

namespace {

template <typename F>
using Bits = std::conditional_t<sizeof(F) == 4, uint32_t, uint64_t>;

template <typename U>
void appendBig(std::vector<std::byte>& out, U value) {
  for (size_t i = sizeof(U); i-- > 0;) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

template <typename I>
I integer(std::mt19937& random) {
  if (random() % 9 == 0) return std::numeric_limits<I>::min();
  if (random() % 9 == 0) return std::numeric_limits<I>::max();
  return static_cast<I>(random() >> (random() % 32));
}

template <typename F, typename I>
void dequantised() {
  std::mt19937 random(41);
  for (int turn = 0; turn < 600; ++turn) {
    std::vector<I> in(turn < 100 ? static_cast<size_t>(turn) : random() % 3000);
    for (I& v : in) v = integer<I>(random);
    Quantisation how;
    how.scale = std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 80) - 60);
    how.zero =
        turn % 5 ? std::ldexp(static_cast<double>(random()) - 2e9, static_cast<int>(random() % 40) - 30) : 0;
    if (turn % 50 == 0) how.scale = 1e300;  // beyond what a float holds
    how.keepsZero = turn % 3 == 0;
    if (turn % 2) how.blank = turn % 4 == 1 ? static_cast<int64_t>(in.empty() ? 0 : in[0]) : -2147483647;
    for (I& v : in)
      if (how.keepsZero && random() % 7 == 0) v = static_cast<I>(kDitherZero);
    const bool dither = turn % 5 != 0;
    const DitherWalk start(random(), 1 + static_cast<int>(random() % 10000));

    std::vector<std::byte> expected;
    DitherWalk walk = start;
    for (const I v : in) {
      F value;
      if (dither) {
        const float number = walk.take(1)[0];
        value = static_cast<F>((static_cast<double>(v) - number + 0.5) * how.scale + how.zero);
        if (std::is_same_v<I, int32_t> && how.keepsZero && static_cast<int64_t>(v) == kDitherZero) value = 0;
      } else {
        value = static_cast<F>(static_cast<double>(v) * how.scale + how.zero);
      }
      if (how.blank && v == static_cast<I>(*how.blank)) value = std::numeric_limits<F>::quiet_NaN();
      appendBig(expected, std::bit_cast<Bits<F>>(value));
    }
    eachSimd([&] {
      DitherWalk mine = start;
      std::vector<std::byte> out(expected.size() + 1);  // to an odd address
      dequantise<F, I>(in, std::span(out).subspan(1), how, dither ? &mine : nullptr);
      REQUIRE(std::equal(expected.begin(), expected.end(), out.begin() + 1));
    });
  }
}

template <typename O, typename I>
void stored() {
  std::mt19937 random(42);
  for (int turn = 0; turn < 200; ++turn) {
    std::vector<I> in(static_cast<size_t>(turn));
    for (I& v : in) v = turn % 2 ? static_cast<I>(random() % 100) : integer<I>(random);
    const int64_t offset = turn % 3 == 0 ? -32768 : 0;
    const bool clip = turn % 4 == 0;
    std::vector<std::byte> expected;
    std::optional<int64_t> beyond;
    for (const I v : in) {
      const auto sum = static_cast<__int128>(v) + offset;
      const auto held =
          std::clamp<__int128>(sum, std::numeric_limits<O>::min(), std::numeric_limits<O>::max());
      if (held != sum && !clip) {
        beyond = static_cast<int64_t>(sum);
        break;
      }
      appendBig(expected, static_cast<std::make_unsigned_t<O>>(held));
    }
    eachSimd([&] {
      std::vector<std::byte> out(in.size() * sizeof(O));
      const auto says = storeIntegers<O, I>(in, out.data(), offset, clip);
      REQUIRE(says == beyond);
      if (!beyond) REQUIRE(out == expected);
    });
  }
}

}  // namespace

TEST_CASE("simd: dequantisation is the standard's arithmetic, bit for bit") {
  dequantised<float, int32_t>();
  dequantised<float, int16_t>();
  dequantised<float, uint8_t>();
  dequantised<double, int32_t>();
  dequantised<double, int16_t>();
  dequantised<double, uint8_t>();
}

TEST_CASE("simd: integers are stored, clipped or refused") {
  stored<uint8_t, uint8_t>(), stored<uint8_t, int16_t>(), stored<uint8_t, int32_t>();
  stored<int16_t, uint8_t>(), stored<int16_t, int16_t>(), stored<int16_t, int32_t>();
  stored<int32_t, uint8_t>(), stored<int32_t, int16_t>(), stored<int32_t, int32_t>();
  stored<int64_t, uint8_t>(), stored<int64_t, int16_t>(), stored<int64_t, int32_t>();
}

TEST_CASE("simd: unshuffling of any part, of every width and length") {
  std::mt19937 random(43);
  for (size_t width : {1, 2, 4, 8})
    for (size_t total = 1; total < 150; ++total) {
      std::vector<std::byte> plain(total * width), mixed(plain.size());
      for (auto& b : plain) b = static_cast<std::byte>(random());
      for (size_t i = 0; i < total; ++i)
        for (size_t k = 0; k < width; ++k) mixed[k * total + i] = plain[i * width + k];
      const size_t first = random() % total, count = random() % (total - first + 1);
      eachSimd([&] {
        std::vector<std::byte> out(count * width);
        unshuffle(mixed, width, total, first, out);
        REQUIRE(std::equal(out.begin(), out.end(), plain.begin() + static_cast<long>(first * width)));
      });
    }
}

TEST_CASE("simd: bits of words go round to their places, in place or not") {
  std::mt19937 random(5);
  for (int turn = 0; turn < 200; ++turn) {
    const size_t words = 1 + random() % 200, shift = random() % 4;
    std::vector<BitsMoved> moves;
    for (uint32_t m = random() % 12; m > 0; --m)
      moves.push_back({static_cast<uint32_t>(random()), static_cast<uint32_t>(random() % 32)});
    std::vector<std::byte> in(4 * words + shift), out(4 * words + shift);
    std::vector<uint32_t> expected;
    uint32_t word = 0;
    for (size_t i = 0; i < words; ++i) {
      if (random() % 20 == 0) word = static_cast<uint32_t>(random() << (random() % 32));
      std::memcpy(in.data() + shift + 4 * i, &word, 4);
      expected.push_back(0);
      for (const auto& [bits, by] : moves) expected.back() |= std::rotl(word & bits, static_cast<int>(by));
    }
    eachSimd([&] {
      moveBits(in.data() + shift, words, out.data() + shift, moves);
      CHECK(std::memcmp(out.data() + shift, expected.data(), 4 * words) == 0);
      std::vector<std::byte> here = in;
      moveBits(here.data() + shift, words, here.data() + shift, moves);
      CHECK(here == out);
    });
  }
}
