// Long calls ask often whether they are still wanted, and stop at the very poll that says no. Counted, not
// timed: a poll stands for so much work at most.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "core/mosaic/background.h"
#include "core/mosaic/mosaic.h"
#include "core/pixels/build_seek.h"
#include "core/pixels/compress.h"
#include "core/render/colour.h"
#include "core/render/picture.h"
#include "core/resample/resample.h"
#include "core/stack/cut_stamps.h"
#include "support/cfitsio_plane.h"
#include "support/resample_case.h"
#include "support/stack.h"

using namespace vignet;

namespace {

constexpr uint32_t kWidth = 300, kHeight = 240;
constexpr size_t kPixels = size_t{kWidth} * kHeight;
// Pixels to a poll: a row; of pixels that are merely copied as many as take no longer.
constexpr size_t kRow = kWidth, kCopied = 65536;

using Call = std::function<void(const Control&)>;

// Of one call: its polls are counted, and at one of them the word may change.
struct Polls {
  int count = 0, at = 0;
  std::string end = "done";

  explicit Polls(const Call& call, int at_ = 0, int32_t value = 0,
                 Control::Clock::time_point deadline = Control::Clock::time_point::max())
      : at(at_) {
    std::atomic<int32_t> word = 0;
    const std::function<void()> hook = [&] {
      if (++count == at) word = value;
    };
    try {
      call(Control(&word, deadline, &hook));
    } catch (const Error& error) {
      end = error.code();
    }
  }
};

// A poll for every `pixels` of the work at least; cancelled at any of them the call makes no further one, and
// a deadline that has passed is noticed at the first.
void asksOften(const std::string& what, size_t work, size_t pixels, const Call& call) {
  INFO(what);
  const Polls whole(call);
  CHECK(whole.end == "done");
  CHECK(static_cast<size_t>(whole.count) >= work / pixels);
  for (const int at : {1, 2, whole.count / 2, whole.count}) {
    if (at < 1 || at > whole.count) continue;
    const Polls cancelled(call, at, 2);
    CHECK(cancelled.end == "CANCELLED");
    CHECK(cancelled.count == at);
  }
  const Polls late(call, 0, 0, Control::Clock::now() - std::chrono::seconds(1));
  CHECK(late.end == "DEADLINE");
  CHECK(late.count == 1);
}

test::Dataset visit(simulate::Recipe recipe, double shift = 0, bool turned = false) {
  const auto path = test::fs::temp_directory_path() / ("vignet-polls-" + std::to_string(::getpid()));
  simulate::Spec spec = stack_test::visit(path.string());
  spec.recipe = recipe;
  for (const char* card : {"CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  = 53.0",
                           "CRVAL2  = -28.0", "CD1_1   = -5.5E-05", "CD2_2   = 5.5E-05", "CRPIX2  = 120.5"})
    spec.cards.image.push_back(card);
  for (const char* card : {"CD1_2   = ", "CD2_1   = "})
    spec.cards.image.push_back(card + std::string(turned ? "9E-06" : "3E-06"));
  spec.cards.image.push_back("CRPIX1  = " + std::to_string(150.25 + shift));
  simulate::simulateImage(spec, {});
  test::Dataset out = test::open(path);
  test::fs::remove(path);
  return out;
}

CutoutRequest masked() {
  return {.box = Box{0, 0, kWidth, kHeight},
          .detail = Detail::maskedImage,
          .datasetId = "",
          .stencil = "",
          .software = ""};
}

// Two visits on one grid.
struct Mosaic {
  test::Dataset visits[2] = {visit(simulate::Recipe::lossy16), visit(simulate::Recipe::lossless, 40)};
  MosaicPlan plan;
  std::vector<MosaicStripInput> inputs;
  MosaicStrip strip;

