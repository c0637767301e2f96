#include "core/codec/gzip.h"

#include <libdeflate.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "core/base/error.h"
#include "core/base/simd.h"

#define VIGNET_LOOPS "core/codec/shuffle.inc"
#include "core/base/simd_each.inc"

namespace vignet {
namespace {

struct Release {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};

libdeflate_decompressor* inflater() {
  thread_local std::unique_ptr<libdeflate_decompressor, Release> mine{libdeflate_alloc_decompressor()};
  if (!mine) throw std::bad_alloc();
  return mine.get();
}

template <size_t width>
void shuffleFixed(const std::byte* in, size_t count, std::byte* out) {
  for (size_t k = 0; k < width; ++k)
    for (size_t i = 0; i < count; ++i) out[k * count + i] = in[i * width + k];
}

}  // namespace

size_t gzipDecode(std::span<const std::byte> in, std::span<std::byte> out) {
  if (in.size() < 6)
    throw Error(Kind::data, "BAD_GZIP",
                "expected at least 6 bytes for the gzip stream, received " + std::to_string(in.size()));
  bool gzip = in[0] == std::byte{0x1f} && in[1] == std::byte{0x8b};
  size_t used = 0, made = 0;
  auto decompress = gzip ? libdeflate_gzip_decompress_ex : libdeflate_zlib_decompress_ex;
  switch (decompress(inflater(), in.data(), in.size(), out.data(), out.size(), &used, &made)) {
    case LIBDEFLATE_SUCCESS:
      return made;
    case LIBDEFLATE_INSUFFICIENT_SPACE:
      throw Error(
          Kind::data, "BAD_GZIP",
          "expected at most " + std::to_string(out.size()) + " bytes in the gzip stream, received more");
    default:
      throw Error(Kind::data, "BAD_GZIP",
                  "expected a whole gzip stream, received a damaged or truncated one");
  }
}

void unshuffle(std::span<const std::byte> shuffled, size_t width, size_t total, size_t first,
               std::span<std::byte> out) {
  const std::byte* in = shuffled.data() + first;
  size_t count = out.size() / width;
  switch (width) {
    case 2:
      return VIGNET_CHOOSE(unshuffled<uint16_t>)(in, total, count, out.data());
    case 4:
      return VIGNET_CHOOSE(unshuffled<uint32_t>)(in, total, count, out.data());
    case 8:
      return VIGNET_CHOOSE(unshuffled<uint64_t>)(in, total, count, out.data());
    default:
      if (count > 0) std::memcpy(out.data(), in, count);
  }
}

void shuffle(std::span<const std::byte> plain, size_t width, std::span<std::byte> out) {
  size_t count = plain.size() / width;
  switch (width) {
    case 2:
      return shuffleFixed<2>(plain.data(), count, out.data());
    case 4:
      return shuffleFixed<4>(plain.data(), count, out.data());
    case 8:
      return shuffleFixed<8>(plain.data(), count, out.data());
    default:
      if (count > 0) std::memcpy(out.data(), plain.data(), count);
  }
}

}  // namespace vignet
