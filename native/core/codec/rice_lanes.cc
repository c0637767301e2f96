#include <array>

#include "core/base/simd.h"
#include "core/codec/rice_stream.h"

#if VIGNET_X86
#if !defined(__clang__)
// GCC 12 warns about values that its own header leaves undefined on purpose.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#endif

namespace vignet {
namespace {

struct LaneStream {
  std::span<const std::byte> in;
  RicePoint at;
};

// Columns of a block are on the stack; encoders use blocks of 16 and 32.
constexpr uint32_t kMaxBlock = 64;
constexpr size_t kMaxLanes = 32;

}  // namespace
}  // namespace vignet

#if VIGNET_X86

VIGNET_BEGIN_AVX2
namespace vignet::avx2 {
namespace {

// 64-bit lanes; shifts by 64 and more give 0.
struct Vector {
  __m256i v;
  static constexpr int kLanes = 4;
  static Vector all(uint64_t x) { return {_mm256_set1_epi64x(static_cast<int64_t>(x))}; }
  static Vector load(const void* p) { return {_mm256_loadu_si256(static_cast<const __m256i*>(p))}; }
  void store(void* p) const { _mm256_storeu_si256(static_cast<__m256i*>(p), v); }
  Vector operator+(Vector b) const { return {_mm256_add_epi64(v, b.v)}; }
  Vector operator-(Vector b) const { return {_mm256_sub_epi64(v, b.v)}; }
  Vector operator|(Vector b) const { return {_mm256_or_si256(v, b.v)}; }
  Vector operator&(Vector b) const { return {_mm256_and_si256(v, b.v)}; }
  Vector operator<<(Vector b) const { return {_mm256_sllv_epi64(v, b.v)}; }
  Vector operator>>(Vector b) const { return {_mm256_srlv_epi64(v, b.v)}; }
  Vector operator~() const { return {_mm256_xor_si256(v, _mm256_set1_epi64x(-1))}; }
  Vector up(int bits) const { return {_mm256_slli_epi64(v, bits)}; }
  Vector down(int bits) const { return {_mm256_srli_epi64(v, bits)}; }
  // By the exponent of the number that the upper 52 bits are; of 52 zeros and more it is 1074, beyond any
  // window.
  Vector leadingZeros() const {
    const __m256i magic = _mm256_set1_epi64x(0x4330000000000000);  // 2^52, whose lower bits count ones
    const __m256d number = _mm256_sub_pd(
        _mm256_castsi256_pd(_mm256_or_si256(_mm256_srli_epi64(v, 12), magic)), _mm256_castsi256_pd(magic));
    return all(1023 + 51) - Vector{_mm256_srli_epi64(_mm256_castpd_si256(number), 52)};
  }
  // Of signed lanes; bit 2 i for lane i.
  uint32_t above(Vector other) const { return bits(_mm256_cmpgt_epi64(v, other.v)); }
  uint32_t equals(Vector other) const { return bits(_mm256_cmpeq_epi64(v, other.v)); }
  static uint32_t bits(__m256i mask) {
    return _pdep_u32(static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(mask))), 0x55);
  }
  static Vector mask(uint32_t bits) {
    const __m256i each = _mm256_setr_epi64x(1, 4, 16, 64);
    return {_mm256_cmpeq_epi64(_mm256_and_si256(_mm256_set1_epi64x(bits), each), each)};
  }
  static Vector least(Vector a, Vector b) {
    return {_mm256_blendv_epi8(a.v, b.v, _mm256_cmpgt_epi64(a.v, b.v))};
  }
  // The big-endian number at each address.
  static Vector bigEndian(Vector at) {
    const __m256i turned = _mm256_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
                                           12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    const auto* none = static_cast<const long long*>(nullptr);
    return {_mm256_shuffle_epi8(_mm256_i64gather_epi64(none, at.v, 1), turned)};
  }
  // Of 32-bit lanes; `pack32` has the lower halves of a in the even ones, those of b in the odd ones.
  static Vector pack32(Vector a, Vector b) { return {_mm256_blend_epi32(a.v, b.up(32).v, 0xAA)}; }
  Vector add32(Vector other) const { return {_mm256_add_epi32(v, other.v)}; }
  Vector unfold32() const {
    const __m256i odd = _mm256_and_si256(v, _mm256_set1_epi32(1));
    return {_mm256_xor_si256(_mm256_srli_epi32(v, 1), _mm256_sub_epi32(_mm256_setzero_si256(), odd))};
  }
};

#include "core/codec/rice_lanes.inc"

}  // namespace
}  // namespace vignet::avx2
VIGNET_END