  explicit Mosaic(std::optional<Combine> combine, bool turned = false) {
    if (turned) visits[1] = visit(simulate::Recipe::lossless, 40, true);
    const MosaicInput given[] = {{&visits[0].layout, {}}, {&visits[1].layout, {}}};
    MosaicRequest request;
    request.planes = true;
    request.combine = combine;
    request.align = &visits[0].layout;
    plan = planMosaic(given, request);
    for (int k = 0; k < 2; ++k) {
      MosaicStripInput input;
      input.layout = &visits[k].layout;
      input.number = k + 1;
      input.box = plan.inputs[k].box;
      input.shift = plan.inputs[k].shift;
      input.open = [this, k] { return MosaicFiles{visits[k].readers, nullptr}; };
      inputs.push_back(input);
    }
    strip.frame = plan.frame;
    strip.inputs = inputs;
    strip.maskNames = plan.maskNames;
    if (combine) strip.assignment = CombinedAssignment{*combine};
    strip.y1 = plan.frame.height;
  }
  size_t pixels() const { return size_t{plan.frame.width} * plan.frame.height; }
};

// Owned, combined and clipped pixels, of images on the grid and of one that is turned against it.
constexpr std::pair<std::optional<Combine>, bool> kWays[] = {
    {{}, false}, {{}, true}, {Combine::mean, false}, {Combine::mean, true}, {Combine::clipped, true}};

}  // namespace

TEST_CASE("polls: cutouts, of every way to store pixels") {
  for (const auto recipe : {simulate::Recipe::lossy16, simulate::Recipe::lossless, simulate::Recipe::none}) {
    const test::Dataset dataset = visit(recipe);
    std::vector<std::byte> out(planCutout(composeAnswer(dataset.layout, masked())).size);
    asksOften("recipe " + std::to_string(static_cast<int>(recipe)), 3 * kPixels,
              recipe == simulate::Recipe::none ? kCopied : kRow, [&](const Control& c) {
                fillCutout(composeAnswer(dataset.layout, masked()), dataset.readers, 0, out, 0, c);
              });
  }
  std::vector<double> values(kPixels);
  for (size_t i = 0; i < kPixels; ++i)
    values[i] = std::floor(100 + 40 * std::sin(0.01 * static_cast<double>(i)));
  for (const int codec : {0, RICE_1, GZIP_1, GZIP_2, PLIO_1, HCOMPRESS_1}) {
    plane::Recipe r;
    r.codec = codec, r.width = kWidth, r.height = kHeight, r.tileWidth = kWidth;
    r.tileHeight = codec == HCOMPRESS_1 ? 16 : 1;
    const std::vector<std::byte> file = plane::write(r, values);
    plane::Bytes reader(file);
    plane::Oracle oracle(file, codec == 0 ? 0 : 1);
    const Layout layout = plane::describe(oracle, file.size(), codec == 0 ? 0 : 1);
    std::vector<std::byte> out(kPixels * 2);
    asksOften("codec " + std::to_string(codec), kPixels, codec == 0 ? kCopied : kRow, [&](const Control& c) {
      readPixels(reader, layout, layout.planes[0], {0, 0, kWidth, kHeight}, out, c);
    });
  }
}

TEST_CASE("polls: what is made of answers") {
  const test::Dataset dataset = visit(simulate::Recipe::none);
  const std::vector<std::byte> fits = dataset.cut(masked());
  // A tile of 32 kB takes a third of a millisecond.
  asksOften("gzip", 3 * kPixels, 32768 / sizeof(float), [&](const Control& c) {
    compressFits(fits, {CompressOptions::Mode::gzip, {}}, c);
  });
  asksOften("rice", 3 * kPixels, kRow, [&](const Control& c) {
    compressFits(fits, {CompressOptions::Mode::rice, 4.0f}, c);
  });
  asksOften("picture", kPixels, kRow, [&](const Control& c) { render(fits, {}, c); });
  asksOften("colour", 3 * kPixels, kRow, [&](const Control& c) {
    renderColour({ColourChannel{fits}, ColourChannel{fits}, ColourChannel{fits}}, {}, c);
  });
}

