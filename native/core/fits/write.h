// Writing FITS headers: cards, blocks and checksums.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vignet {

inline constexpr std::size_t kBlockSize = 2880;
inline constexpr std::size_t kCardSize = 80;

// The next multiple of 2880. `bytes` must be below 2^64 - 2880.
constexpr uint64_t paddedBlock(uint64_t bytes) { return (bytes + kBlockSize - 1) / kBlockSize * kBlockSize; }

// The shortest decimal text that reads back as the same double, with a decimal point as FITS asks
// (4.2.4). Empty for NaN and infinities, which a card cannot hold.
std::string formatReal(double value);

// Collects cards. Every `add` writes the fixed format (value in columns 11 to 30) where it fits; texts longer
// than a card go on in CONTINUE cards (FITS 4.0 section 4.2.1.2; no LONGSTRN, which is not in the
// standard); names that no ordinary card can hold become HIERARCH. Bytes outside printable ASCII become '?'.
// Comments are cut where the card ends.
class HeaderWriter {
 public:
  void add(std::string_view name, std::string_view value, std::string_view comment = {});
  void add(std::string_view name, const char* value, std::string_view comment = {});
  void add(std::string_view name, double value, std::string_view comment = {});
  void add(std::string_view name, int64_t value, std::string_view comment = {});
  void add(std::string_view name, int value, std::string_view comment = {});
  void add(std::string_view name, bool value, std::string_view comment = {});
  // A number or logical whose text is already formatted ("-1746.567890123456").
  void addLiteral(std::string_view name, std::string_view text, std::string_view comment = {});
  // A whole card as it stands, padded to 80 (cut if longer).
  void addCard(std::string_view card);
  // Space for DATASUM and CHECKSUM, to be filled by `writeChecksums`. Put them last.
  void reserveChecksums();

  // Bytes so far, without END.
  std::size_t size() const { return text_.size(); }
  // Bytes of the finished header.
  uint64_t paddedSize() const { return paddedBlock(text_.size() + kCardSize); }
  // The header with END and padding: a multiple of 2880 bytes.
  std::string finish() const;
  // Only the cards, one a line, without the blanks at their ends.
  std::string lines() const;

 private:
  void put(std::string_view name, std::string_view value, std::string_view comment);
  std::string text_;
};

// The checksum of FITS 4.0 (section 4.4.2.7, appendix J): the ones' complement sum of big-endian 32-bit
// words. Pieces may have any length, but must come in order and begin at a multiple of 4 in the whole.
class Checksum {
 public:
  void add(std::span<const std::byte> bytes);
  uint32_t value() const;

 private:
  uint64_t sum_ = 0;
  uint64_t length_ = 0;
};

uint32_t checksumOf(std::span<const std::byte> bytes);
// The 16 characters of a CHECKSUM card that bring the sum of an HDU to -0, given the HDU's sum with
// sixteen '0' in their place.
std::string encodeChecksum(uint32_t sum);

// Fills the DATASUM and CHECKSUM cards of one whole HDU in memory (padded header of `headerBytes`, then its
// data), if it has them; idempotent.
void writeChecksums(std::span<std::byte> hdu, std::size_t headerBytes);

// Fills the checksum cards of every HDU of a whole FITS file in memory. Throws
// Error{fatal, BAD_ANSWER} if its HDUs do not add up to its size.
void writeAllChecksums(std::span<std::byte> fits);

}  // namespace vignet
