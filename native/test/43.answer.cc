// An answer is one sequence of bytes, whatever windows, yields and cuts it is written in.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <random>

#include "core/cutout/answer.h"
#include "core/cutout/recent_answers.h"
#include "core/fits/write.h"
#include "cutout_support.h"
#include "fits_builder.h"

using namespace vignet;
using namespace vignet::test;
using fits_test::codeOf;

namespace {

// A file of an empty primary and one float image of width x height, pixel = counter, and a table behind.
std::vector<std::byte> plainFile(uint32_t width, uint32_t height) {
  const auto append = [](std::vector<std::byte>& to, const std::string& text) {
    const auto* p = reinterpret_cast<const std::byte*>(text.data());
    to.insert(to.end(), p, p + text.size());
  };
  std::vector<std::byte> out;
  HeaderWriter primary;
  primary.add("SIMPLE", true);
  primary.add("BITPIX", 8);
  primary.add("NAXIS", 0);
  append(out, primary.finish());
  HeaderWriter image;
  image.add("XTENSION", "IMAGE");
  image.add("BITPIX", -32);
  image.add("NAXIS", 2);
  image.add("NAXIS1", int64_t{width});
  image.add("NAXIS2", int64_t{height});
  image.add("PCOUNT", 0);
  image.add("GCOUNT", 1);
  append(out, image.finish());
  for (uint32_t i = 0; i < width * height; ++i) {
    float v = static_cast<float>(i);
    uint32_t bits;
    std::memcpy(&bits, &v, 4);
    bits = __builtin_bswap32(bits);
    const auto* p = reinterpret_cast<const std::byte*>(&bits);
    out.insert(out.end(), p, p + 4);
  }
  out.resize(paddedBlock(out.size()));
  HeaderWriter table;
  table.add("XTENSION", "BINTABLE");
  table.add("BITPIX", 8);
  table.add("NAXIS", 2);
  table.add("NAXIS1", 1000);
  table.add("NAXIS2", 3500);
  table.add("PCOUNT", 0);
  table.add("GCOUNT", 1);
  table.add("TFIELDS", 1);
  table.add("TFORM1", "1000A");
  append(out, table.finish());
  for (int i = 0; i < 3'500'000; ++i) out.push_back(static_cast<std::byte>(i * 7));
  out.resize(paddedBlock(out.size()));
  return out;
}

Dataset large() {
  Dataset out;
  out.add(plainFile(1531, 1700));
  const LayoutSource source{out.readers[0], std::nullopt, std::nullopt};
  out.layout = readLayout(std::span(&source, 1));
  return out;
}

// The code of what a call throws; "none" if nothing.
std::string code(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

}  // namespace

TEST_CASE("an answer is composed once for all its windows, and what is remembered of answers is bounded") {
  const Dataset data = large();
  const std::vector<std::byte> layout = encodeLayout(data.layout);
  const CutoutRequest request{
      .box = Box{5, 6, 105, 206}, .detail = Detail::image, .datasetId = "", .stencil = "", .software = ""};
  CutoutRequest other = request;
  other.box->x1 = 106;
  RecentAnswers recent;
  const Answer* const first = &recent.of(layout, request);
  CHECK(first->size == composeAnswer(data.layout, request).size);
  CHECK(&recent.of(layout, request) == first);
  const Answer* const second = &recent.of(layout, other);
  CHECK(second != first);
  CHECK(second->box == *other.box);
  CHECK(&recent.of(layout, request) == first);
  CHECK(&recent.of(layout, other) == second);
  SUBCASE("a layout of other bytes is another one") {
    Layout changed = data.layout;
    changed.planes[0].bscale = 2;
    CHECK(recent.of(encodeLayout(changed), request).layout->planes[0].bscale == 2);
    CHECK(recent.of(layout, request).layout->planes[0].bscale == 1);
  }
  SUBCASE("those asked for long ago are composed anew") {
    CutoutRequest next = request;
    next.stencil.assign(RecentAnswers::kMostBytes / 16, 'x');
    for (char c = 'a'; c < 'z'; ++c) {
      next.stencil[0] = c;
      recent.of(layout, next);
    }
    CHECK(recent.count() < 20);
    CHECK(recent.of(layout, request).box == *request.box);
  }
  SUBCASE("what throws is not remembered") {
    CutoutRequest bad = request;
    bad.box->x1 = 1u << 30;
    CHECK(codeOf([&] { recent.of(layout, bad); }) == "BAD_BOX");
    CHECK(&recent.of(layout, request) == first);
  }
}

TEST_CASE("small answers carry checksums and come whole; large ones carry none and have cuts") {
  const Dataset data = large();
  const CutoutPlan small = planCutout(composeAnswer(
      data.layout,
      {.box = Box{5, 6, 105, 206}, .detail = Detail::image, .datasetId = "", .stencil = "", .software = ""}));
  CHECK(small.checksums);
  CHECK(small.size == 2880 + 2880 + paddedBlock(100 * 200 * 4));
  CHECK(small.cuts == std::vector<uint64_t>{0, small.size});
  CHECK(small.decodedPixels == 100 * 200);
  const CutoutRequest request{
      .box = {}, .detail = Detail::exposure, .datasetId = "", .stencil = "", .software = ""};
  const CutoutPlan plan = planCutout(composeAnswer(data.layout, request));
  CHECK_FALSE(plan.checksums);
  CHECK(plan.missingPlanes == std::vector<std::string>{"MASK", "VARIANCE"});
  CHECK(plan.cuts.front() == 0);
  CHECK(plan.cuts.back() == plan.size);
  CHECK(plan.cuts.size() > 10);
  for (std::size_t i = 1; i < plan.cuts.size(); ++i) {
    CHECK(plan.cuts[i] > plan.cuts[i - 1]);
    CHECK(plan.cuts[i] - plan.cuts[i - 1] < 2u << 20);
  }
}

TEST_CASE("any window equals the slice of the whole") {
  const Dataset data = large();
  const CutoutRequest request{.box = Box{3, 1, 1530, 1699},
                              .detail = Detail::exposure,
                              .datasetId = "x",
                              .stencil = "y",
                              .software = "z"};
  const CutoutPlan plan = planCutout(composeAnswer(data.layout, request));
  REQUIRE_FALSE(plan.checksums);
  const std::vector<std::byte> whole = data.cut(request);
  std::vector<std::byte> pieces(plan.size);
  for (std::size_t i = 1; i < plan.cuts.size(); ++i) {
    const auto piece = std::span(pieces).subspan(plan.cuts[i - 1], plan.cuts[i] - plan.cuts[i - 1]);
    CHECK(fillCutout(composeAnswer(data.layout, request), data.readers, plan.cuts[i - 1], piece, 0,
                     Control()) == piece.size());
  }
  CHECK(pieces == whole);
  std::mt19937_64 random(4);
  for (int i = 0; i < 300; ++i) {
    const uint64_t begin = random() % whole.size();
    const uint64_t size = std::min<uint64_t>(random() % (i % 3 ? 9000 : 3'000'000), whole.size() - begin);
    std::vector<std::byte> out(size, std::byte{0xaa});
    const uint64_t cursor = i % 2 && size ? random() % size : 0;
    REQUIRE(fillCutout(composeAnswer(data.layout, request), data.readers, begin, out, cursor, Control()) ==
            size);
    CHECK(std::equal(out.begin() + static_cast<long>(cursor), out.end(),
                     whole.begin() + static_cast<long>(begin + cursor)));
    CHECK(std::all_of(out.begin(), out.begin() + static_cast<long>(cursor),
                      [](std::byte b) { return b == std::byte{0xaa}; }));
  }
  Fits fits(whole);
  CHECK(fits.count() == 3);
  fits.move(1);
  long first[2] = {4, 2}, last[2] = {1530, 1699}, step[2] = {1, 1};
  std::vector<float> mine(1527 * 1698);
  long one[2] = {1, 1}, end[2] = {1527, 1698};
  fits_read_subset(fits.file, TFLOAT, one, end, step, nullptr, mine.data(), nullptr, &fits.status);
  Fits parent(data.files[0]->bytes());
  parent.move(1);
  std::vector<float> theirs(mine.size());
  fits_read_subset(parent.file, TFLOAT, first, last, step, nullptr, theirs.data(), nullptr, &parent.status);
  CHECK(fits.status == 0);
  CHECK(parent.status == 0);
  CHECK(mine == theirs);
}

TEST_CASE("a box that leaves the image: every pixel is the parent's or NaN, in pieces as in one") {
  const Dataset data = large();
  CutoutRequest request{.box = WideBox{-700, -900, 1600, 1900},
                        .detail = Detail::image,
                        .datasetId = "",
                        .stencil = "",
                        .software = ""};
  CHECK(code([&] { composeAnswer(data.layout, request); }) == "BAD_BOX");
  request.pad = true;
  const CutoutPlan plan = planCutout(composeAnswer(data.layout, request));
  std::vector<std::byte> pieces(plan.size);
  for (std::size_t i = 1; i < plan.cuts.size(); ++i) {
    CHECK(plan.cuts[i] - plan.cuts[i - 1] < 2u << 20);
    const auto piece = std::span(pieces).subspan(plan.cuts[i - 1], plan.cuts[i] - plan.cuts[i - 1]);
    fillCutout(composeAnswer(data.layout, request), data.readers, plan.cuts[i - 1], piece, 0, Control());
  }
  CHECK(pieces == data.cut(request));
  std::mt19937_64 random(5);
  for (int i = 0; i < 200; ++i) {
    const uint64_t begin = random() % pieces.size();
    std::vector<std::byte> out(std::min<uint64_t>(random() % 40'000, pieces.size() - begin));
    fillCutout(composeAnswer(data.layout, request), data.readers, begin, out, 0, Control());
    CHECK(std::equal(out.begin(), out.end(), pieces.begin() + static_cast<long>(begin)));
  }
  Fits fits(pieces);
  fits.move(1);
  std::vector<float> pixels(2300 * 2800);
  fits_read_img(fits.file, TFLOAT, 1, static_cast<long>(pixels.size()), nullptr, pixels.data(), nullptr,
                &fits.status);
  REQUIRE(fits.status == 0);
  std::size_t wrong = 0;
  for (int y = -900; y < 1900; ++y) {
    for (int x = -700; x < 1600; ++x) {
      const float pixel = pixels[static_cast<std::size_t>((y + 900) * 2300 + x + 700)];
      const bool inside = x >= 0 && x < 1531 && y >= 0 && y < 1700;
      wrong += inside ? pixel != static_cast<float>(y * 1531 + x) : !std::isnan(pixel);
    }
  }
  CHECK(wrong == 0);
  for (const WideBox box : {WideBox{-9, 0, 0, 5}, WideBox{1531, 0, 1540, 5}, WideBox{0, -9, 5, 0},
                            WideBox{0, 0, int64_t{1} << 40, 5}, WideBox{-(int64_t{1} << 31) - 1, 0, 5, 5}}) {
    request.box = box;
    CHECK(code([&] { composeAnswer(data.layout, request); }) == "BAD_BOX");
  }
}

TEST_CASE("a fill that yields whenever it can gives the same bytes, and a cancelled one throws") {
  const Dataset data = large();
  for (const Box box : {Box{0, 0, 1531, 1700}, Box{7, 9, 700, 900}}) {
    const CutoutRequest request{
        .box = box, .detail = Detail::image, .datasetId = "", .stencil = "", .software = ""};
    const std::vector<std::byte> whole = data.cut(request);
    std::vector<std::byte> out(whole.size());
    std::atomic<int32_t> word{0};
    const Control control(&word, Control::Clock::time_point::max());
    uint64_t cursor = 0;
    int calls = 0;
    // One step a call: the word says yield as soon as something has been read.
    struct Tripwire : Reader {
      Reader* inner;
      std::atomic<int32_t>* word;
      FileStamp stamp() const override { return inner->stamp(); }
      void read(uint64_t offset, std::span<std::byte> bytes) override {
        inner->read(offset, bytes);
        word->store(1);
      }
    } tripwire;
    tripwire.inner = data.readers[0];
    tripwire.word = &word;
    Reader* const readers[] = {&tripwire};
    while (cursor < out.size()) {
      word.store(0);
      const uint64_t next = fillCutout(composeAnswer(data.layout, request), readers, 0, out, cursor, control);
      REQUIRE(next > cursor);
      cursor = next;
      REQUIRE(++calls < 1000);
    }
    CHECK(calls > 2);
    CHECK(out == whole);
    word.store(1);
    CHECK(fillCutout(composeAnswer(data.layout, request), data.readers, 0, out, 0, control) == 0);
    word.store(2);
    CHECK_THROWS_AS(fillCutout(composeAnswer(data.layout, request), data.readers, 0, out, 0, control), Error);
  }
}

TEST_CASE("what cannot be done is said") {
  const Dataset data = large();
  CutoutRequest request;
  for (const Box box : {Box{0, 0, 0, 5}, Box{5, 0, 5, 5}, Box{6, 0, 5, 5}, Box{0, 0, 1532, 5},
                        Box{0, 1690, 5, 1701}, Box{0xfffffff0, 0, 0xffffffff, 1}}) {
    request.box = box;
    CHECK(codeOf([&] { planCutout(composeAnswer(data.layout, request)); }) == "BAD_BOX");
  }
  CHECK(codeOf([&] { planCutout(composeAnswer(Layout(), request)); }) == "NO_IMAGE");
  request.box = Box{0, 0, 100, 100};
  std::vector<std::byte> out(100);
  CHECK(codeOf([&] {
          fillCutout(composeAnswer(data.layout, request), data.readers, 0, out, 0, Control());
        }) == "BAD_WINDOW");
  request.box.reset();
  CHECK(codeOf([&] {
          fillCutout(composeAnswer(data.layout, request), data.readers, ~uint64_t{0}, out, 0, Control());
        }) == "BAD_WINDOW");
  CHECK(codeOf([&] {
          fillCutout(composeAnswer(data.layout, request), data.readers, 0, out, 101, Control());
        }) == "BAD_WINDOW");
  std::vector<std::byte> more(10'000);
  Reader* const none[] = {nullptr};
  CHECK(codeOf([&] { fillCutout(composeAnswer(data.layout, request), none, 0, more, 0, Control()); }) ==
        "NO_READER");
}
