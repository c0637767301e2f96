// Any two WCSs, sizes, pixels and kernels: an image comes out, the same whether it is made at once or in two
// strips, or an error does.
#include "core/resample/resample.h"

#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "fuzz/wcs_cards.h"

using namespace vignet;

namespace {

constexpr std::size_t kChoices = 16;

// The image of an output box. What the input lacks in pixels is made up of the bytes again and again.
std::vector<float> image(PixelMap& map, const uint8_t* choice, std::span<const uint8_t> bytes,
                         const Box& out) {
  const auto kernel = static_cast<Kernel>(choice[0] % 5);
  const Box in = inputBoxOf(map, kernel, out);
  const std::size_t pixels = std::size_t{in.width()} * in.height(),
                    outPixels = std::size_t{out.width()} * out.height();
  std::vector<float> values(pixels), variances(pixels, 1.0F);
  std::vector<int32_t> masks(pixels);
  for (std::size_t y = 0; y < in.height(); ++y) {
    for (std::size_t x = 0; x < in.width(); ++x) {
      const std::size_t i = y * in.width() + x, at = (in.y0 + y) * map.inputWidth() + in.x0 + x;
      uint8_t four[4];
      for (std::size_t k = 0; k < 4; ++k) four[k] = bytes.empty() ? 0 : bytes[(4 * at + k) % bytes.size()];
      std::memcpy(&values[i], four, 4);
      std::memcpy(&masks[i], four, 4);
    }
  }
  if (choice[1] & 1) dropBadPixels(values.data(), variances.data(), masks.data(), pixels, 4);
  std::vector<float> result(outPixels), resultVariance(outPixels);
  std::vector<int32_t> resultMask(outPixels);
  ResampleOptions options;
  options.flux = choice[1] & 2;
  options.maskNearest = choice[1] & 4;
  options.minWeight = static_cast<float>(choice[2] + 1) / 256.0F;
  options.maskWeight = static_cast<float>(choice[3]) / 256.0F;
  resample(map, kernel, {in, values.data(), variances.data(), masks.data()},
           {out, out.width(), result.data(), resultVariance.data(), resultMask.data()}, options);
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size < kChoices) return 0;
  const std::span<const uint8_t> rest(data + kChoices, size - kChoices);
  const std::size_t part = rest.size() / 3;
  try {
    const auto to = parseWcs(fuzz::wcsCards(rest.data(), part), 2),
               from = parseWcs(fuzz::wcsCards(rest.data() + part, part), 2);
    if (!to || !from) return 0;
    const uint32_t width = data[4] % 48 + 1, height = data[5] % 48 + 2;
    const auto map = [&] {
      return PixelMap(*to, width, height, *from, data[6] + 1, data[7] + 1, data[8] / 1000.0);
    };
    PixelMap once = map(), again = map();
    const std::vector<float> whole = image(once, data, rest.last(part), {0, 0, width, height});
    const uint32_t cut = 1 + data[9] % (height - 1);
    std::vector<float> strips = image(again, data, rest.last(part), {0, 0, width, cut});
    const std::vector<float> second = image(again, data, rest.last(part), {0, cut, width, height});
    strips.insert(strips.end(), second.begin(), second.end());
    // NaN is NaN, whatever its bits.
    for (std::size_t i = 0; i < whole.size(); ++i) {
      if (!(whole[i] == strips[i] || (whole[i] != whole[i] && strips[i] != strips[i]))) std::abort();
    }
  } catch (const Error&) {
  }
  return 0;
}
