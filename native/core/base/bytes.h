// Big-endian loads and stores (all of FITS is big-endian), and a bounded pair of serialisers.
#pragma once
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {

static_assert(std::endian::native == std::endian::little, "big-endian machines need their own loads");

template <size_t Size>
struct UnsignedOfSize;
template <>
struct UnsignedOfSize<1> {
  using type = uint8_t;
};
template <>
struct UnsignedOfSize<2> {
  using type = uint16_t;
};
template <>
struct UnsignedOfSize<4> {
  using type = uint32_t;
};
template <>
struct UnsignedOfSize<8> {
  using type = uint64_t;
};

template <std::unsigned_integral U>
constexpr U swapBytes(U value) {
  if constexpr (sizeof(U) == 1)
    return value;
  else if constexpr (sizeof(U) == 2)
    return __builtin_bswap16(value);
  else if constexpr (sizeof(U) == 4)
    return __builtin_bswap32(value);
  else
    return __builtin_bswap64(value);
}

// Reads a number of type T from sizeof(T) big-endian bytes at `from`, which need not be aligned.
template <class T>
requires std::is_arithmetic_v<T> T loadBe(const std::byte* from) {
  typename UnsignedOfSize<sizeof(T)>::type bits;
  std::memcpy(&bits, from, sizeof bits);
  return std::bit_cast<T>(swapBytes(bits));
}

// Writes sizeof(T) big-endian bytes to `to`, which need not be aligned.
template <class T>
requires std::is_arithmetic_v<T>
void storeBe(std::byte* to, T value) {
  const auto bits = swapBytes(std::bit_cast<typename UnsignedOfSize<sizeof(T)>::type>(value));
  std::memcpy(to, &bits, sizeof bits);
}

// Appends values to a growing byte string. Integers are LEB128 (signed ones zigzag), doubles 8 bytes.
class ByteWriter {
 public:
  void byte(uint8_t value) { out_.push_back(std::byte{value}); }
  void integer(uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<uint8_t>(value | 0x80));
    byte(static_cast<uint8_t>(value));
  }
  void signedInteger(int64_t value) {
    integer((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  void real(double value) {
    std::byte raw[8];
    storeBe(raw, value);
    out_.insert(out_.end(), raw, raw + 8);
  }
  void raw(std::span<const std::byte> bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void text(std::string_view value) {
    integer(value.size());
    raw(std::as_bytes(std::span(value)));
  }
  std::vector<std::byte> take() { return std::move(out_); }

 private:
  std::vector<std::byte> out_;
};

// Reads what ByteWriter wrote, never past the end. Throws Error{data, code} for bytes that end too
// early, integers over 64 bits, and values over the bound the caller gives.
class ByteReader {
 public:
  // `what` names the bytes in messages: "the stored layout". It and `code` are literals.
  ByteReader(std::span<const std::byte> bytes, CodeOf<ErrorKind::data> code, const char* what = "it")
      : left_(bytes), code_(code), what_(what) {}

  [[noreturn, gnu::cold]] void fail(const std::string& detail) const {
    throw Error(Kind::data, code_, std::string(what_) + " is damaged: " + detail);
  }
  size_t remaining() const { return left_.size(); }

  std::span<const std::byte> raw(uint64_t size) {
    if (size > left_.size())
      fail(expectedFor(std::to_string(size) + " bytes", "the next field", left_.size()));
    const auto head = left_.first(static_cast<size_t>(size));
    left_ = left_.subspan(static_cast<size_t>(size));
    return head;
  }
  uint8_t byte() { return static_cast<uint8_t>(raw(1)[0]); }
  bool flag() { return integer(1) != 0; }
  uint64_t integer(uint64_t most = UINT64_MAX) {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const uint64_t next = byte();
      if (shift == 63 && next > 1) fail("expected an integer of at most 64 bits, received a longer one");
      value |= (next & 0x7f) << shift;
      if (next < 0x80) break;
    }
    if (value > most) fail(expectedFor("at most " + std::to_string(most), "an integer", value));
    return value;
  }
  int64_t signedInteger() {
    const uint64_t folded = integer();
    return static_cast<int64_t>((folded >> 1) ^ (0 - (folded & 1)));
  }
  double real() { return loadBe<double>(raw(8).data()); }
  std::string_view view(uint64_t longest) {
    const auto bytes = raw(integer(longest));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  // The number of items that follow, each of at least `leastBytes`: a false count cannot make a caller
  // allocate more than a small multiple of the bytes there are.
  size_t count(uint64_t most, size_t leastBytes = 1) {
    const uint64_t n = integer(most);
    if (n > left_.size() / leastBytes) fail(expectedFor("at most the bytes that follow", "a count", n));
    return static_cast<size_t>(n);
  }

 private:
  std::span<const std::byte> left_;
  CodeOf<ErrorKind::data> code_;
  const char* what_;
};

}  // namespace vignet
