#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "core/base/error.h"
#include "core/base/words.h"
#include "core/fits/write.h"

namespace vignet {
namespace {

uint64_t fold(uint64_t sum) {
  while (sum >> 32) sum = (sum & 0xffffffffu) + (sum >> 32);
  return sum;
}

uint32_t bigEndian(const std::byte* p) {
  uint32_t word;
  std::memcpy(&word, p, 4);
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap32(word);
  return word;
}

std::string_view cardAt(std::span<const std::byte> header, std::size_t offset) {
  return {reinterpret_cast<const char*>(header.data()) + offset, kCardSize};
}

// Offset of the card of that name, npos without.
std::size_t findCard(std::span<const std::byte> header, std::string_view name) {
  for (std::size_t at = 0; at + kCardSize <= header.size(); at += kCardSize) {
    const auto card = cardAt(header, at);
    if (card.substr(0, name.size()) == name &&
        card.substr(name.size(), 10 - name.size()).find_first_not_of(" =") == std::string_view::npos) {
      return at;
    }
    if (card.starts_with("END     ")) break;
  }
  return std::string_view::npos;
}

int64_t integerCard(std::span<const std::byte> header, std::string_view name, int64_t otherwise) {
  const auto at = findCard(header, name);
  if (at == std::string_view::npos) return otherwise;
  auto text = cardAt(header, at).substr(10);
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return otherwise;
  text.remove_prefix(first);
  int64_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void putCard(std::span<std::byte> header, std::size_t at, std::string_view name, const std::string& value,
             std::string_view comment) {
  HeaderWriter writer;
  writer.add(name, value, comment);
  const std::string text = writer.finish();
  std::memcpy(header.data() + at, text.data(), kCardSize);
}

[[noreturn]] void broken() {
  throw Error(Kind::fatal, "BAD_ANSWER",
              "expected HDUs that fill the answer, received a sum of another size; report this");
}

}  // namespace

void Checksum::add(std::span<const std::byte> bytes) {
  const std::byte* p = bytes.data();
  std::size_t n = bytes.size() / 4;
  // 2^32 words of 32 bits fit in 64 bits; folding every 2^28 keeps far from that.
  while (n > 0) {
    const std::size_t some = std::min<std::size_t>(n, std::size_t{1} << 28);
    sum_ = fold(sum_) + fold(sumOfWords(p, some));
    p += 4 * some;
    n -= some;
  }
  if (const std::size_t rest = bytes.size() % 4) {
    std::byte last[4] = {};
    std::memcpy(last, p, rest);
    sum_ += bigEndian(last);
  }
  length_ += bytes.size();
}

uint32_t Checksum::value() const { return static_cast<uint32_t>(fold(sum_)); }

uint32_t checksumOf(std::span<const std::byte> bytes) {
  Checksum sum;
  sum.add(bytes);
  return sum.value();
}

// Every byte of the complement is parted in four characters that sum to it, kept away from punctuation
// by moving pairs apart, and the whole is rotated by one because the value begins in column 12.
std::string encodeChecksum(uint32_t sum) {
  const uint32_t value = ~sum;
  std::string out(16, '0');
  for (int i = 0; i < 4; ++i) {
    const int byte = static_cast<int>(value >> (24 - 8 * i) & 0xff);
    const int quotient = byte / 4 + '0';
    int part[4] = {quotient + byte % 4, quotient, quotient, quotient};
    const auto punctuation = [](int c) { return (c >= 0x3a && c <= 0x40) || (c >= 0x5b && c <= 0x60); };
    for (bool again = true; again;) {
      again = false;
      for (int j = 0; j < 4; j += 2) {
        if (punctuation(part[j]) || punctuation(part[j + 1])) {
          ++part[j];
          --part[j + 1];
          again = true;
        }
      }
    }
    for (int j = 0; j < 4; ++j) out[4 * j + i] = static_cast<char>(part[j]);
  }
  std::rotate(out.begin(), out.end() - 1, out.end());
  return out;
}

void writeChecksums(std::span<std::byte> hdu, std::size_t headerBytes) {
  if (headerBytes > hdu.size()) broken();
  const auto header = hdu.first(headerBytes);
  const auto data = hdu.subspan(headerBytes);
  // Whole cards are written anew, so that it does not matter how they were spelled.
  const auto datasumAt = findCard(header, "DATASUM");
  if (datasumAt != std::string_view::npos) {
    std::string text = std::to_string(checksumOf(data));
    text.append(10 - text.size(), ' ');
    putCard(header, datasumAt, "DATASUM", text, "data unit checksum");
  }
  const auto checksumAt = findCard(header, "CHECKSUM");
  if (checksumAt != std::string_view::npos) {
    putCard(header, checksumAt, "CHECKSUM", std::string(16, '0'), "HDU checksum");
    putCard(header, checksumAt, "CHECKSUM", encodeChecksum(checksumOf(hdu)), "HDU checksum");
  }
}

void writeAllChecksums(std::span<std::byte> fits) {
  while (!fits.empty()) {
    const auto end = findCard(fits, "END");
    if (end == std::string_view::npos) broken();
    const std::size_t headerBytes = paddedBlock(end + kCardSize);
    if (headerBytes > fits.size()) broken();
    const auto header = fits.first(headerBytes);
    const int64_t naxis = integerCard(header, "NAXIS", 0);
    if (naxis < 0 || naxis > 999) broken();
    unsigned __int128 bytes = naxis > 0 ? 1 : 0;
    for (int64_t i = 1; i <= naxis; ++i) {
      const int64_t length = integerCard(header, "NAXIS" + std::to_string(i), -1);
      if (length < 0) broken();
      bytes *= static_cast<uint64_t>(length);
      if (bytes > fits.size()) broken();
    }
    const int64_t bitpix = integerCard(header, "BITPIX", 8);
    const int64_t pcount = integerCard(header, "PCOUNT", 0), gcount = integerCard(header, "GCOUNT", 1);
    if (bitpix < -64 || bitpix > 64 || pcount < 0 || gcount < 1) broken();
    bytes = (bytes + static_cast<uint64_t>(pcount)) * static_cast<uint64_t>(gcount) *
            static_cast<uint64_t>(bitpix < 0 ? -bitpix : bitpix) / 8;
    if (bytes > fits.size()) broken();
    const uint64_t whole = headerBytes + paddedBlock(static_cast<uint64_t>(bytes));
    if (whole > fits.size()) broken();
    writeChecksums(fits.first(whole), headerBytes);
    fits = fits.subspan(whole);
  }
}

}  // namespace vignet