TEST_CASE("polls: stamps and seek points") {
  const test::Dataset dataset = visit(simulate::Recipe::lossy16);
  using stack_test::Part;
  stack_test::Stack stack(41, {Part::record, Part::image, Part::mask, Part::variance});
  stack.task.maskNames = {"DETECTED", "NO_DATA"};
  for (int k = 0; k < 30; ++k) stack.add(dataset, 9.0 * k, 100);
  asksOften("stack", size_t{30} * 3 * 41 * 41, kRow, [&](const Control& c) { stack.run(0, c); });
  CHECK(stack.failures.empty());

  const Plane& image = dataset.layout.planes[0];
  std::vector<StampCentre> centres;
  for (int32_t k = 0; k < 30; ++k) centres.push_back({10 * k, 8 * k});
  std::vector<std::byte> stamps(30 * 33 * 33 * 4);
  asksOften("stamps of one image", kPixels, kRow, [&](const Control& c) {
    cutStamps(*dataset.readers[0], dataset.layout, image, nullptr, 33, centres, stamps, 0, c);
  });
  asksOften("seek points", 3 * kPixels, kRow,
            [&](const Control& c) { buildSeek(dataset.layout, dataset.readers, c); });
}

// A slow WCS is asked for a block of pixels at a time, and everything that maps pixels asks through one.
TEST_CASE("polls: positions, of every WCS and on the way to every kernel") {
  for (const auto& pair : resample_case::pairs()) {
    if (!pair.name.starts_with("TPV") && !pair.name.starts_with("TAN-SIP") && !pair.name.starts_with("CAR"))
      continue;
    const auto width = static_cast<uint32_t>(pair.output.width),
               height = std::min(64U, static_cast<uint32_t>(pair.output.height));
    const size_t pixels = size_t{width} * height;
    const auto mapWith = [&](double maxError, const Control& c) {
      return PixelMap(pair.out(), width, height, pair.in(), static_cast<uint32_t>(pair.input.width),
                      static_cast<uint32_t>(pair.input.height), maxError, c);
    };
    asksOften(pair.name + ", exact", pixels, 64, [&](const Control& c) {
      PixelMap map = mapWith(0, c);
      map.inputBox({0, 0, width, height}, 3);
    });
    asksOften(pair.name + ", interpolated", pixels, 128, [&](const Control& c) {
      PixelMap map = mapWith(kPositionError, c);
      map.inputBox({0, 0, width, height}, 3);
    });
    for (const Kernel kernel : {Kernel::lanczos3, Kernel::exact}) {
      asksOften(pair.name + ", resampled", pixels, width, [&](const Control& c) {
        PixelMap map = mapWith(kPositionError, c);
        const Box all{0, 0, width, height}, in = inputBoxOf(map, kernel, all);
        if (uint64_t{in.width()} * in.height() > 4'000'000) return;
        const std::vector<float> image(size_t{in.width()} * in.height(), 1.0F);
        std::vector<float> out(pixels);
        resample(map, kernel, {in, image.data()}, {all, width, out.data()}, {});
      });
    }
  }
}

TEST_CASE("polls: the plan of a mosaic, and the match of its backgrounds") {
  const test::Dataset dataset = visit(simulate::Recipe::lossy16);
  const std::vector<MosaicInput> inputs(40, {&dataset.layout, {}});
  MosaicRequest request;
  request.align = &dataset.layout;
  asksOften("plan", inputs.size(), 1, [&](const Control& c) { planMosaic(inputs, request, c); });
  std::vector<CoarseSky> skies(40);
  std::vector<const CoarseSky*> known;
  for (CoarseSky& sky : skies) {
    sky.width = sky.height = 4;
    sky.medians.assign(16, 1.0F);
    known.push_back(&sky);
  }
  asksOften("match", known.size() * (known.size() - 1) / 2, 1,
            [&](const Control& c) { matchSkies(known, c); });
}

