// Any bytes: a layout, a plan and the pixels of a small box come out, or an error does.
#include "core/cutout/cutout.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/base/error.h"
#include "core/render/picture.h"

namespace {

class MemoryReader : public vignet::Reader {
 public:
  explicit MemoryReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  vignet::FileStamp stamp() const override { return {bytes_.size(), 0}; }
  void read(uint64_t offset, std::span<std::byte> out) override {
    if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
      throw vignet::Error(vignet::Kind::data, "TRUNCATED", "the file ends too early");
    }
    if (!out.empty()) std::memcpy(out.data(), bytes_.data() + offset, out.size());
  }

 private:
  std::span<const std::byte> bytes_;
};

constexpr uint64_t kByteBudget = 1 << 20;
constexpr uint64_t kPixelBudget = 1 << 20;

}  // namespace

// The first four bytes choose the box and the detail; the rest is the file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace vignet;
  if (size < 4) return 0;
  MemoryReader reader(std::as_bytes(std::span(data + 4, size - 4)));
  Reader* const readers[] = {&reader};
  try {
    const LayoutSource source{&reader, std::nullopt, std::nullopt};
    const Layout layout = readLayout(std::span(&source, 1));
    const Plane& image = layout.planes.at(0);
    CutoutRequest request;
    const uint32_t x0 = image.width ? data[0] % image.width : 0,
                   y0 = image.height ? data[1] % image.height : 0;
    request.box = Box{x0, y0, std::min<uint32_t>(x0 + 1 + data[2] % 32, image.width),
                      std::min<uint32_t>(y0 + 1 + data[2] / 32 * 8, image.height)};
    request.detail = static_cast<Detail>(data[3] % 3);
    request.datasetId = "ivo://example/fuzz";
    const CutoutPlan plan = planCutout(layout, request);
    if (plan.size > kByteBudget || plan.decodedPixels > kPixelBudget) return 0;
    std::vector<std::byte> out(plan.size);
    const uint64_t done = fillCutout(layout, request, readers, 0, out, 0, Control());
    if (done != out.size()) __builtin_trap();
    render(out, {Stretch::asinh, 16});
  } catch (const Error&) {
  }
  return 0;
}
