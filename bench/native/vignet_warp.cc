// vignet_warp IMAGE WEIGHT HEADER OUT OUTWEIGHT KERNEL: resamples a FITS image (32-bit floats in the primary
// HDU) and its weight map (inverse variances) onto the grid of a text header, as SWarp does, in strips of
// output rows. Prints the seconds of the whole and of the resampling alone, and time-stamp counter ticks per
// output pixel of the latter.
#include <fcntl.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/bytes/reader.h"
#include "core/fits/hdus.h"
#include "core/fits/write.h"
#include "core/resample/resample.h"

namespace {

using namespace vignet;

constexpr uint32_t stripRows = 256;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

uint64_t ticks() {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return 0;
#endif
}

struct Plane {
  std::unique_ptr<Reader> reader;
  HduRecord hdu;
  uint32_t width = 0, height = 0;

  explicit Plane(const std::filesystem::path& path) {
    const auto whole = std::filesystem::absolute(path);
    reader = openFile(whole.parent_path().string(), whole.filename().string());
    hdu = walkHdus(*reader).at(0);
    const auto shape = imageShape(hdu).value();
    if (shape.bitpix != -32)
      throw std::runtime_error("expected an image of 32-bit floats (BITPIX = -32), received BITPIX = " +
                               std::to_string(shape.bitpix));
    width = shape.width;
    height = shape.height;
  }
  void read(const Box& box, std::vector<float>& to) const {
    to.resize(static_cast<size_t>(box.width()) * box.height());
    const auto rowBytes = static_cast<uint64_t>(width) * 4;
    const bool whole = box.width() == width;
    const uint32_t reads = whole ? 1 : box.height();
    const size_t pixels = to.size() / reads;
    for (uint32_t k = 0; k < reads; k++)
      reader->read(hdu.hdu.dataOffset + (box.y0 + k) * rowBytes + box.x0 * 4UL,
                   std::as_writable_bytes(std::span(to).subspan(k * pixels, pixels)));
  }
};

struct Output {
  int file;
  uint64_t at = 0;
  Output(const char* path, const std::string& header) : file(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644)) {
    put(header.data(), header.size());
  }
  void put(const void* bytes, size_t size) {
    if (write(file, bytes, size) != ssize_t(size)) throw std::runtime_error("cannot write the output");
    at += size;
  }
  void finish() {
    const std::string zeros(paddedBlock(at) - at, '\0');
    put(zeros.data(), zeros.size());
    close(file);
  }
};

uint32_t swapped(float value) { return swapBytes(std::bit_cast<uint32_t>(value)); }
float read(float stored) { return std::bit_cast<float>(swapBytes(std::bit_cast<uint32_t>(stored))); }

// Big-endian image and weight into numbers and variances; what has no weight is missing.
void decode(std::vector<float>& image, std::vector<float>& weight) {
  for (size_t i = 0; i < image.size(); i++) {
    const float w = read(weight[i]), value = read(image[i]);
    const bool good = w > 0;
    image[i] = good ? value : std::numeric_limits<float>::quiet_NaN();
    weight[i] = good ? 1 / w : std::numeric_limits<float>::quiet_NaN();
  }
}

void encode(std::vector<float>& image, std::vector<float>& variance) {
  for (size_t i = 0; i < image.size(); i++) {
    const bool good = variance[i] > 0;
    image[i] = std::bit_cast<float>(swapped(good ? image[i] : 0));
    variance[i] = std::bit_cast<float>(swapped(good ? 1 / variance[i] : 0));
  }
}

int run(char** argv) {
  const double start = now();
  const Kernel kernel = kernelNamed(argv[6]);
  const Plane image(argv[1]), weight(argv[2]);
  std::string lines;
  HeaderWriter header;
  std::ifstream text(argv[3]);
  for (std::string line; std::getline(text, line) && !line.starts_with("END");) {
    lines += line + "\n";
    header.addCard(line);
  }
  const Header target = Header::fromText(lines);
  const auto width = static_cast<uint32_t>(target.getInt("NAXIS1").value()),
             height = static_cast<uint32_t>(target.getInt("NAXIS2").value());
  PixelMap map(parseWcs(lines, 2).value(), width, height, parseWcs(image.hdu.header.text(), 2).value(),
               image.width, image.height);
  Output imageOut(argv[4], header.finish()), weightOut(argv[5], header.finish());
  std::vector<float> in, variance, out(static_cast<size_t>(width) * stripRows), outVariance(out.size());
  double resampling = 0;
  uint64_t spent = 0;
  for (uint32_t y = 0; y < height; y += stripRows) {
    const Box strip{0, y, width, std::min(height, y + stripRows)};
    out.resize(static_cast<size_t>(width) * strip.height());
    outVariance.resize(out.size());
    const double begin = now();
    const uint64_t first = ticks();
    const Box box = inputBoxOf(map, kernel, strip);
    resampling += now() - begin;
    spent += ticks() - first;
    image.read(box, in);
    weight.read(box, variance);
    decode(in, variance);
    const double again = now();
    const uint64_t second = ticks();
    resample(map, kernel, {box, in.data(), variance.data()}, {strip, width, out.data(), outVariance.data()});
    resampling += now() - again;
    spent += ticks() - second;
    encode(out, outVariance);
    imageOut.put(out.data(), out.size() * sizeof(float));
    weightOut.put(outVariance.data(), out.size() * sizeof(float));
  }
  imageOut.finish();
  weightOut.finish();
  const double pixels = static_cast<double>(width) * height;
  std::printf("{\"n\": 1, \"seconds\": %.6g, \"resampling\": %.6g, \"mpix\": %.4g, \"ticks\": %.4g}\n",
              now() - start, resampling, pixels / 1e6, static_cast<double>(spent) / pixels);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  try {
    return run(argv);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
