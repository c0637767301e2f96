// decode_plane FILE HDU COUNT: the whole compressed plane of an HDU (0-based), COUNT times by readPixels and
// by cfitsio's fits_read_img in turn, one thread, the file open on both sides and in the page cache. Prints
// both (in seconds of the processor, so that a busy machine does no harm), and what bounds ours: how fast
// this machine writes to memory, and what the Rice streams take by themselves.
#include <cmath>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "core/codec/rice.h"
#include "core/pixels/read_pixels.h"
#include "core/pixels/tiles.h"
#include "peer.h"

using namespace vignet;

namespace {

double processorTime() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

template <typename Work>
double timed(Work work) {
  const double start = processorTime();
  work();
  return processorTime() - start;
}

double median(std::vector<double> each) {
  std::sort(each.begin(), each.end());
  return each[each.size() / 2];
}

// Of a dependent chain of additions, one a cycle.
double cyclesPerSecond() {
  uint64_t x = static_cast<uint64_t>(std::time(nullptr));
  constexpr int count = 50'000'000;
  double best = 1e9;
  for (int turn = 0; turn < 5; ++turn) {
    best = std::min(best, timed([&] {
                      for (int i = 0; i < count; ++i) asm volatile("add $1, %0" : "+r"(x));
                    }));
  }
  return count / best;
}

class Theirs {
 public:
  Theirs(const std::string& path, const Plane& plane)
      : plane_(plane), out_(size_t{plane.width} * plane.height * 8) {
    int status = 0;
    peer::check(fits_open_diskfile(&file_, path.c_str(), READONLY, &status), "open");
    peer::check(fits_movabs_hdu(file_, plane.hdu + 1, nullptr, &status), "move");
  }
  ~Theirs() {
    int status = 0;
    fits_close_file(file_, &status);
  }
  Theirs(const Theirs&) = delete;
  Theirs& operator=(const Theirs&) = delete;
  void read() {
    int status = 0, any = 0;
    float nan = NAN;
    const LONGLONG pixels = LONGLONG{plane_.width} * plane_.height;
    const int type = plane_.bitpix == -32 ? TFLOAT : TINT;
    peer::check(
        fits_read_img(file_, type, 1, pixels, plane_.bitpix < 0 ? &nan : nullptr, out_.data(), &any, &status),
        "plane");
  }
  // Whether our big-endian pixels are theirs, any NaN being equal to any other.
  bool equals(std::span<const std::byte> ours) const {
    const auto* theirs = reinterpret_cast<const uint32_t*>(out_.data());
    for (size_t i = 0; i < ours.size() / 4; ++i) {
      uint32_t bits;
      std::memcpy(&bits, ours.data() + 4 * i, 4);
      bits = __builtin_bswap32(bits);
      const bool bothNan =
          plane_.bitpix < 0 && (bits & 0x7fffffff) > 0x7f800000 && (theirs[i] & 0x7fffffff) > 0x7f800000;
      if (bits != theirs[i] && !bothNan) return false;
    }
    return true;
  }
  double density() const {
    const auto* pixels = reinterpret_cast<const uint32_t*>(out_.data());
    const size_t count = size_t{plane_.width} * plane_.height;
    return static_cast<double>(std::count_if(pixels, pixels + count, [](uint32_t v) { return v != 0; })) /
           static_cast<double>(count);
  }