TEST_CASE("polls: mosaics") {
  for (const auto& [combine, turned] : kWays) {
    const Mosaic mosaic(combine, turned);
    REQUIRE(mosaic.pixels() > kPixels);
    std::vector<std::byte> out(mosaic.pixels() *
                               static_cast<size_t>(std::abs(mosaic.plan.planes[0].bitpix) / 8));
    asksOften(combine ? "combined" : "owned", mosaic.pixels(), kRow, [&](const Control& c) {
      MosaicOutcome outcome;
      fillMosaic(mosaic.strip, {mosaic.plan.planes[0].kind, mosaic.plan.planes[0].bitpix}, out, 0, c,
                 outcome);
    });
    std::vector<MosaicPart> parts;
    for (const MosaicPlane& plane : mosaic.plan.planes) parts.push_back({plane.kind, plane.bitpix});
    asksOften(combine ? "combined, saved" : "owned, saved", parts.size() * mosaic.pixels(), kRow,
              [&](const Control& c) {
                std::vector<MosaicOutcome> saved(parts.size());
                saveMosaic(
                    mosaic.strip, parts, [](size_t, uint64_t, std::span<const std::byte>) {}, 0, c, saved);
              });
  }
  Mosaic one(Combine::mean);
  one.strip.inputs = one.strip.inputs.first(1);
  asksOften("sky", kPixels, kRow, [&](const Control& c) { measureSky(one.strip, 32, c); });
}

// A yield is heeded at the very poll that finds it, and what is then done in further calls is the same as in
// one.
TEST_CASE("polls: mosaics come back at once when they are asked to yield") {
  for (const auto& way : kWays) {
    // Names of their own: INFO captures them, which C++20 allows and clang 14 does not for parts of a
    // binding.
    const auto& combine = way.first;
    const auto& turned = way.second;
    const Mosaic mosaic(combine, turned);
    for (size_t p = 0; p < mosaic.plan.planes.size(); ++p) {
      const MosaicPart part{mosaic.plan.planes[p].kind, mosaic.plan.planes[p].bitpix};
      INFO(static_cast<int>(combine.value_or(Combine::first)), turned, p);
      const size_t bytes = mosaic.pixels() * static_cast<size_t>(std::abs(part.bitpix) / 8);
      std::vector<std::byte> whole(bytes), out(bytes);
      MosaicOutcome all;
      const Polls polls(
          [&](const Control& c) { CHECK(fillMosaic(mosaic.strip, part, whole, 0, c, all) == bytes); });
      for (const int at : {1, 2, polls.count / 3, polls.count / 2, polls.count - 1, polls.count}) {
        uint64_t cursor = 0;
        MosaicOutcome first, rest;
        const Polls asked(
            [&](const Control& c) { cursor = fillMosaic(mosaic.strip, part, out, 0, c, first); }, at, 1);
        CHECK(asked.end == "done");
        CHECK(asked.count == at);
        CHECK(cursor < bytes);
        CHECK(fillMosaic(mosaic.strip, part, out, cursor, {}, rest) == bytes);
        CHECK(out == whole);
        const uint64_t sum = uint64_t{first.sum} + rest.sum;
        CHECK(static_cast<uint32_t>((sum & UINT32_MAX) + (sum >> 32)) == all.sum);
      }
    }
    std::vector<MosaicPart> parts;
    for (const MosaicPlane& plane : mosaic.plan.planes) parts.push_back({plane.kind, plane.bitpix});
    const auto save = [&](uint32_t from, const Control& c) {
      std::vector<MosaicOutcome> saved(parts.size());
      return saveMosaic(
          mosaic.strip, parts, [](size_t, uint64_t, std::span<const std::byte>) {}, from, c, saved);
    };
    const Polls polls([&](const Control& c) { CHECK(save(0, c) == mosaic.strip.y1); });
    for (const int at : {1, polls.count / 2}) {
      const Polls asked([&](const Control& c) { CHECK(save(0, c) < mosaic.strip.y1); }, at, 1);
      CHECK(asked.count <= at + 1);
    }
  }
}
