// Hostile WCS cards: parsing, setting up and mapping end in an error or in pixels, never in a crash or a
// hang.
#include "core/wcs/wcs.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "fuzz/wcs_cards.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace vignet;
  const std::string cards = fuzz::wcsCards(data, size);
  try {
    const auto numbers = parseWcs(cards, 2 + size % 3);
    if (!numbers) return 0;
    Wcs wcs(*numbers);
    const std::vector<Pixel> pixels{{0, 0}, {100, 50}, {-1e6, 1e6}, {1e15, 0}};
    std::vector<Sky> sky(pixels.size());
    std::vector<Pixel> back(pixels.size());
    std::vector<uint8_t> ok(pixels.size());
    wcs.toSky(pixels, sky, ok);
    for (Sky& s : sky) {
      if (!(s.lon >= 0 && s.lon < 360)) s = {10, 20};
    }
    wcs.toPixel(sky, back, ok);
  } catch (const Error&) {
  }
  return 0;
}
