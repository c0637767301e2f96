// cfitsio_stamps SIZE PLANES < `path lon lat` lines: of every file the stamp about its position: open, move
// to the image, find the pixel by the header's WCS, read SIZE x SIZE pixels of the image and, with PLANES =
// 3, of the mask and the variance.
#include <cmath>
#include <iostream>
#include <string>

#include "peer.h"

namespace {

void cut(const char* path, double lon, double lat, long size, int planes, std::vector<float>& floats,
         std::vector<int>& ints) {
  int status = 0;
  fitsfile* file = nullptr;
  peer::check(fits_open_diskfile(&file, path, READONLY, &status), "open");
  peer::check(fits_movabs_hdu(file, 2, nullptr, &status), "move to the image");
  double pixel[2];
  {
    peer::HeaderWcs wcs(file);
    wcs.toPixel(lon, lat, pixel);
  }
  long first[2], last[2], step[2] = {1, 1};
  for (int axis = 0; axis < 2; ++axis) {
    first[axis] = std::lround(pixel[axis]) - size / 2;
    last[axis] = first[axis] + size - 1;
  }
  float nan = NAN;
  int any = 0, none = 0;
  peer::check(fits_read_subset(file, TFLOAT, first, last, step, &nan, floats.data(), &any, &status), "image");
  if (planes == 3) {
    peer::check(fits_movabs_hdu(file, 3, nullptr, &status), "move");
    peer::check(fits_read_subset(file, TINT, first, last, step, &none, ints.data(), &any, &status), "mask");
    peer::check(fits_movabs_hdu(file, 4, nullptr, &status), "move");
    peer::check(fits_read_subset(file, TFLOAT, first, last, step, &nan, floats.data(), &any, &status),
                "variance");
  }
  peer::check(fits_close_file(file, &status), "close");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const long size = std::atol(argv[1]);
  const int planes = std::atoi(argv[2]);
  struct Observation {
    std::string path;
    double lon, lat;
  };
  std::vector<Observation> observations;
  for (Observation o; std::cin >> o.path >> o.lon >> o.lat;) observations.push_back(o);
  if (observations.empty()) return 2;
  std::vector<float> floats(static_cast<size_t>(size * size));
  std::vector<int> ints(floats.size());
  std::vector<double> each;
  const double begin = peer::now();
  for (const Observation& o : observations) {
    const double start = peer::now();
    cut(o.path.c_str(), o.lon, o.lat, size, planes, floats, ints);
    each.push_back(peer::now() - start);
  }
  peer::report(each, peer::now() - begin);
}
