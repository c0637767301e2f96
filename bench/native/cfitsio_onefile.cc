// cfitsio_onefile FILE SIZE < `x y` lines: stamps of the image about 0-based pixels, one after the other, the
// file kept open. Positions whose stamp leaves the image are moved in.
#include <algorithm>
#include <cmath>

#include "peer.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const long size = std::atol(argv[2]);
  int status = 0, any = 0;
  fitsfile* file = nullptr;
  peer::check(fits_open_diskfile(&file, argv[1], READONLY, &status), "open");
  peer::check(fits_movabs_hdu(file, 2, nullptr, &status), "move to the image");
  long axes[2] = {0, 0};
  peer::check(fits_get_img_size(file, 2, axes, &status), "size");
  std::vector<float> pixels(static_cast<size_t>(size * size));
  float nan = NAN;
  std::vector<double> each;
  const double begin = peer::now();
  for (long at[2]; std::scanf("%ld %ld", &at[0], &at[1]) == 2;) {
    long first[2], last[2], step[2] = {1, 1};
    for (int axis = 0; axis < 2; ++axis) {
      first[axis] = std::clamp(at[axis] - size / 2 + 1, 1L, axes[axis] - size + 1);
      last[axis] = first[axis] + size - 1;
    }
    const double start = peer::now();
    peer::check(fits_read_subset(file, TFLOAT, first, last, step, &nan, pixels.data(), &any, &status),
                "read");
    each.push_back(peer::now() - start);
  }
  const double wall = peer::now() - begin;
  fits_close_file(file, &status);
  peer::report(each, wall);
}
