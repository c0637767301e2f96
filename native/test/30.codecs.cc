// Codecs against cfitsio's own encoders, on plain spans.
#include <doctest/doctest.h>
#include <fitsio.h>

#include <cstring>
#include <random>
#include <vector>

#include "core/base/error.h"
#include "core/codec/dequantise.h"
#include "core/codec/gzip.h"
#include "core/codec/hcompress.h"
#include "core/codec/plio.h"
#include "core/codec/rice.h"

extern "C" {
int fits_rcomp(int a[], int nx, unsigned char* c, int clen, int nblock);
int fits_rcomp_short(short a[], int nx, unsigned char* c, int clen, int nblock);
int fits_rcomp_byte(signed char a[], int nx, unsigned char* c, int clen, int nblock);
int pl_p2li(int* pxsrc, int xs, short* lldst, int npix);
int fits_hcompress(int* a, int nx, int ny, int scale, char* output, long* nbytes, int* status);
int fits_hcompress64(LONGLONG* a, int nx, int ny, int scale, char* output, long* nbytes, int* status);
}

using namespace vignet;

namespace {

// Pixels of every temper: constant, gentle, wild, and jumps between them.
template <typename T>
std::vector<T> pixels(std::mt19937& random, size_t n) {
  std::vector<T> out(n);
  T value = static_cast<T>(random());
  int temper = 0;
  for (T& p : out) {
    if (random() % 50 == 0) temper = static_cast<int>(random() % 5);
    if (temper == 1) value = static_cast<T>(value + static_cast<int>(random() % 7) - 3);
    if (temper == 2) value = static_cast<T>(value + static_cast<int>(random() % 4001) - 2000);
    if (temper == 3) value = static_cast<T>(random());
    if (temper == 4) value = static_cast<T>(random() % 30 ? value : T(random()));
    p = value;
  }
  return out;
}

template <typename T, typename F, typename C>
void riceRoundTrip(F encode, C*) {
  std::mt19937 random(17);
  for (int turn = 0; turn < 400; ++turn) {
    const size_t n = 1 + random() % 700;
    const uint32_t block = turn % 3 ? 16u << random() % 3 : 1 + random() % 40;
    std::vector<T> in = pixels<T>(random, n);
    std::vector<unsigned char> code(n * 8 + 64);
    const int length = encode(reinterpret_cast<C*>(in.data()), static_cast<int>(n), code.data(),
                              static_cast<int>(code.size()), static_cast<int>(block));
    REQUIRE(length > 0);
    // Exactly sized, so that a sanitizer sees a byte read too many.
    std::vector<std::byte> exact(static_cast<size_t>(length));
    std::memcpy(exact.data(), code.data(), exact.size());
    std::vector<T> out(n);
    riceDecode<T>(exact, out, block);
    REQUIRE(out == in);
    const size_t part = 1 + random() % n;
    std::vector<T> begin(part);
    riceDecode<T>(exact, begin, block);
    REQUIRE(std::equal(begin.begin(), begin.end(), in.begin()));
    std::vector<T> pieces(n);
    RiceDecoder<T> decoder(exact, block);
    for (size_t i = 0; i < n; i += 2 * block)
      decoder.decode(std::span(pieces).subspan(i, std::min<size_t>(2 * block, n - i)));
    REQUIRE(pieces == in);
    // Cut short it must say so: encoders leave no spare byte.
    exact.pop_back();
    CHECK_THROWS_AS(riceDecode<T>(exact, out, block), Error);
  }
}

}  // namespace

TEST_CASE("rice: what cfitsio encodes comes back, for every width and block size") {
  riceRoundTrip<int32_t>(fits_rcomp, static_cast<int*>(nullptr));
  riceRoundTrip<int16_t>(fits_rcomp_short, static_cast<short*>(nullptr));
  riceRoundTrip<uint8_t>(fits_rcomp_byte, static_cast<signed char*>(nullptr));
}

TEST_CASE("rice: block codes that do not exist, and empty streams, are errors") {
  std::vector<std::byte> bad{std::byte{0}, std::byte{0},    std::byte{0},
                             std::byte{1}, std::byte{0xff}, std::byte{0xff}};
  std::vector<int32_t> out(32);
  CHECK_THROWS_WITH_AS(riceDecode<int32_t>(bad, out, 32),
                       "expected a bit width that RICE_1 defines for a block of the Rice stream, received 31",
                       Error);
  CHECK_THROWS_AS(riceDecode<int32_t>({}, out, 32), Error);
  CHECK_THROWS_AS(riceDecode<int32_t>(bad, out, 0), Error);
}

TEST_CASE("gzip: shuffle and unshuffle are each other's inverse, in any part") {
  std::mt19937 random(3);
  for (size_t width : {1, 2, 4, 8}) {
    const size_t n = 101;
    std::vector<std::byte> plain(n * width), mixed(n * width), back(n * width);
    for (auto& b : plain) b = static_cast<std::byte>(random());
    shuffle(plain, width, mixed);
    if (width > 1) CHECK(mixed[1] == plain[width]);
    unshuffle(mixed, width, n, 0, back);
    CHECK(back == plain);
    std::vector<std::byte> part(10 * width);
    unshuffle(mixed, width, n, 37, part);
    CHECK(std::equal(part.begin(), part.end(), plain.begin() + 37 * static_cast<long>(width)));
  }
}

