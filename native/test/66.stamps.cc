// Pixels of stamps are those of the files: cfitsio's and astropy's, bit for bit.
#include <doctest/doctest.h>
#include <unistd.h>
#include <bit>

#include <cmath>
#include <random>

#include "core/base/crc32.h"
#include "core/fits/mask_map.h"
#include "core/stack/locate.h"
#include "real_files.h"
#include "support/stack.h"

using namespace vignet;
using namespace vignet::stack_test;

namespace {

uint32_t bitsOf(float value) { return std::isnan(value) ? 0x7fc00000u : std::bit_cast<uint32_t>(value); }

// A plane's pixel as cfitsio gives it as a float; NaN outside.
class Oracle {
 public:
  Oracle(const test::Dataset& dataset, const Plane& plane)
      : plane_(plane), fits_(static_cast<const test::MemoryReader*>(dataset.readers[plane.file])->bytes()) {
    fits_.move(plane.hdu);
    const auto count = static_cast<LONGLONG>(plane.width) * plane.height;
    int any = 0;
    float nan = NAN;
    const bool nulls = (plane.tiles && plane.tiles->quantized) || plane.blank;
    if (plane.kind == PlaneKind::mask) {
      bits_.resize(static_cast<size_t>(count));
      fits_read_img(fits_.file, TINT, 1, count, nullptr, bits_.data(), &any, &fits_.status);
    } else {
      floats_.resize(static_cast<size_t>(count));
      fits_read_img(fits_.file, TFLOAT, 1, count, nulls ? &nan : nullptr, floats_.data(), &any,
                    &fits_.status);
    }
    REQUIRE(fits_.status == 0);
  }
  bool in(int64_t x, int64_t y) const { return x >= 0 && y >= 0 && x < plane_.width && y < plane_.height; }
  float number(int64_t x, int64_t y) const {
    return in(x, y) ? floats_[static_cast<size_t>(y * plane_.width + x)] : NAN;
  }
  uint64_t mask(int64_t x, int64_t y) const {
    return static_cast<uint32_t>(bits_[static_cast<size_t>(y * plane_.width + x)]);
  }

 private:
  const Plane& plane_;
  test::Fits fits_;
  std::vector<float> floats_;
  std::vector<int> bits_;
};

// Names at the bits they have in the file, so that the mask stays as it is; NO_DATA added if it is missing.
std::vector<std::string> namesOf(const MaskDictionary& dictionary, uint32_t bits) {
  std::vector<std::string> names(bits - 1);
  for (const auto& [name, mask] : dictionary) names.at(static_cast<size_t>(std::countr_zero(mask))) = name;
  if (!dictionary.contains("NO_DATA")) *std::find(names.begin(), names.end(), "") = "NO_DATA";
  return names;
}

void compare(const test::Dataset& dataset, std::mt19937& random, uint32_t maskBits, int& stamps) {
  const Plane& image = dataset.layout.planes[0];
  const MaskDictionary dictionary = maskDictionary(dataset.layout);
  const Plane* variance = dataset.layout.find(PlaneKind::variance);
  const Oracle images(dataset, image);
  std::optional<Oracle> variances, masks;
  if (variance) variances.emplace(dataset, *variance);
  if (!dictionary.empty()) masks.emplace(dataset, *dataset.layout.find(PlaneKind::mask));
  for (const uint32_t size : {1u, 8u, 51u}) {
    Stack stack(size, {Part::mask, Part::variance, Part::image});
    stack.task.maskBits = maskBits;
    stack.task.maskNames = namesOf(dictionary, maskBits);
    const uint64_t noData =
        uint64_t{1} << (std::find(stack.task.maskNames.begin(), stack.task.maskNames.end(), "NO_DATA") -
                        stack.task.maskNames.begin());
    const auto within = [&](uint32_t side) {
      return std::uniform_real_distribution<>(-30, side + 30.0)(random);
    };
    for (int i = 0; i < 12; ++i) stack.add(dataset, within(image.width), within(image.height));
    stack.add(dataset, 0, 0), stack.add(dataset, image.width - 1.0, image.height - 1.0);
    REQUIRE(stack.run() == stack.task.jobs.size());
    REQUIRE(stack.failures.empty());
    for (size_t job = 0; job < stack.task.jobs.size(); ++job) {
      const StampFrame frame = stampFrame(stack.task.jobs[job].x, stack.task.jobs[job].y, size);
      bool same = true;
      for (uint32_t j = 0; j < size; ++j) {
        for (uint32_t i = 0; i < size; ++i) {
          const int64_t x = frame.x0 + i, y = frame.y0 + j;
          same = same && bitsOf(stack.pixel<float>(job, 2, i, j)) == bitsOf(images.number(x, y));
          const float wantedVariance = variances ? variances->number(x, y) : NAN;
          same = same && bitsOf(stack.pixel<float>(job, 1, i, j)) == bitsOf(wantedVariance);
          const uint64_t mask =
              maskBits == 32 ? stack.pixel<uint32_t>(job, 0, i, j) : stack.pixel<uint64_t>(job, 0, i, j);
          uint64_t known = 0;
          for (const auto& [name, bits] : dictionary) known |= bits;
          const uint64_t wanted = !images.in(x, y) ? noData : masks ? masks->mask(x, y) & known : 0;
          same = same && mask == wanted;
        }
      }
      REQUIRE_MESSAGE(same, "stamp ", job, " of size ", size);
      ++stamps;
    }
  }
}

}  // namespace

