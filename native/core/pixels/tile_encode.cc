#include "core/pixels/tile_encode.h"

#include <libdeflate.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <mutex>
#include <new>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/codec/gzip.h"

// cfitsio exports its encoders, but declares them in no installed header.
extern "C" {
int fits_rcomp(int a[], int nx, unsigned char* c, int clen, int nblock);
int fits_rcomp_short(short a[], int nx, unsigned char* c, int clen, int nblock);
int fits_rcomp_byte(signed char a[], int nx, unsigned char* c, int clen, int nblock);
int fits_quantize_float(long row, float fdata[], long nxpix, long nypix, int nullcheck, float nullValue,
                        float qlevel, int ditherMethod, int idata[], double* bscale, double* bzero,
                        int* iminval, int* imaxval);
int fits_quantize_double(long row, double fdata[], long nxpix, long nypix, int nullcheck, double nullValue,
                         float qlevel, int ditherMethod, int idata[], double* bscale, double* bzero,
                         int* iminval, int* imaxval);
int fits_init_randoms(void);
}

namespace vignet {
namespace {

constexpr int kSubtractiveDither2 = 2;
// Undefined pixels as cfitsio takes them: its own FLOATNULLVALUE, which no measured pixel has.
constexpr float kNull = -9.11912E-36F;
// More effort gains 5 per cent of noisy floats and takes half as long again.
constexpr int kDeflateLevel = 1;

// False when the row holds an infinity, which has no place among scaled integers.
template <typename F, typename U>
bool load(std::span<const std::byte> row, std::vector<F>& out, bool& undefined) {
  undefined = false;
  for (size_t i = 0; i < out.size(); ++i) {
    const F value = std::bit_cast<F>(loadBe<U>(row.data() + i * sizeof(F)));
    if (std::isinf(value)) return false;
    undefined |= std::isnan(value);
    out[i] = std::isnan(value) ? F{kNull} : value;
  }
  return true;
}

}  // namespace

struct RowEncoder::Deflater {
  libdeflate_compressor* state = libdeflate_alloc_compressor(kDeflateLevel);
  Deflater() {
    if (!state) throw std::bad_alloc();
  }
  ~Deflater() { libdeflate_free_compressor(state); }
};

RowEncoder::RowEncoder(int bitpix, size_t width)
    : deflater_(std::make_unique<Deflater>()), bitpix_(bitpix), width_(width) {}

RowEncoder::~RowEncoder() = default;

std::span<const std::byte> RowEncoder::gzip(std::span<const std::byte> row, bool shuffled) {
  if (shuffled) {
    mixed_.resize(row.size());
    shuffle(row, static_cast<size_t>(std::abs(bitpix_) / 8), mixed_);
    row = mixed_;
  }
  code_.resize(libdeflate_gzip_compress_bound(deflater_->state, row.size()));
  const size_t size =
      libdeflate_gzip_compress(deflater_->state, row.data(), row.size(), code_.data(), code_.size());
  if (size == 0)
    throw Error(Kind::fatal, "ENCODE_FAILED", "a row of pixels could not be deflated; report this");
  return std::span(code_).first(size);
}

// A block of n pixels takes at most its code and n uncoded pixels.
std::span<const std::byte> RowEncoder::riceOf(std::vector<int>& ints) {
  code_.resize(width_ * 5 + 64);
  const int size =
      fits_rcomp(ints.data(), static_cast<int>(width_), reinterpret_cast<unsigned char*>(code_.data()),
                 static_cast<int>(code_.size()), kBlockSize);
  if (size <= 0)
    throw Error(Kind::fatal, "ENCODE_FAILED", "a row of pixels could not be Rice-coded; report this");
  return std::span(code_).first(static_cast<size_t>(size));
}

std::span<const std::byte> RowEncoder::rice(std::span<const std::byte> row) {
  int size = 0;
  if (bitpix_ == 32) {
    ints_.resize(width_);
    for (size_t i = 0; i < width_; ++i) ints_[i] = loadBe<int32_t>(row.data() + 4 * i);
    return riceOf(ints_);
  }
  code_.resize(width_ * 3 + 64);
  auto* code = reinterpret_cast<unsigned char*>(code_.data());
  const int room = static_cast<int>(code_.size());
  if (bitpix_ == 16) {
    shorts_.resize(width_);
    for (size_t i = 0; i < width_; ++i) shorts_[i] = loadBe<int16_t>(row.data() + 2 * i);
    size = fits_rcomp_short(shorts_.data(), static_cast<int>(width_), code, room, kBlockSize);
  } else {
    mixed_.assign(row.begin(), row.end());
    size = fits_rcomp_byte(reinterpret_cast<signed char*>(mixed_.data()), static_cast<int>(width_), code,
                           room, kBlockSize);
  }
  if (size <= 0)
    throw Error(Kind::fatal, "ENCODE_FAILED", "a row of pixels could not be Rice-coded; report this");
  return std::span(code_).first(static_cast<size_t>(size));
}

std::optional<RowEncoder::Quantised> RowEncoder::quantise(std::span<const std::byte> row, float level,
                                                          uint64_t tile, int seed) {
  // cfitsio fills its random table on first use, where two threads could meet.
  static std::once_flag once;
  std::call_once(once, [] { fits_init_randoms(); });

  // Only its remainder by 10,000 counts.
  const long walk = static_cast<long>(tile % 10000) + seed;
  const long width = static_cast<long>(width_);
  Quantised out;
  int least = 0, most = 0, done = 0;
  bool undefined = false;
  ints_.resize(width_);
  if (bitpix_ == -32) {
    floats_.resize(width_);
    if (!load<float, uint32_t>(row, floats_, undefined)) return std::nullopt;
    done = fits_quantize_float(walk, floats_.data(), width, 1, undefined, kNull, level, kSubtractiveDither2,
                               ints_.data(), &out.scale, &out.zero, &least, &most);
  } else {
    doubles_.resize(width_);
    if (!load<double, uint64_t>(row, doubles_, undefined)) return std::nullopt;
    done = fits_quantize_double(walk, doubles_.data(), width, 1, undefined, double{kNull}, level,
                                kSubtractiveDither2, ints_.data(), &out.scale, &out.zero, &least, &most);
  }
  if (done != 1 || !std::isfinite(out.scale) || !std::isfinite(out.zero)) return std::nullopt;
  out.code = riceOf(ints_);
  return out;
}

}  // namespace vignet
