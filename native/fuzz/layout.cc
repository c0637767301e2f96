// Any bytes as a FITS file, and any bytes as a stored layout. A layout that can be read is stored and comes
// back the same.
#include "core/fits/layout.h"

#include <cstdlib>

#include "core/base/bytes.h"
#include "core/base/crc32.h"
#include "core/base/error.h"
#include "core/fits/mask_planes.h"

using namespace vignet;

namespace {

void readFile(std::span<const std::byte> bytes) {
  ExtentReader reader({bytes.size(), 1}, {{0, bytes}});
  const LayoutSource source{&reader, {}, {}};
  std::vector<std::byte> stored;
  try {
    const Layout layout = readLayout({&source, 1});
    stored = encodeLayout(layout);
    for (const Hdu& hdu : layout.hdus) maskPlanes(hdu.cards);
  } catch (const Error& error) {
    if (error.code() == "NEED_RANGES" || error.code() == "BAD_LAYOUT") std::abort();
  }
  // What was read must be accepted when it is read back.
  if (!stored.empty() && encodeLayout(decodeLayout(stored)) != stored) std::abort();
}

void readStored(std::span<const std::byte> bytes) {
  // The checksum would keep the fuzzer out.
  std::vector<std::byte> copy(bytes.begin(), bytes.end());
  if (copy.size() >= 8) storeBe(copy.data() + 4, crc32(std::span(copy).subspan(8)));
  try {
    encodeLayout(decodeLayout(copy));
  } catch (const Error& error) {
    if (error.code() != "BAD_LAYOUT") std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  if (size > 3 && std::memcmp(data, "VGL", 3) == 0)
    readStored(bytes);
  else
    readFile(bytes);
  return 0;
}