TEST_CASE("stamps: every image of every real file, against cfitsio") {
  std::mt19937 random(66);
  int stamps = 0, unusable = 0;
  for (const auto& path : real_files::fitsFiles()) {
    INFO(path.string());
    try {
      const test::Dataset dataset = test::open(path);
      compare(dataset, random, stamps % 2 ? 64 : 32, stamps);
    } catch (const Error& error) {
      if (error.kind() != vignet::Kind::data) throw;
      ++unusable;
    }
  }
  if (stamps > 0) CHECK(stamps > 1000);
  MESSAGE(stamps, " stamps compared, ", unusable, " files hold no usable image");
}

TEST_CASE("stamps: astropy's Cutout2D of simulated planes, mode 'partial'") {
  const test::fs::path folder =
      test::fs::temp_directory_path() / ("vignet-stamps-" + std::to_string(::getpid()));
  test::fs::create_directories(folder);
  int compared = 0;
  for (const auto& [recipe, tile] : {std::pair{simulate::Recipe::lossy16, std::array{0, 0}},
                                     {simulate::Recipe::lossy16, std::array{64, 64}},
                                     {simulate::Recipe::lossless, std::array{0, 0}}}) {
    simulate::Spec spec = visit((folder / "a.fits").string());
    spec.recipe = recipe, spec.tile = tile;
    // This astropy does not know undefined pixels by a ZBLANK keyword; cfitsio, asked for NaN, does.
    if (recipe == simulate::Recipe::lossless) spec.defects.noData = {{10, 20, 60, 25}};
    const simulate::Source star{150.2, 80.1, 5e5, 0, 0, 0};
    simulate::simulateImage(spec, {&star, 1});
    const test::Dataset dataset = test::open(spec.path);
    Stack stack(51, {Part::image, Part::variance});
    std::string questions;
    for (const auto& [x, y] :
         {std::pair{150.2, 80.1}, {3.5, 2.49}, {-4.0, 120.0}, {299.4, 239.6}, {160.0, -20.0}, {20.0, 21.5}}) {
      stack.add(dataset, x, y);
      questions += std::to_string(x) + " " + std::to_string(y) + " 51\n";
    }
    REQUIRE(stack.run() == stack.task.jobs.size());
    const std::vector<std::string> answers =
        oracle::ask("stamp_oracle.py", questions, "'" + spec.path + "' 1 3");
    REQUIRE(answers.size() == stack.task.jobs.size());
    for (size_t job = 0; job < answers.size(); ++job) {
      std::string mine;
      for (size_t which = 0; which < 2; ++which) {
        std::vector<std::byte> bytes(51 * 51 * 4);
        for (uint32_t k = 0; k < 51 * 51; ++k)
          storeBe(bytes.data() + 4 * k, bitsOf(stack.pixel<float>(job, which, k % 51, k / 51)));
        mine += (mine.empty() ? "" : " ") + std::to_string(crc32(bytes));
      }
      CHECK_MESSAGE(mine == answers[job], "stamp ", job, " recipe ", static_cast<int>(spec.recipe), " tile ",
                    spec.tile[0]);
      ++compared;
    }
  }
  test::fs::remove_all(folder);
  CHECK(compared == 18);
}
