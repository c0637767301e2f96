// The stored form of a layout: "VGL", the version, the CRC-32 of all that follows, the fields in the order of
// layout.h as ByteWriter writes them, and at last the cards of all HDUs, one text per HDU, deflated together.
#include <libdeflate.h>

#include <cstring>
#include <type_traits>

#include "core/base/bytes.h"
#include "core/base/crc32.h"
#include "core/base/message.h"
#include "core/fits/hdus.h"
#include "core/fits/layout.h"
#include "core/fits/layout_check.h"
#include "core/fits/planes_beside.h"

namespace vignet {
namespace {

constexpr size_t kHeadBytes = 8;
constexpr uint64_t kMaxText = 80;             // longer than any value of a card
constexpr uint64_t kMaxCards = 256ull << 20;  // bytes of all cards together
constexpr uint64_t kMostDeflated = 1032;      // DEFLATE's highest ratio

// ---- one function per struct both writes and reads it, so that the two always agree ----

class Put {
 public:
  template <class T>
  void integer(const T& value, uint64_t = 0) {
    w.integer(static_cast<uint64_t>(value));
  }
  template <class T>
  void signedInteger(const T& value) {
    w.signedInteger(value);
  }
  void flag(const bool& value) { w.integer(value); }
  void real(const double& value) { w.real(value); }
  void text(const std::string& value, uint64_t) { w.text(value); }
  template <class T, class Each>
  void list(const std::vector<T>& items, uint64_t, size_t, Each each) {
    w.integer(items.size());
    for (const T& item : items) each(*this, item);
  }
  template <class T, class Each>
  void maybe(const std::optional<T>& item, Each each) {
    w.integer(item.has_value());
    if (item) each(*this, *item);
  }
  ByteWriter w;
};

class Get {
 public:
  explicit Get(std::span<const std::byte> bytes) : r(bytes, "BAD_LAYOUT", "the stored layout") {}
  template <class T>
  void integer(T& value, uint64_t most) {
    value = static_cast<T>(r.integer(most));
  }
  template <class T>
  void signedInteger(T& value) {
    const int64_t wide = r.signedInteger();
    value = static_cast<T>(wide);
    if (value != wide)
      r.fail("expected an integer within the range of its field, received " + std::to_string(wide));
  }
  void flag(bool& value) { value = r.flag(); }
  void real(double& value) { value = r.real(); }
  void text(std::string& value, uint64_t longest) { value = r.view(longest); }
  template <class T, class Each>
  void list(std::vector<T>& items, uint64_t most, size_t leastBytes, Each each) {
    items.resize(r.count(most, leastBytes));
    for (T& item : items) each(*this, item);
  }
  template <class T, class Each>
  void maybe(std::optional<T>& item, Each each) {
    if (r.flag()) each(*this, item.emplace());
  }
  ByteReader r;
};

// `S` is const for Put.
constexpr auto stamp = [](auto& io, auto& s) {
  io.integer(s.size, UINT64_MAX);
  io.signedInteger(s.mtimeNs);
};

constexpr auto hdu = [](auto& io, auto& h) {
  io.integer(h.file, UINT16_MAX);
  io.integer(h.headerOffset, UINT64_MAX);
  io.integer(h.dataOffset, UINT64_MAX);
  io.integer(h.dataBytes, UINT64_MAX);
  io.integer(h.end, UINT64_MAX);
  io.text(h.name, 255);
};

constexpr auto column = [](auto& io, auto& c) {
  io.integer(c.offset, UINT32_MAX);
  io.integer(c.descriptor, 127);
  io.integer(c.type, 127);
};

constexpr auto blank = [](auto& io, auto& value) { io.signedInteger(value); };

constexpr auto tileTable = [](auto& io, auto& t) {
  io.integer(t.rows, UINT64_MAX);
  io.integer(t.rowBytes, UINT32_MAX);
  io.integer(t.heapOffset, UINT64_MAX);
  io.integer(t.heapBytes, UINT64_MAX);
  io.integer(t.tileWidth, UINT32_MAX);
  io.integer(t.tileHeight, UINT32_MAX);
  io.integer(t.codec, static_cast<uint64_t>(Codec::nocompress));
  io.integer(t.dither, static_cast<uint64_t>(Dither::subtractive2));
  io.signedInteger(t.ditherSeed);
  io.flag(t.quantized);
  io.signedInteger(t.blockSize);
  io.signedInteger(t.bytePix);
  io.signedInteger(t.hcompScale);
  io.signedInteger(t.hcompSmooth);
  io.maybe(t.compressed, column);
  io.maybe(t.gzipFallback, column);
  io.maybe(t.uncompressed, column);
  io.maybe(t.zscale, column);
  io.maybe(t.zzero, column);
  io.maybe(t.zblank, column);
  io.real(t.scale);
  io.real(t.zero);
  io.maybe(t.blank, blank);
};

// Marks a cube in the number of axes, so that the form of other planes is the same as before there were any.
constexpr uint8_t kCube = 0x80;

constexpr auto cubeAxes = [](auto& io, auto& p) {
  for (auto& depth : p.depth) io.integer(depth, UINT32_MAX);
  if (!p.tiles) return;
  for (auto& depth : p.tiles->tileDepth) io.integer(depth, UINT32_MAX);
};

constexpr auto plane = [](auto& io, auto& p) {
  io.integer(p.kind, static_cast<uint64_t>(PlaneKind::other));
  io.integer(p.file, UINT16_MAX);
  io.integer(p.hdu, UINT16_MAX);
  io.signedInteger(p.bitpix);
  auto axes = static_cast<uint8_t>(p.isCube() ? p.naxis | kCube : p.naxis);
  io.integer(axes, UINT8_MAX);
  if constexpr (!std::is_const_v<std::remove_reference_t<decltype(p)>>) p.naxis = axes & ~kCube;
  io.integer(p.width, UINT32_MAX);
  io.integer(p.height, UINT32_MAX);
  io.real(p.bscale);
  io.real(p.bzero);
  io.maybe(p.blank, blank);
  io.maybe(p.tiles, tileTable);
  io.maybe(p.wcs, [](auto& inner, auto& index) { inner.integer(index, UINT16_MAX); });
  for (auto& origin : p.xy0) io.signedInteger(origin);
  io.flag(p.codes);
  io.real(p.softening);
  io.real(p.softOffset);
  if (axes & kCube) cubeAxes(io, p);
};

constexpr auto wcs = [](auto& io, auto& w) {
  io.integer(w.frame, static_cast<uint64_t>(SkyFrame::ecliptic));
  if (isDated(w.frame)) io.real(w.equinox);
  for (auto& s : w.ctype) io.text(s, kMaxText);
  for (auto& s : w.cunit) io.text(s, kMaxText);
  for (auto* numbers : {&w.crpix, &w.crval, &w.cdelt})
    for (auto& x : *numbers) io.real(x);
  for (auto& x : w.pc) io.real(x);
  io.signedInteger(w.altlin);
  io.real(w.lonpole);
  io.real(w.latpole);
  io.list(w.pv, 10'000, 10, [](auto& inner, auto& p) {
    inner.signedInteger(p.i);
    inner.signedInteger(p.m);
    inner.real(p.value);
  });
  io.list(w.ps, 10'000, 3, [](auto& inner, auto& p) {
    inner.signedInteger(p.i);
    inner.signedInteger(p.m);
    inner.text(p.value, kMaxText);
  });
  for (auto& stage : w.distortion) {
    io.list(stage, 10'000, 11, [](auto& inner, auto& d) {
      inner.text(d.field, kMaxText);
      inner.flag(d.integer);
      inner.signedInteger(d.axis);
      inner.real(d.value);
    });
  }
  for (auto& stage : w.distortionKind)
    for (auto& s : stage) io.text(s, kMaxText);
  io.flag(w.approximate);
  io.text(w.note, 4096);
};

