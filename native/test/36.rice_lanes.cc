// Rice streams side by side: the same as one after the other, by every set of instructions, and nothing is
// read beyond them.
#include <doctest/doctest.h>
#include <fitsio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "core/base/error.h"
#include "core/codec/rice.h"
#include "support/each_simd.h"

extern "C" {
int fits_rcomp(int a[], int nx, unsigned char* c, int clen, int nblock);
int fits_rcomp_short(short a[], int nx, unsigned char* c, int clen, int nblock);
int fits_rcomp_byte(signed char a[], int nx, unsigned char* c, int clen, int nblock);
}

using namespace vignet;

namespace {

// Memory that ends where a page begins that may not be touched.
class Fenced {
 public:
  explicit Fenced(std::span<const std::byte> bytes) {
    const size_t page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
    size_ = (bytes.size() / page + 2) * page;
    memory_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory_ != MAP_FAILED);
    auto* fence = static_cast<std::byte*>(memory_) + size_ - page;
    REQUIRE(::mprotect(fence, page, PROT_NONE) == 0);
    bytes_ = {fence - bytes.size(), bytes.size()};
    if (!bytes.empty()) std::memcpy(fence - bytes.size(), bytes.data(), bytes.size());
  }
  ~Fenced() { ::munmap(memory_, size_); }
  Fenced(const Fenced&) = delete;
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  void* memory_;
  size_t size_;
  std::span<const std::byte> bytes_;
};

// Blocks of every width in one stream: constant, gentle, wild, and jumps.
template <typename T>
std::vector<T> scene(std::mt19937& random, size_t n, int temper) {
  std::vector<T> out(n);
  T value = static_cast<T>(random());
  int width = temper;
  for (T& p : out) {
    if (temper < 0 && random() % 40 == 0) width = static_cast<int>(random() % 34) - 1;
    if (width >= 32) value = static_cast<T>(random());
    if (width >= 0 && width < 32)
      value =
          static_cast<T>(static_cast<uint32_t>(value) + (random() & ((1u << width) - 1)) - (1u << width) / 2);
    if (random() % 500 == 0) value = static_cast<T>(random());
    p = value;
  }
  return out;
}

template <typename T>
std::vector<std::byte> encode(std::vector<T> in, uint32_t block) {
  std::vector<unsigned char> code(in.size() * 8 + 64);
  const int n = static_cast<int>(in.size()), room = static_cast<int>(code.size()),
            b = static_cast<int>(block);
  int length = 0;
  if constexpr (sizeof(T) == 4) length = fits_rcomp(in.data(), n, code.data(), room, b);
  if constexpr (sizeof(T) == 2) length = fits_rcomp_short(in.data(), n, code.data(), room, b);
  if constexpr (sizeof(T) == 1)
    length = fits_rcomp_byte(reinterpret_cast<signed char*>(in.data()), n, code.data(), room, b);
  REQUIRE(length > 0);
  std::vector<std::byte> bytes(static_cast<size_t>(length));
  std::memcpy(bytes.data(), code.data(), bytes.size());
  return bytes;
}

template <typename T>
struct Streams {
  uint32_t block;
  size_t pixels;
  std::vector<std::vector<T>> in;
  std::vector<std::unique_ptr<Fenced>> code;

  Streams(std::mt19937& random, size_t count) {
    // Of longer blocks cfitsio's encoder makes streams that its decoder does not read.
    const uint32_t blocks[] = {32, 32, 16, 1, 7, 33, 64};
    block = blocks[random() % 7];
    pixels = 1 + random() % 900;
    for (size_t i = 0; i < count; ++i) {
      in.push_back(scene<T>(random, pixels, random() % 3 ? -1 : static_cast<int>(random() % 33)));
      code.push_back(std::make_unique<Fenced>(encode(in.back(), block)));
    }
  }
  std::vector<RiceDecoder<T>> decoders() const {
    std::vector<RiceDecoder<T>> all;
    for (const auto& c : code) all.emplace_back(c->bytes(), block);
    return all;
  }
};