TEST_CASE("plio: what cfitsio encodes comes back") {
  std::mt19937 random(5);
  for (int turn = 0; turn < 400; ++turn) {
    const size_t n = 1 + random() % 20000;
    std::vector<int> in(n);
    int value = 0;
    const int most = turn % 2 ? 1 << 24 : 40;
    for (int& p : in) {
      if (random() % (turn % 5 ? 400 : 3) == 0)
        value = static_cast<int>(random() % 3 ? random() % static_cast<unsigned>(most) : 0);
      p = value;
    }
    std::vector<short> list(3 * n + 100);
    const int words = pl_p2li(in.data(), 1, list.data(), static_cast<int>(n));
    std::vector<std::byte> code;
    for (int i = 0; i < words; ++i) {
      code.push_back(static_cast<std::byte>(static_cast<unsigned short>(list[static_cast<size_t>(i)]) >> 8));
      code.push_back(static_cast<std::byte>(list[static_cast<size_t>(i)] & 255));
    }
    std::vector<int32_t> out(n);
    plioDecode(code, out);
    REQUIRE(std::equal(out.begin(), out.end(), in.begin()));
    std::vector<int32_t> begin(1 + random() % n);
    plioDecode(code, begin);
    REQUIRE(std::equal(begin.begin(), begin.end(), in.begin()));
    code.erase(code.end() - 2, code.end());  // resize would make GCC warn of growth
    CHECK_THROWS_AS(plioDecode(code, out), Error);
  }
}

TEST_CASE("hcompress: lossless streams of cfitsio come back, of every shape") {
  std::mt19937 random(7);
  std::vector<int64_t> work;
  for (int turn = 0; turn < 300; ++turn) {
    const uint32_t width = 2 + random() % 70, height = 2 + random() % 70;
    std::vector<int> in(size_t{width} * height);
    const int noise = 1 << random() % 16;
    for (size_t i = 0; i < in.size(); ++i)
      in[i] =
          static_cast<int>(random() % static_cast<unsigned>(noise)) - noise / 3 + static_cast<int>(i % width);
    std::vector<char> code(in.size() * 12 + 1000);
    long length = static_cast<long>(code.size());
    int status = 0;
    const std::vector<int> kept = in;
    if (turn % 2) {
      fits_hcompress(in.data(), static_cast<int>(width), static_cast<int>(height), 0, code.data(), &length,
                     &status);
    } else {
      std::vector<LONGLONG> wide(in.begin(), in.end());
      fits_hcompress64(wide.data(), static_cast<int>(width), static_cast<int>(height), 0, code.data(),
                       &length, &status);
    }
    REQUIRE(status == 0);
    std::vector<std::byte> exact(static_cast<size_t>(length));
    std::memcpy(exact.data(), code.data(), exact.size());
    std::vector<int32_t> out(in.size());
    hcompressDecode(exact, width, height, false, work, out, Control());
    REQUIRE(std::equal(out.begin(), out.end(), kept.begin()));
    CHECK_THROWS_AS(hcompressDecode(exact, height + 1, width, false, work, out, Control()), Error);
    exact.pop_back();
    CHECK_THROWS_AS(hcompressDecode(exact, width, height, false, work, out, Control()), Error);
  }
}

TEST_CASE("hcompress: lossy streams, smoothed or not, are cfitsio's to the bit") {
  std::mt19937 random(9);
  std::vector<int64_t> work;
  for (int turn = 0; turn < 400; ++turn) {
    const int width = 4 + static_cast<int>(random() % 60), height = 4 + static_cast<int>(random() % 60);
    std::vector<LONGLONG> in(static_cast<size_t>(width) * static_cast<size_t>(height));
    for (size_t i = 0; i < in.size(); ++i)
      in[i] = static_cast<LONGLONG>(random() % 200) + static_cast<LONGLONG>(1000 * ((i / 7) % 11)) - 3000;
    std::vector<char> code(in.size() * 12 + 1000);
    long length = static_cast<long>(code.size());
    int status = 0, nx = 0, ny = 0, scale = 0;
    fits_hcompress64(in.data(), width, height, 2 + static_cast<int>(random() % 300), code.data(), &length,
                     &status);
    REQUIRE(status == 0);
    std::vector<LONGLONG> theirs(in.size() + 4);
    const int smooth = turn % 2;
    fits_hdecompress64(reinterpret_cast<unsigned char*>(code.data()), smooth, theirs.data(), &nx, &ny, &scale,
                       &status);
    REQUIRE(status == 0);
    const int* packed = reinterpret_cast<const int*>(theirs.data());
    std::vector<std::byte> exact(static_cast<size_t>(length));
    std::memcpy(exact.data(), code.data(), exact.size());
    std::vector<int32_t> out(in.size());
    hcompressDecode(exact, static_cast<uint32_t>(width), static_cast<uint32_t>(height), smooth != 0, work,
                    out, Control());
    REQUIRE(std::memcmp(out.data(), packed, out.size() * 4) == 0);
  }
}

TEST_CASE("dither: the table ends where the standard says, and walks resume anywhere") {
  // FITS 4.0, appendix I: the 10,000th seed is 1043618065.
  CHECK(ditherTable()[9999] == static_cast<float>(1043618065.0 / 2147483647.0));
  CHECK(ditherTable()[0] == static_cast<float>(16807.0 / 2147483647.0));
  DitherWalk whole(4711, 9999);
  std::vector<float> all;
  while (all.size() < 60000) {
    auto some = whole.take(60000 - all.size());
    all.insert(all.end(), some.begin(), some.end());
  }
  for (uint64_t at : {0ull, 1ull, 9000ull, 10000ull, 33333ull, 59999ull}) {
    DitherWalk walk(4711, 9999);
    walk.skip(at);
    CHECK(walk.take(1)[0] == all[at]);
  }
}