constexpr auto maskPlane = [](auto& io, auto& m) {
  io.text(m.name, MaskPlane::kLongestName);
  io.integer(m.bit, 62);
  io.text(m.means, MaskPlane::kLongestName);
};

constexpr auto treeText = [](auto& io, auto& t) {
  io.integer(t.offset, UINT64_MAX);
  io.integer(t.bytes, UINT64_MAX);
};

constexpr auto imageTree = [](auto& io, auto& t) {
  io.integer(t.hdu, UINT16_MAX);
  io.list(t.rows, ImageTree::kMostRows, 2, treeText);
  io.list(t.numbers, ImageTree::kMostNumbers, 4, [](auto& inner, auto& n) {
    treeText(inner, n.place);
    inner.integer(n.what, static_cast<uint64_t>(TreeNumber::What::width));
    inner.signedInteger(n.value);
  });
  for (auto* part : {&t.image, &t.mask, &t.variance, &t.projection, &t.metadata, &t.butler})
    io.maybe(*part, treeText);
  io.flag(t.single);
  io.flag(t.pointers);
};

constexpr auto layoutFields = [](auto& io, auto& l) {
  io.list(l.files, 16, 2, stamp);
  io.list(l.hdus, UINT16_MAX, 6, hdu);
  io.list(l.planes, 5, 37, plane);
  io.list(l.others, kMostOthers, 37, plane);
  io.list(l.maskPlanes, MaskPlane::kMost, 3, maskPlane);
  io.list(l.wcs, 5, 80, wcs);
  io.text(l.wcsProblem, 4096);
  io.maybe(l.tree, imageTree);
};