template <typename T>
void sideBySide() {
  std::mt19937 random(36);
  for (int turn = 0; turn < 150; ++turn) {
    const Streams<T> streams(random, 1 + random() % 36);
    const size_t pieces = (1 + random() % 5) * streams.block, passed = random() % 4 * streams.block;
    eachSimd([&] {
      auto decoders = streams.decoders();
      std::vector<std::vector<T>> out(decoders.size(), std::vector<T>(streams.pixels));
      std::vector<T*> to(out.size());
      for (size_t at = 0; at < streams.pixels;) {
        const size_t gap = std::min(passed, streams.pixels - at);
        RiceLanes<T>::decode(decoders, {}, gap);
        for (size_t i = 0; i < out.size(); ++i) std::copy_n(&streams.in[i][at], gap, &out[i][at]);
        at += gap;
        const size_t n = std::min(pieces, streams.pixels - at);
        for (size_t i = 0; i < out.size(); ++i) to[i] = out[i].data() + at;
        RiceLanes<T>::decode(decoders, to, n);
        at += n;
        // A decoder may go on by itself, or another begin where it stands.
        const size_t some = std::min<size_t>(streams.block, streams.pixels - at);
        for (size_t i = 0; i < out.size() && some > 0; ++i) {
          const RicePoint point = decoders[i].point();
          RiceDecoder<T>(streams.code[i]->bytes(), streams.block, point).decode(std::span(&out[i][at], some));
          decoders[i].skip(some);
        }
        at += some;
      }
      REQUIRE(out == streams.in);
    });
  }
}

// Whether the streams decode, and to what.
template <typename T>
std::vector<std::vector<T>> outcome(std::span<const std::vector<std::byte>> streams, uint32_t block,
                                    size_t pixels, bool together) {
  std::vector<std::vector<T>> out(streams.size(), std::vector<T>(pixels));
  std::vector<T*> to;
  for (auto& row : out) to.push_back(row.data());
  try {
    std::vector<RiceDecoder<T>> decoders;
    for (const auto& s : streams) decoders.emplace_back(s, block);
    if (together)
      RiceLanes<T>::decode(decoders, to, pixels);
    else
      for (size_t i = 0; i < decoders.size(); ++i) decoders[i].decode(std::span(out[i]));
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::data);
    return {};
  }
  return out;
}

}  // namespace

TEST_CASE("rice lanes: any number of streams, in pieces, passed over, entered again") {
  sideBySide<int32_t>();
  sideBySide<int16_t>();
  sideBySide<uint8_t>();
}

TEST_CASE("rice lanes: streams cut short or of noise fail exactly when one by one they do") {
  std::mt19937 random(37);
  int failed = 0, done = 0;
  for (int turn = 0; turn < 1500; ++turn) {
    const size_t pixels = 1 + random() % 300;
    const uint32_t block = 1 + random() % 40;
    std::vector<std::vector<std::byte>> streams;
    for (size_t i = 0; i < 16; ++i) streams.push_back(encode(scene<int32_t>(random, pixels, -1), block));
    auto& victim = streams[random() % streams.size()];
    if (turn % 3 == 0) victim.resize(victim.size() - random() % std::min<size_t>(victim.size(), 12));
    if (turn % 3 == 1) victim[random() % victim.size()] ^= static_cast<std::byte>(1u << random() % 8);
    if (turn % 3 == 2)
      for (auto& b : victim) b = static_cast<std::byte>(turn % 2 ? random() : random() % 4);
    useSimd(Simd::portable);
    const auto plain = outcome<int32_t>(streams, block, pixels, false);
    eachSimd([&] { REQUIRE(outcome<int32_t>(streams, block, pixels, true) == plain); });
    (plain.empty() ? failed : done)++;
  }
  CHECK(failed > 300);
  CHECK(done > 300);
}

TEST_CASE("rice: points outside a stream are errors, and of nowhere never read outside it") {
  std::mt19937 random(38);
  const auto in = scene<int32_t>(random, 400, 5);
  const Fenced code(encode(in, 32));
  const uint64_t bits = 8 * code.bytes().size();
  for (uint64_t bit : {bits, bits + 1, ~uint64_t{0}, ~uint64_t{0} - 7})
    CHECK_THROWS_AS(RiceDecoder<int32_t>(code.bytes(), 32, {bit, 0}), Error);
  eachSimd([&] {
    for (uint64_t bit = 0; bit < bits; ++bit) {
      std::vector<int32_t> out(400);
      try {
        RiceDecoder<int32_t>(code.bytes(), 32, {bit, 7}).decode(out);
      } catch (const Error& error) {
        CHECK(error.kind() == Kind::data);
      }
    }
  });
}
