// Two images with any WCS on any grid, combined in any way: a plan and its pixels come out, or an error does.
#include "core/mosaic/mosaic.h"

#include <cstdlib>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/bytes/reader.h"
#include "core/fits/write.h"
#include "fuzz/wcs_cards.h"

using namespace vignet;

namespace {

constexpr std::size_t kChoices = 8;
constexpr std::size_t kBlock = 2880, kWidth = 40, kHeight = 30;
constexpr uint32_t kMostColumns = 4096;
constexpr uint32_t kRows = 8;

// A FITS file of floats whose WCS and pixels are what the bytes make of them.
std::vector<std::byte> file(std::span<const uint8_t> bytes) {
  std::string text =
      "SIMPLE  =                    T\nBITPIX  =                  -32\nNAXIS   =                    2\n";
  text += "NAXIS1  =                   40\nNAXIS2  =                   30\n" +
          fuzz::wcsCards(bytes.data(), bytes.size()) + "END\n";
  std::string cards;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    std::string card = text.substr(at, std::min<std::size_t>(end - at, 80));
    card.resize(80, ' ');
    cards += card;
    at = end + 1;
  }
  cards.resize((cards.size() + kBlock - 1) / kBlock * kBlock, ' ');
  std::vector<std::byte> all;
  for (const char c : cards) all.push_back(static_cast<std::byte>(c));
  const std::size_t data = (kWidth * kHeight * 4 + kBlock - 1) / kBlock * kBlock;
  for (std::size_t i = 0; i < data; ++i)
    all.push_back(bytes.empty() ? std::byte{0} : static_cast<std::byte>(bytes[i % bytes.size()]));
  return all;
}

void fill(const MosaicPlan& plan, const MosaicRequest& request, std::span<MosaicStripInput> inputs,
          uint8_t kernel) {
  for (const MosaicPlane& plane : plan.planes) {
    MosaicStrip strip;
    strip.frame = plan.frame;
    strip.inputs = inputs;
    strip.resampling = {static_cast<Kernel>(kernel % 5), (kernel & 8) != 0, kernel & 16 ? 0 : kPositionError};
    strip.maskNames = plan.maskNames;
    if (request.combine) strip.assignment = CombinedAssignment{*request.combine};
    strip.y1 = std::min(plan.frame.height, kRows);
    std::vector<std::byte> out(std::size_t{plan.frame.width} * strip.y1 *
                               static_cast<unsigned>(std::abs(plane.bitpix)) / 8);
    MosaicOutcome outcome;
    if (fillMosaic(strip, {plane.kind, plane.bitpix}, out, 0, Control(), outcome) != out.size() ||
        outcome.sum != checksumOf(out))
      std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size < kChoices) return 0;
  const std::span<const uint8_t> rest(data + kChoices, size - kChoices);
  const std::size_t part = rest.size() / 3;
  try {
    std::vector<std::vector<std::byte>> files;
    std::vector<std::unique_ptr<Reader>> readers;
    std::vector<Layout> layouts;
    for (std::size_t i = 0; i < 2; ++i) {
      files.push_back(file(rest.subspan(i * part, part)));
      const FileStamp stamp{files[i].size(), 0};
      readers.push_back(
          std::make_unique<ExtentReader>(stamp, std::vector<ExtentReader::Extent>{{0, files[i]}}));
      const LayoutSource source{readers[i].get(), {}, {}};
      layouts.push_back(readLayout({&source, 1}));
    }
    MosaicRequest request;
    if (data[0] & 1) request.grid = fuzz::wcsCards(rest.data() + 2 * part, part);
    request.planes = data[0] & 2;
    request.owners = data[0] & 4;
    if (data[0] & 8) request.combine = static_cast<Combine>(data[1] % 5);
    const std::vector<MosaicInput> inputs{{&layouts[0], {}}, {&layouts[1], {}}};
    const MosaicPlan plan = planMosaic(inputs, request);
    if (plan.frame.width == 0 || plan.frame.width > kMostColumns) return 0;
    std::vector<MosaicStripInput> used(2);
    Reader* all[2] = {readers[0].get(), readers[1].get()};
    for (std::size_t i = 0; i < 2; ++i) {
      used[i].layout = &layouts[i];
      used[i].number = static_cast<int32_t>(i + 1);
      used[i].shift = plan.inputs[i].shift;
      used[i].open = [&all, i] { return MosaicFiles{{&all[i], 1}, nullptr}; };
    }
    fill(plan, request, used, data[2]);
  } catch (const Error&) {
  }
  return 0;
}