// ---- cards ----

std::vector<std::byte> deflateCards(const std::vector<Hdu>& hdus, uint64_t& size) {
  ByteWriter texts;
  for (const Hdu& h : hdus) texts.text(h.cards);
  const std::vector<std::byte> plain = texts.take();
  size = plain.size();
  libdeflate_compressor* deflate = libdeflate_alloc_compressor(6);
  if (!deflate) throw Error(Kind::fatal, "OUT_OF_MEMORY", "no memory to compress header cards");
  std::vector<std::byte> packed(libdeflate_deflate_compress_bound(deflate, plain.size()));
  packed.resize(
      libdeflate_deflate_compress(deflate, plain.data(), plain.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(deflate);
  return packed;
}

std::vector<std::byte> inflateCards(Get& in) {
  const uint64_t size = in.r.integer(kMaxCards);
  const auto packed = in.r.raw(in.r.remaining());
  if (size > packed.size() * kMostDeflated + 64)
    in.r.fail(expectedFor("at most " + std::to_string(packed.size() * kMostDeflated + 64),
                          "the size of its cards", size));
  std::vector<std::byte> plain(size);
  libdeflate_decompressor* inflate = libdeflate_alloc_decompressor();
  if (!inflate) throw Error(Kind::fatal, "OUT_OF_MEMORY", "no memory to inflate header cards");
  size_t consumed = 0;
  const auto result = libdeflate_deflate_decompress_ex(inflate, packed.data(), packed.size(), plain.data(),
                                                       plain.size(), &consumed, nullptr);
  libdeflate_free_decompressor(inflate);
  if (result != LIBDEFLATE_SUCCESS || consumed != packed.size())
    in.r.fail("expected a deflate stream for its cards, received other bytes");
  return plain;
}

void checkCards(const ByteReader& in, std::string_view cards) {
  size_t length = 0;
  for (const char c : cards) {
    length = c == '\n' ? 0 : length + 1;
    if (length > 80 || (c != '\n' && (c < 0x20 || c > 0x7e)))
      in.fail("expected cards of at most 80 printable ASCII characters, received others");
  }
}

}  // namespace

std::vector<std::byte> encodeLayout(const Layout& layout) {
  Put out;
  for (int i = 0; i < 8; ++i) out.w.byte(0);
  layoutFields(out, layout);
  uint64_t size = 0;
  const std::vector<std::byte> cards = deflateCards(layout.hdus, size);
  out.w.integer(size);
  out.w.raw(cards);
  std::vector<std::byte> bytes = out.w.take();
  std::memcpy(bytes.data(), "VGL", 3);
  bytes[3] = std::byte{Layout::kVersion};
  storeBe(bytes.data() + 4, crc32(std::span(bytes).subspan(kHeadBytes)));
  return bytes;
}

Layout decodeLayout(std::span<const std::byte> bytes, CardsOf cards) {
  Get in(bytes);
  const auto head = in.r.raw(kHeadBytes);
  if (std::memcmp(head.data(), "VGL", 3) != 0) in.r.fail("expected VGL as its first bytes, received others");
  if (head[3] != std::byte{Layout::kVersion})
    throw Error(Kind::data, "BAD_LAYOUT",
                expectedFor(std::to_string(Layout::kVersion), "the version of the stored layout",
                            std::to_integer<int>(head[3])) +
                    "; ingest again");
  if (loadBe<uint32_t>(head.data() + 4) != crc32(bytes.subspan(kHeadBytes)))
    in.r.fail("expected bytes of its CRC-32, received others");

  Layout layout;
  layoutFields(in, layout);
  checkLayout(layout);
  if (cards == CardsOf::none) return layout;

  const std::vector<std::byte> plain = inflateCards(in);
  ByteReader texts(plain, "BAD_LAYOUT", "the stored layout");
  for (size_t i = 0; i < layout.hdus.size(); ++i) {
    const std::string_view text = texts.view(8'100'000);
    checkCards(texts, text);
    layout.hdus[i].cards = text;
  }
  if (texts.remaining() != 0) texts.fail("expected one text of cards per HDU, received more");
  return layout;
}

}  // namespace vignet
