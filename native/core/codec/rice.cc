#include "core/codec/rice.h"

#include "core/base/simd.h"
#include "core/codec/rice_stream.h"

#define VIGNET_LOOPS "core/codec/rice_blocks.inc"
#include "core/base/simd_each.inc"

namespace vignet {

template <typename T>
RiceDecoder<T>::RiceDecoder(std::span<const std::byte> in, uint32_t blockSize)
    : in_(in), blockSize_(blockSize) {
  if (blockSize == 0)
    throw Error(Kind::data, "BAD_RICE", "expected at least 1 for BLOCKSIZE of the Rice stream, received 0");
  at_.last = rice::take(in_, at_.bit, 8 * sizeof(T));
}

template <typename T>
RiceDecoder<T>::RiceDecoder(std::span<const std::byte> in, uint32_t blockSize, const RicePoint& point)
    : in_(in), blockSize_(blockSize), at_(point) {
  if (blockSize == 0)
    throw Error(Kind::data, "BAD_RICE", "expected at least 1 for BLOCKSIZE of the Rice stream, received 0");
  if (point.bit / 8 >= in.size()) rice::ended();
}

template <typename T>
void RiceDecoder<T>::decode(std::span<T> out) {
  VIGNET_CHOOSE(blocks<T, 1>)(in_, at_, blockSize_, out.size(), out.data());
}

template <typename T>
void RiceDecoder<T>::skip(size_t pixels) {
  VIGNET_CHOOSE(blocks<T, 0>)(in_, at_, blockSize_, pixels, nullptr);
}

template class RiceDecoder<uint8_t>;
template class RiceDecoder<int16_t>;
template class RiceDecoder<int32_t>;

}  // namespace vignet