VIGNET_BEGIN_AVX512
namespace vignet::avx512 {
namespace {

struct Vector {
  __m512i v;
  static constexpr int kLanes = 8;
  static Vector all(uint64_t x) { return {_mm512_set1_epi64(static_cast<int64_t>(x))}; }
  static Vector load(const void* p) { return {_mm512_loadu_si512(p)}; }
  void store(void* p) const { _mm512_storeu_si512(p, v); }
  Vector operator+(Vector b) const { return {_mm512_add_epi64(v, b.v)}; }
  Vector operator-(Vector b) const { return {_mm512_sub_epi64(v, b.v)}; }
  Vector operator|(Vector b) const { return {_mm512_or_si512(v, b.v)}; }
  Vector operator&(Vector b) const { return {_mm512_and_si512(v, b.v)}; }
  Vector operator<<(Vector b) const { return {_mm512_sllv_epi64(v, b.v)}; }
  Vector operator>>(Vector b) const { return {_mm512_srlv_epi64(v, b.v)}; }
  Vector operator~() const { return {_mm512_ternarylogic_epi64(v, v, v, 0x55)}; }
  Vector up(unsigned bits) const { return {_mm512_slli_epi64(v, bits)}; }
  Vector down(unsigned bits) const { return {_mm512_srli_epi64(v, bits)}; }
  Vector leadingZeros() const { return {_mm512_lzcnt_epi64(v)}; }
  uint32_t above(Vector other) const { return bits(_mm512_cmpgt_epi64_mask(v, other.v)); }
  uint32_t equals(Vector other) const { return bits(_mm512_cmpeq_epi64_mask(v, other.v)); }
  static uint32_t bits(__mmask8 mask) { return _pdep_u32(mask, 0x5555); }
  static Vector mask(uint32_t bits) {
    return {_mm512_movm_epi64(static_cast<__mmask8>(_pext_u32(bits, 0x5555)))};
  }
  static Vector least(Vector a, Vector b) { return {_mm512_min_epu64(a.v, b.v)}; }
  static Vector bigEndian(Vector at) {
    const __m512i turned =
        _mm512_broadcast_i32x4(_mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    return {_mm512_shuffle_epi8(_mm512_i64gather_epi64(at.v, nullptr, 1), turned)};
  }
  static Vector pack32(Vector a, Vector b) { return {_mm512_mask_blend_epi32(0xAAAA, a.v, b.up(32).v)}; }
  Vector add32(Vector other) const { return {_mm512_add_epi32(v, other.v)}; }
  Vector unfold32() const {
    const __m512i odd = _mm512_and_si512(v, _mm512_set1_epi32(1));
    return {_mm512_xor_si512(_mm512_srli_epi32(v, 1), _mm512_sub_epi32(_mm512_setzero_si512(), odd))};
  }
};

#include "core/codec/rice_lanes.inc"

}  // namespace
}  // namespace vignet::avx512
VIGNET_END

#endif

namespace vignet {

template <typename T>
size_t RiceLanes<T>::count() {
#if VIGNET_X86
  if (simd() == Simd::avx512) return avx512::kLanes;
  if (simd() == Simd::avx2) return avx2::kLanes;
#endif
  return 1;
}

template <typename T>
void RiceLanes<T>::decode(std::span<RiceDecoder<T>> decoders, std::span<T* const> out, size_t pixels) {
  const size_t lanes = count();
  while (!decoders.empty()) {
    const size_t some = std::min(lanes, decoders.size());
    const bool fits = std::all_of(decoders.begin(), decoders.begin() + static_cast<long>(some), [&](auto& d) {
      return d.in_.size() >= 8 && d.blockSize_ == decoders[0].blockSize_ && d.blockSize_ <= kMaxBlock;
    });
    // A few streams are faster one by one than with idle lanes.
    if (lanes == 1 || 3 * some <= lanes || !fits) {
      for (size_t i = 0; i < some; ++i) {
        if (out.empty())
          decoders[i].skip(pixels);
        else
          decoders[i].decode(std::span(out[i], pixels));
      }
    } else {
      // Idle lanes repeat the first.
      std::array<LaneStream, kMaxLanes> streams;
      std::array<T*, kMaxLanes> to{};
      for (size_t i = 0; i < lanes; ++i) {
        const size_t from = i < some ? i : 0;
        streams[i] = {decoders[from].in_, decoders[from].at_};
        if (!out.empty()) to[i] = out[from];
      }
#if VIGNET_X86
      auto* decode = lanes == avx512::kLanes ? avx512::decode<T> : avx2::decode<T>;
      decode(streams.data(), out.empty() ? nullptr : to.data(), pixels, decoders[0].blockSize_);
#endif
      for (size_t i = 0; i < some; ++i) decoders[i].at_ = streams[i].at;
    }
    decoders = decoders.subspan(some);
    if (!out.empty()) out = out.subspan(some);
  }
}

template class RiceLanes<uint8_t>;
template class RiceLanes<int16_t>;
template class RiceLanes<int32_t>;

}  // namespace vignet
