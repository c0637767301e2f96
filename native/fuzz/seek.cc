// Any bytes as seek points of a real file: unsigned they change no pixel, and signed by a liar they touch
// nothing that they should not and throw nothing.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/cutout/cutout.h"
#include "core/pixels/build_seek.h"
#include "core/pixels/compress.h"
#include "core/pixels/read_pixels.h"
#include "core/seek/seek_table.h"

using namespace vignet;

namespace {

constexpr uint32_t kWidth = 600, kHeight = 37;

void append(std::vector<std::byte>& fits, const std::string& cards) {
  std::string block;
  for (size_t at = 0; at < cards.size();) {
    const size_t end = cards.find('\n', at);
    std::string card = cards.substr(at, end - at);
    card.resize(80, ' ');
    block += card;
    at = end + 1;
  }
  block.resize((block.size() + 2879) / 2880 * 2880, ' ');
  const auto bytes = std::as_bytes(std::span(block));
  fits.insert(fits.end(), bytes.begin(), bytes.end());
}

template <typename Pixel>
void appendPixels(std::vector<std::byte>& fits, Pixel pixel) {
  for (uint32_t i = 0; i < kWidth * kHeight; ++i) {
    std::byte raw[4];
    storeBe(raw, pixel(i));
    fits.insert(fits.end(), raw, raw + 4);
  }
  fits.resize((fits.size() + 2879) / 2880 * 2880);
}

std::string image(int bitpix, const char* name) {
  return "XTENSION= 'IMAGE   '\nBITPIX  = " + std::to_string(bitpix) +
         "\nNAXIS   = 2\nNAXIS1  = " + std::to_string(kWidth) + "\nNAXIS2  = " + std::to_string(kHeight) +
         "\nPCOUNT  = 0\nGCOUNT  = 1\nEXTNAME = '" + name + "'\nEND\n";
}

// A float image in Rice and a mask, rows as tiles, with their points.
struct Subject {
  std::vector<std::byte> file, points;
  Layout layout;

  Subject() {
    std::vector<std::byte> plain;
    append(plain, "SIMPLE  = T\nBITPIX  = 8\nNAXIS   = 0\nEXTEND  = T\nEND\n");
    append(plain, image(-32, "IMAGE"));
    appendPixels(plain, [](uint32_t i) { return static_cast<float>((i * 2654435761u >> 20) % 199) / 7.0f; });
    append(plain, image(32, "MASK"));
    appendPixels(plain, [](uint32_t i) { return static_cast<int32_t>(i / 41 % 9 == 4 ? 32 : 0); });
    CompressOptions options;
    options.mode = CompressOptions::Mode::rice;
    options.quantize = 4.0f;
    file = compressFits(plain, options, Control());
    ExtentReader reader({file.size(), 1}, {{0, file}});
    const LayoutSource source{&reader, std::nullopt, std::nullopt};
    layout = readLayout({&source, 1});
    Reader* const readers[] = {&reader};
    points = buildSeek(layout, readers, Control(), 64);
    if (layout.planes.size() != 2 || points.empty()) std::abort();
  }
};

// Makes every checksum right that the true header leads to.
void sign(std::vector<std::byte>& points, const Subject& subject) {
  const auto word = [](const std::vector<std::byte>& from, size_t at) {
    return loadLittle<uint32_t>(&from[at]);
  };
  const auto put = [&](size_t at, uint32_t value) { std::memcpy(&points[at], &value, 4); };
  size_t at = kSeekHeadBytes + kSeekFileBytes;
  for (const Plane& plane : subject.layout.planes) {
    const uint64_t table = subject.layout.hdus[plane.hdu].dataOffset;
    at += kSeekPlaneBytes + size_t{word(subject.points, at + 24)} * word(subject.points, at + 20);
    for (uint32_t first = 0, g = 0; first < kHeight; first += kSeekGroupRows, ++g, at += 8) {
      const uint64_t from = loadLittle<uint64_t>(&points[at]), to = loadLittle<uint64_t>(&points[at + 8]);
      if (to > points.size() || from > to || to - from < 4) continue;
      const size_t rows = std::min(kSeekGroupRows, kHeight - first), bytes = plane.tiles->rowBytes;
      put(from, seekChecksum(static_cast<uint32_t>(&plane - subject.layout.planes.data()), g,
                             std::span(subject.file).subspan(table + first * bytes, rows * bytes),
                             std::span(points).subspan(from + 4, to - from - 4)));
    }
    at += 8;
  }
  const uint32_t header = word(points, 8);
  if (header >= kSeekHeadBytes && header <= points.size())
    put(12, crc32(std::span(points).subspan(16, header - 16)));
}

std::vector<std::byte> read(const Subject& subject, const Plane& plane, const Box& box, SeekTable* seek) {
  ExtentReader reader({subject.file.size(), 1}, {{0, subject.file}});
  std::vector<std::byte> out(size_t{box.width()} * box.height() * 4);
  readPixels(reader, subject.layout, plane, box, out, Control(), seek);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Subject subject;
  if (size < 6) return 0;
  const bool lies = data[0] & 1;
  std::vector<std::byte> points = subject.points;
  if (data[0] & 2) {
    // Bytes as they come.
    const auto given = std::as_bytes(std::span(data + 6, size - 6));
    points.assign(given.begin(), given.end());
  } else {
    // The true ones, some of them changed.
    for (size_t i = 6; i + 3 <= size; i += 3)
      points[(data[i] << 8 | data[i + 1]) % points.size()] = static_cast<std::byte>(data[i + 2]);
    if (lies) sign(points, subject);
  }
  const uint32_t x0 = (data[1] << 8 | data[2]) % kWidth, y0 = data[3] % kHeight;
  const Box box{x0, y0, std::min(kWidth, x0 + 1 + data[4]), std::min(kHeight, y0 + 1 + data[5] % 40)};
  ExtentReader pack({points.size(), 1}, {{0, points}});
  SeekTable seek(pack, 0, points.size(), subject.layout);
  for (const Plane& plane : subject.layout.planes) {
    const std::vector<std::byte> mine = read(subject, plane, box, &seek);
    if (!lies && mine != read(subject, plane, box, nullptr)) std::abort();
  }
  return 0;
}
