#include "core/fits/hdus.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include "core/base/error.h"
#include "core/base/message.h"

namespace vignet {
namespace {

// Reads headers in large steps: most of a file's headers lie close together, and one read of 64 KiB
// costs no more than one of 2880 bytes.
class ReadAhead {
 public:
  explicit ReadAhead(Reader& reader)
      : reader_(reader), size_(reader.size()), buffer_(std::make_unique_for_overwrite<std::byte[]>(kStep)) {}

  uint64_t size() const { return size_; }

  // `length` bytes at `offset`, or as many as the file still has. Valid until the next call.
  std::span<const std::byte> at(uint64_t offset, uint64_t length) {
    if (offset >= size_) return {};
    length = std::min(length, size_ - offset);
    if (offset < start_ || offset + length > start_ + held_) {
      held_ = 0;
      const uint64_t step = std::min(kStep, size_ - offset);
      reader_.read(offset, std::span(buffer_.get(), step));
      start_ = offset;
      held_ = step;
    }
    return {buffer_.get() + (offset - start_), static_cast<size_t>(length)};
  }

 private:
  static constexpr uint64_t kStep = 65'536;
  Reader& reader_;
  uint64_t size_;
  std::unique_ptr<std::byte[]> buffer_;
  uint64_t start_ = 0, held_ = 0;
};

bool startsWith(std::span<const std::byte> bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

// The cards from `offset` up to END, and in `next` where the data begin.
Header readHeader(ReadAhead& file, uint64_t offset, const std::string& where, uint64_t& next) {
  std::vector<std::byte> cards;
  for (uint64_t at = offset;; at += kFitsBlock) {
    const auto block = file.at(at, kFitsBlock);
    for (size_t card = 0; card + 80 <= block.size(); card += 80) {
      if (!startsWith(block.subspan(card), "END     ")) continue;
      cards.insert(cards.end(), block.begin(), block.begin() + static_cast<ptrdiff_t>(card));
      if (block.size() < kFitsBlock) break;
      next = at + kFitsBlock;
      return Header::fromBytes(cards, where);
    }
    if (block.size() < kFitsBlock)
      throw Error(
          Kind::data, "TRUNCATED",
          where + ": expected an END card in its header, received the end of the file; fetch it again");
    cards.insert(cards.end(), block.begin(), block.end());
    if (cards.size() > 80 * Header::kMaxCards)
      throw Error(Kind::data, "BAD_HEADER",
                  where + ": expected an END card within " + std::to_string(Header::kMaxCards) +
                      " cards, received none");
  }
}

int64_t required(const Header& header, const std::string& keyword) {
  const auto value = header.getInt(keyword);
  if (!value)
    throw Error(Kind::data, "BAD_HEADER",
                header.where() + ": " + expectedFor("an integer", keyword, "no such card"));
  return *value;
}

uint64_t notNegative(const Header& header, const std::string& keyword, int64_t value) {
  if (value < 0)
    throw Error(Kind::data, "BAD_CARD", header.where() + ": " + expectedFor("at least 0", keyword, value));
  return static_cast<uint64_t>(value);
}

void readShape(HduRecord& record) {
  const Header& header = record.header;
  const int64_t bitpix = required(header, "BITPIX");
  if (bitpix != 8 && bitpix != 16 && bitpix != 32 && bitpix != 64 && bitpix != -32 && bitpix != -64)
    throw Error(Kind::data, "BAD_CARD",
                header.where() + ": " + expectedFor("8, 16, 32, 64, -32 or -64", "BITPIX", bitpix));
  record.bitpix = static_cast<int>(bitpix);
  const int64_t naxis = required(header, "NAXIS");
  if (naxis < 0 || naxis > 999)
    throw Error(Kind::data, "BAD_CARD", header.where() + ": " + expectedFor("0 to 999", "NAXIS", naxis));
  for (int64_t n = 1; n <= naxis; ++n) {
    const std::string keyword = "NAXIS" + std::to_string(n);
    record.axes.push_back(notNegative(header, keyword, required(header, keyword)));
  }
}

// |BITPIX|/8 * GCOUNT * (PCOUNT + NAXIS1 * … * NAXISm), with a zero anywhere among the axes giving zero.
uint64_t dataBytes(const HduRecord& record) {
  const Header& header = record.header;
  if (record.axes.empty()) return 0;
  uint64_t total = 1;
  bool fits = true;
  if (std::find(record.axes.begin(), record.axes.end(), 0u) != record.axes.end()) {
    total = 0;
  } else {
    for (const uint64_t axis : record.axes) fits = fits && !__builtin_mul_overflow(total, axis, &total);
  }
  // In a primary array the two are defined for random groups only.
  uint64_t extra = 0, groups = 1;
  if (record.type != HduType::primary) {
    extra = notNegative(header, "PCOUNT", header.getInt("PCOUNT").value_or(0));
    groups = notNegative(header, "GCOUNT", header.getInt("GCOUNT").value_or(1));
  }
  fits = fits && !__builtin_add_overflow(total, extra, &total);
  fits = fits && !__builtin_mul_overflow(total, groups, &total);
  fits = fits && !__builtin_mul_overflow(total, static_cast<uint64_t>(std::abs(record.bitpix) / 8), &total);
  if (!fits || total > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) / 2)
    throw Error(Kind::data, "BAD_HEADER",
                header.where() +
                    ": expected less than 2^62 bytes of data by NAXISn, PCOUNT and GCOUNT, received more");
  return total;
}

HduType typeOf(const Header& header, bool first) {
  if (first) {
    if (header.getBool("SIMPLE") != true)
      throw Error(
          Kind::data, "NOT_FITS",
          header.where() + ": expected T for SIMPLE, received another value: the file is not standard FITS");
    return HduType::primary;
  }
  const std::string kind = header.getString("XTENSION").value_or("");
  if (kind == "IMAGE" || kind == "IUEIMAGE") return HduType::image;
  if (kind == "BINTABLE" || kind == "A3DTABLE") return HduType::table;
  return HduType::other;
}

HduRecord readRecord(ReadAhead& file, uint64_t offset, uint16_t fileNumber, const std::string& where,
                     bool first) {
  HduRecord record;
  record.hdu.file = fileNumber;
  record.hdu.headerOffset = offset;
  record.header = readHeader(file, offset, where, record.hdu.dataOffset);
  const Header& header = record.header;
  record.type = typeOf(header, first);
  readShape(record);
  if (first && !record.axes.empty() && record.axes[0] == 0 && header.getBool("GROUPS") == true)
    throw Error(Kind::data, "RANDOM_GROUPS",
                where + ": expected an image, received random groups (GROUPS = T), which are not supported");

  Hdu& hdu = record.hdu;
  hdu.dataBytes = dataBytes(record);
  if (hdu.dataBytes > file.size() - hdu.dataOffset)
    throw Error(Kind::data, "TRUNCATED",
                where + ": " +
                    expectedFor(std::to_string(hdu.dataBytes) + " bytes", "the data of its header",
                                file.size() - hdu.dataOffset) +
                    "; fetch the file again");
  const uint64_t padded = (hdu.dataBytes + kFitsBlock - 1) / kFitsBlock * kFitsBlock;
  hdu.end = std::min(hdu.dataOffset + padded, file.size());
  hdu.name = extensionName(header);
  if (hdu.name.empty()) hdu.name = header.stringIfAny("EXTTYPE").value_or("");
  if (hdu.name.size() > 255) hdu.name.resize(255);
  record.compressedImage = record.type == HduType::table && header.getBool("ZIMAGE").value_or(false);
  return record;
}

}  // namespace

std::string extensionName(const Header& header) {
  std::string name;
  for (size_t i = 0; i < header.size(); ++i) {
    if (header.keyword(i) != "EXTNAME") continue;
    CardValue value = header.value(i);
    if (value.type != ValueType::text) continue;
    if (value.text != "COMPRESSED_IMAGE") return std::move(value.text);
    name = std::move(value.text);
  }
  return name;
}

std::vector<HduRecord> walkHdus(Reader& reader, uint16_t file, const std::string& label) {
  ReadAhead ahead(reader);
  const auto head = ahead.at(0, 80);
  if (startsWith(head, "\x1f\x8b"))
    throw Error(
        Kind::data, "COMPRESSED_FILE",
        label + "expected a FITS file, received one that is gzip-compressed as a whole; inflate it first");
  if (!startsWith(head, "SIMPLE  ="))
    throw Error(Kind::data, "NOT_FITS",
                label + "expected a FITS file, received one that does not begin with SIMPLE =");

  std::vector<HduRecord> records;
  for (uint64_t offset = 0;;) {
    if (records.size() == kMaxHdus)
      throw Error(Kind::data, "TOO_MANY_HDUS",
                  label + "expected at most " + std::to_string(kMaxHdus) + " HDUs, received more");
    const std::string where = label + "HDU " + std::to_string(records.size());
    records.push_back(readRecord(ahead, offset, file, where, records.empty()));
    offset = records.back().hdu.end;
    if (offset % kFitsBlock != 0 || !startsWith(ahead.at(offset, 80), "XTENSION")) return records;
  }
}

std::optional<ImageShape> imageShape(const HduRecord& record) {
  const Header& header = record.header;
  std::vector<uint64_t> axes;
  int64_t bitpix = record.bitpix;
  if (record.compressedImage) {
    bitpix = required(header, "ZBITPIX");
    if (bitpix != 8 && bitpix != 16 && bitpix != 32 && bitpix != 64 && bitpix != -32 && bitpix != -64)
      throw Error(Kind::data, "BAD_CARD",
                  header.where() + ": " + expectedFor("8, 16, 32, 64, -32 or -64", "ZBITPIX", bitpix));
    const int64_t naxis = required(header, "ZNAXIS");
    if (naxis < 0 || naxis > 999)
      throw Error(Kind::data, "BAD_CARD", header.where() + ": " + expectedFor("0 to 999", "ZNAXIS", naxis));
    for (int64_t n = 1; n <= naxis; ++n) {
      const std::string keyword = "ZNAXIS" + std::to_string(n);
      axes.push_back(notNegative(header, keyword, required(header, keyword)));
    }
  } else if (record.type == HduType::primary || record.type == HduType::image) {
    axes = record.axes;
  } else {
    return std::nullopt;
  }

  if (axes.size() < 2 || axes.size() > 99) return std::nullopt;
  const uint64_t naxis = axes.size();
  axes.resize(std::max<size_t>(axes.size(), 4), 1);
  if (std::find(axes.begin(), axes.end(), 0u) != axes.end()) return std::nullopt;
  if (std::any_of(axes.begin() + 4, axes.end(), [](uint64_t n) { return n != 1; })) return std::nullopt;
  constexpr uint64_t kLongest = std::numeric_limits<int32_t>::max();
  // 4 * 31 + 3 bits at most.
  auto bytes = static_cast<unsigned __int128>(std::abs(bitpix) / 8);
  for (size_t i = 0; i < 4; ++i) {
    if (axes[i] > kLongest)
      throw Error(Kind::data, "BAD_IMAGE",
                  header.where() + ": " +
                      expectedFor("at most " + std::to_string(kLongest) + " pixels",
                                  "axis " + std::to_string(i + 1) + " of the image", axes[i]));
    bytes *= axes[i];
  }
  if (bytes >= kMostPixelBytes)
    throw Error(Kind::data, "BAD_IMAGE",
                header.where() + ": expected less than 2^60 bytes of pixels by its axes, received more");
  if (!record.compressedImage && bytes > record.hdu.dataBytes)
    throw Error(Kind::data, "BAD_IMAGE",
                header.where() + ": expected data as large as the image's pixels, received " +
                    std::to_string(record.hdu.dataBytes) + " bytes; check NAXISn and GCOUNT");
  return ImageShape{static_cast<int8_t>(bitpix),
                    static_cast<uint8_t>(naxis),
                    static_cast<uint32_t>(axes[0]),
                    static_cast<uint32_t>(axes[1]),
                    {static_cast<uint32_t>(axes[2]), static_cast<uint32_t>(axes[3])}};
}

}  // namespace vignet
