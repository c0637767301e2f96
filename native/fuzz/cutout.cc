// Any bytes: a layout, a box, a plan, the pixels, their compressed form and a picture come out, or an error
// does.
#include "core/cutout/answer.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "core/base/error.h"
#include "core/pixels/compress.h"
#include "core/render/picture.h"
#include "core/sky/stencil_box.h"
#include "core/sphere/stencil.h"

using namespace vignet;

namespace {

// What one input may cost: the fuzzer's time is better spent on the next one.
constexpr uint64_t kByteBudget = 128 << 10;
constexpr uint64_t kPixelBudget = 64 << 10;
constexpr uint64_t kImageBudget = 4 << 20;  // pixels of an image that a stencil is placed on

// How the file is asked; the first eight bytes of an input.
struct Choice {
  const uint8_t* bytes;
  bool whole() const { return bytes[0] & 1; }
  bool stencil() const { return bytes[0] & 2; }
  bool compress() const { return bytes[0] & 4; }
  Detail detail() const { return static_cast<Detail>(bytes[1] % 3); }
  double fraction(size_t i) const { return bytes[i] / 255.0; }
};

Stencil aStencil(const Choice& choice, const Layout& layout) {
  double lon = 360 * choice.fraction(4), lat = 180 * choice.fraction(5) - 90;
  const Plane& image = layout.planes.at(0);
  if (image.wcs) {
    // Most inputs shall meet the image.
    const NumericWcs& wcs = layout.wcs.at(*image.wcs);
    if (!(choice.bytes[0] & 8)) lon = wcs.crval[0], lat = std::clamp(wcs.crval[1], -90.0, 90.0);
  }
  const double size = std::max(1e-3, choice.fraction(6) * choice.fraction(6));
  switch (choice.bytes[7] % 3) {
    case 0:
      return Stencil::make(Stencil::Shape::circle, {lon, lat, size});
    case 1:
      return Stencil::make(Stencil::Shape::range,
                           {lon - size, lon + size, std::max(-90.0, lat - size), std::min(90.0, lat + size)});
    default:
      return Stencil::make(Stencil::Shape::polygon, {lon - size, lat, lon + size, lat, lon, lat + size});
  }
}

Box aBox(const Choice& choice, const Plane& image) {
  const auto part = [](double at, double length, uint32_t side) {
    const auto from = std::min(static_cast<uint32_t>(at * side), side - 1);
    const uint32_t most = std::min<uint32_t>(side - from, 64);
    return std::pair{from, from + std::max<uint32_t>(1, static_cast<uint32_t>(length * most))};
  };
  const auto [x0, x1] = part(choice.fraction(2), choice.fraction(6), image.width);
  const auto [y0, y1] = part(choice.fraction(3), choice.fraction(7), image.height);
  return {x0, y0, x1, y1};
}

void use(std::span<const std::byte> answer, const Choice& choice) {
  if (choice.compress()) {
    CompressOptions options;
    if (choice.bytes[1] & 64) options.mode = CompressOptions::Mode::rice;
    if ((choice.bytes[1] & 192) == 192) options.quantize = 4.0f;
    if (compressFits(answer, options, Control()).empty()) std::abort();
  }
  const Picture picture = render(answer, {Stretch::asinh, 16});
  if (picture.rgba.size() != 4ull * picture.width * picture.height) std::abort();
}

void cut(Reader& reader, const Choice& choice) {
  const LayoutSource source{&reader, std::nullopt, std::nullopt};
  const Layout layout = decodeLayout(encodeLayout(readLayout({&source, 1})));
  const Plane& image = layout.planes.at(0);
  CutoutRequest request;
  request.detail = choice.detail();
  request.datasetId = "ivo://example/fuzz";
  if (choice.stencil()) {
    if (uint64_t{image.width} * image.height > kImageBudget) return;
    request.stencil = "CIRCLE";
    request.box = boxOf(layout, aStencil(choice, layout));
    if (!request.box) return;
  } else if (!choice.whole()) {
    request.box = aBox(choice, image);
  }
  if (request.box && (choice.bytes[1] & 32)) {
    request.pad = true;
    request.box->x0 -= 7;
    request.box->y1 += 9;
  }
  const CutoutPlan plan = planCutout(composeAnswer(layout, request));
  if (plan.size > kByteBudget || plan.decodedPixels > kPixelBudget) return;
  Reader* const readers[] = {&reader};
  std::vector<std::byte> answer(plan.size);
  if (fillCutout(composeAnswer(layout, request), readers, 0, answer, 0, Control()) != answer.size())
    std::abort();
  use(answer, choice);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 8) return 0;
  const auto file = std::as_bytes(std::span(data + 8, size - 8));
  ExtentReader reader({file.size(), 1}, {{0, file}});
  try {
    cut(reader, Choice{data});
  } catch (const Error& error) {
    // Nothing of a file may look like a fault of Vignet's own.
    if (error.kind() == Kind::fatal) std::abort();
  }
  return 0;
}
