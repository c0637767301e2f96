// Whole files that lie, through everything that reads them: each gives an error or a result, never a crash.
// The files of VIGNET_HOSTILE_DIR (those of test/hostile) when it is set; always, small files of every kind
// with bytes changed.
#include <map>
#include <random>

#include "core/pixels/compress.h"
#include "core/render/picture.h"
#include "core/sky/stencil_box.h"
#include "core/sphere/stencil.h"
#include "cutout_support.h"
#include "fits_builder.h"
#include "support/cfitsio_plane.h"

using namespace vignet;
using namespace vignet::test;

namespace {

// Answers beyond this are planned, not made.
constexpr uint64_t kMost = 4 << 20;

std::vector<CutoutRequest> requestsOf(const Layout& layout) {
  std::vector<CutoutRequest> requests;
  const auto ask = [&](std::optional<WideBox> box, Detail detail, bool pad = false) {
    CutoutRequest& request = requests.emplace_back();
    request.box = box;
    request.detail = detail;
    request.pad = pad;
  };
  const Plane& image = layout.planes.at(0);
  for (const Detail detail : {Detail::image, Detail::maskedImage, Detail::exposure}) {
    ask(std::nullopt, detail);
    requests.back().datasetId = "ivo://example/hostile";
    for (const Box& box : boxesOf(image.width, image.height)) ask(box, detail);
    ask(WideBox{-3, -2, 4, int64_t{image.height} + 5}, detail, true);
  }
  try {
    const auto box = boxOf(layout, Stencil::make(Stencil::Shape::circle, {53, -27, 0.002}));
    if (box) ask(*box, Detail::image);
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::data);
  }
  return requests;
}

// How far a file came: 0 no layout, 1 no answer, 2 an answer.
int useFile(std::span<const std::byte> file) {
  ExtentReader reader({file.size(), 1}, {{0, file}});
  Reader* const readers[] = {&reader};
  const LayoutSource source{&reader, std::nullopt, std::nullopt};
  Layout layout;
  try {
    layout = readLayout({&source, 1});
  } catch (const Error& error) {
    CHECK(error.kind() == Kind::data);
    CHECK(std::string(error.what()).size() > 10);
    return 0;
  }
  const auto stored = encodeLayout(layout);
  layout = decodeLayout(stored);
  REQUIRE(encodeLayout(layout) == stored);
  int reached = 1;
  for (const CutoutRequest& request : requestsOf(layout)) {
    try {
      const CutoutPlan plan = planCutout(composeAnswer(layout, request));
      if (plan.size > kMost || plan.decodedPixels > kMost) continue;
      std::vector<std::byte> answer(plan.size);
      const uint64_t done = fillCutout(composeAnswer(layout, request), readers, 0, answer, 0, Control());
      REQUIRE(done == answer.size());
      compressFits(answer, {CompressOptions::Mode::gzip, std::nullopt}, Control());
      compressFits(answer, {CompressOptions::Mode::rice, 4.0f}, Control());
      render(answer, {Stretch::asinh, 64});
      reached = 2;
    } catch (const Error& error) {
      const bool unfillable = error.code() == "NO_BLANK";
      CHECK((error.kind() == Kind::data || unfillable));
    }
  }
  return reached;
}

std::vector<std::vector<std::byte>> smallFiles() {
  std::vector<std::vector<std::byte>> files;
  const std::vector<std::string> sky{"CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRPIX1  = 10.0",
                                     "CRPIX2  = 8.0",        "CRVAL1  = 53.0",       "CRVAL2  = -27.0",
                                     "CD1_1   = -1E-4",      "CD2_2   = 1E-4"};
  files.push_back(fits_test::bytesOf(fits_test::primary(sky, -32, {20, 16})));
  files.push_back(fits_test::bytesOf(fits_test::primary() + fits_test::image(16, {20, 16}, sky) +
                                     fits_test::image(32, {20, 16}, {"EXTNAME = 'MASK'", "MP_BAD  = 0"}) +
                                     fits_test::image(-32, {20, 16}, {"EXTNAME = 'VARIANCE'"})));
  std::mt19937 random(91);
  for (const int codec : {RICE_1, GZIP_1, GZIP_2, PLIO_1, HCOMPRESS_1})
    for (const int bitpix : {SHORT_IMG, FLOAT_IMG}) {
      if (codec == PLIO_1 && bitpix == FLOAT_IMG) continue;
      plane::Recipe recipe;
      recipe.codec = codec, recipe.bitpix = bitpix, recipe.width = 20, recipe.height = 16;
      recipe.tileWidth = 10, recipe.tileHeight = 8;
      std::vector<double> values;
      for (int i = 0; i < 320; ++i) values.push_back(static_cast<double>(random() % 50));
      files.push_back(plane::write(recipe, values));
    }
  return files;
}

// One lie: a byte, a digit, a card in the place of another, or an end that comes early.
void spoil(std::vector<std::byte>& file, std::mt19937& random) {
  const auto at = [&](size_t size) { return random() % std::max<size_t>(size, 1); };
  const size_t cards = file.size() / 80;
  switch (random() % 5) {
    case 0:
      file[at(file.size())] = static_cast<std::byte>(random());
      break;
    case 1: {
      const size_t card = 80 * at(cards);
      for (size_t i = card + 10; i < card + 40 && i < file.size(); ++i)
        if (file[i] >= std::byte{'0'} && file[i] <= std::byte{'9'})
          file[i] = static_cast<std::byte>('0' + random() % 10);
      break;
    }
    case 2: {
      const size_t from = 80 * at(cards), to = 80 * at(cards);
      std::copy_n(std::vector(file.begin() + static_cast<std::ptrdiff_t>(from),
                              file.begin() + static_cast<std::ptrdiff_t>(from + 80))
                      .begin(),
                  80, file.begin() + static_cast<std::ptrdiff_t>(to));
      break;
    }
    case 3: {
      const std::string value = std::map<int, std::string>{{0, "2147483647"},
                                                           {1, "-1"},
                                                           {2, "0"},
                                                           {3, "1E308"},
                                                           {4, "'word'"}}[static_cast<int>(random() % 5)];
      const size_t card = 80 * at(cards);
      for (size_t i = 0; i < 20; ++i)
        file[card + 10 + i] = static_cast<std::byte>(i < value.size() ? value[i] : ' ');
      break;
    }
    default:
      file.resize(at(file.size()));
  }
}

}  // namespace

TEST_CASE("hostile files: small files of every kind, spoilt") {
  std::mt19937 random(92);
  int reached[3]{};
  for (const auto& good : smallFiles()) {
    REQUIRE(useFile(good) == 2);
    for (int turn = 0; turn < 60; ++turn) {
      auto file = good;
      for (int lies = 1 + turn % 3; lies > 0; --lies) spoil(file, random);
      ++reached[useFile(file)];
    }
  }
  CHECK(reached[0] > 50);
  CHECK(reached[2] > 50);
}

TEST_CASE("hostile files: those of VIGNET_HOSTILE_DIR") {
  const char* folder = std::getenv("VIGNET_HOSTILE_DIR");
  if (!folder) return;  // the case above has its own
  int used = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    INFO(entry.path().filename().string());
    const auto file = slurp(entry.path());
    const int reached = useFile(file);
    if (entry.path().filename() == "good.fits") CHECK(reached == 2);
    ++used;
  }
  CHECK(used >= 40);
}
