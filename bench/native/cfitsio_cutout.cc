// cfitsio_cutout FILE SIDE THREADS COUNT < positions: for each position (`lon lat`, one a line, again from
// the first when they run out) opens the file, finds the pixel by the header's WCS, and reads SIDE x SIDE
// pixels of image, mask and variance. It stops there: no answer file is written.
#include <atomic>
#include <cmath>
#include <thread>

#include "peer.h"

namespace {

struct Position {
  double lon, lat;
};

void cut(const char* path, const Position& at, long side, std::vector<float>& floats,
         std::vector<int>& ints) {
  int status = 0;
  fitsfile* file = nullptr;
  peer::check(fits_open_diskfile(&file, path, READONLY, &status), "open");
  peer::check(fits_movabs_hdu(file, 2, nullptr, &status), "move to the image");
  double pixel[2];
  {
    peer::HeaderWcs wcs(file);
    wcs.toPixel(at.lon, at.lat, pixel);
  }
  long first[2], last[2], step[2] = {1, 1};
  for (int axis = 0; axis < 2; ++axis) {
    first[axis] = std::lround(pixel[axis]) - side / 2;
    last[axis] = first[axis] + side - 1;
  }
  float nan = NAN;
  int any = 0;
  for (int hdu = 2; hdu <= 4; ++hdu) {
    peer::check(fits_movabs_hdu(file, hdu, nullptr, &status), "move");
    if (hdu == 3) {
      int none = 0;
      peer::check(fits_read_subset(file, TINT, first, last, step, &none, ints.data(), &any, &status), "mask");
    } else {
      peer::check(fits_read_subset(file, TFLOAT, first, last, step, &nan, floats.data(), &any, &status),
                  "plane");
    }
  }
  peer::check(fits_close_file(file, &status), "close");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const long side = std::atol(argv[2]);
  const int threads = std::atoi(argv[3]);
  const size_t count = std::strtoull(argv[4], nullptr, 10);
  std::vector<Position> positions;
  for (Position at; std::scanf("%lf %lf", &at.lon, &at.lat) == 2;) positions.push_back(at);
  if (positions.empty()) return 2;

  std::vector<double> each(count);
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    const size_t pixels = static_cast<size_t>(side) * static_cast<size_t>(side);
    std::vector<float> floats(pixels);
    std::vector<int> ints(pixels);
    for (size_t i; (i = next++) < count;) {
      const double start = peer::now();
      cut(argv[1], positions[i % positions.size()], side, floats, ints);
      each[i] = peer::now() - start;
    }
  };
  const double begin = peer::now();
  std::vector<std::thread> pool;
  for (int i = 0; i < threads; ++i) pool.emplace_back(work);
  for (std::thread& thread : pool) thread.join();
  peer::report(each, peer::now() - begin);
}