 private:
  const Plane& plane_;
  std::vector<std::byte> out_;
  fitsfile* file_ = nullptr;
};

// The Rice streams of a plane in memory, gone through without keeping a pixel, as many at once as there are
// lanes.
double riceStage(Reader& reader, const Layout& layout, const Plane& plane, int count) {
  Tiles tiles(layout, plane);
  std::vector<std::vector<std::byte>> streams;
  std::vector<size_t> pixels;
  std::vector<std::byte> row(plane.tiles->rowBytes);
  for (uint64_t i = 0; i < plane.tiles->rows; ++i) {
    reader.read(layout.hdus[plane.hdu].dataOffset + i * row.size(), row);
    const TileCell cell = tiles.cell(i, row);
    if (cell.form != TileCell::Form::coded) continue;
    streams.emplace_back(cell.bytes.length);
    reader.read(cell.bytes.offset, streams.back());
    pixels.push_back(size_t{tiles.box(i).width()} * tiles.box(i).height());
  }
  std::vector<double> each;
  for (int turn = 0; turn < count; ++turn) {
    each.push_back(timed([&] {
      std::vector<RiceDecoder<int32_t>> team;
      for (size_t i = 0; i < streams.size(); ++i) {
        team.emplace_back(streams[i], static_cast<uint32_t>(plane.tiles->blockSize));
        const bool last = i + 1 == streams.size() || pixels[i + 1] != pixels[i];
        if (!last && team.size() < RiceLanes<int32_t>::count()) continue;
        RiceLanes<int32_t>::decode(team, {}, pixels[i]);
        team.clear();
      }
    }));
  }
  return median(each);
}

void printSide(const char* name, const std::vector<double>& each) {
  const auto [least, most] = std::minmax_element(each.begin(), each.end());
  std::printf("\"%s\": {\"n\": %zu, \"seconds\": %.9g, \"min\": %.9g, \"max\": %.9g}, ", name, each.size(),
              median(each), *least, *most);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string path = argv[1];
  const size_t slash = path.rfind('/');
  const auto reader = openFile(path.substr(0, slash), path.substr(slash + 1));
  const int hdu = std::atoi(argv[2]), count = std::atoi(argv[3]);
  const LayoutSource source{reader.get(), std::nullopt, std::nullopt};
  const Layout layout = readLayout(std::span(&source, 1));
  const auto found =
      std::find_if(layout.planes.begin(), layout.planes.end(), [&](const Plane& p) { return p.hdu == hdu; });
  if (found == layout.planes.end() || !found->tiles || std::abs(found->bitpix) != 32) return 2;
  const Plane& plane = *found;
  const size_t pixels = size_t{plane.width} * plane.height;

  Theirs theirs(path, plane);
  std::vector<std::byte> out(4 * pixels);
  const auto ours = [&] {
    readPixels(*reader, layout, plane, {0, 0, plane.width, plane.height}, out, Control());
  };
  ours(), theirs.read();
  if (!theirs.equals(out)) peer::check(1, "our pixels are not theirs");
  std::vector<double> mine, yours, writes;
  for (int i = 0; i < count; ++i) {
    mine.push_back(timed(ours));
    yours.push_back(timed([&] { theirs.read(); }));
  }
  for (int i = 0; i < count; ++i) writes.push_back(timed([&] { std::memset(out.data(), i, out.size()); }));

  std::printf("{");
  printSide("ours", mine), printSide("peer", yours);
  const double cycles = cyclesPerSecond() / static_cast<double>(pixels), seconds = median(mine);
  std::printf("\"notes\": \"%.0f Mpix/s, cfitsio %.0f; %.2f bits a pixel",
              static_cast<double>(pixels) / seconds / 1e6, static_cast<double>(pixels) / median(yours) / 1e6,
              8 * static_cast<double>(plane.tiles->heapBytes) / static_cast<double>(pixels));
  if (plane.bitpix > 0) std::printf(", %.1f %% of them not 0", 100 * theirs.density());
  std::printf("; %.2f cycles a pixel", seconds * cycles);
  if (plane.tiles->codec == Codec::rice1 && plane.tiles->bytePix == 4)
    std::printf(", of which the Rice streams by themselves %.2f",
                riceStage(*reader, layout, plane, count) * cycles);
  std::printf("; writing the pixels at memory's speed (%.1f GB/s) takes %.0f %% of ours\"}\n",
              static_cast<double>(out.size()) / median(writes) / 1e9, 100 * median(writes) / seconds);
}
