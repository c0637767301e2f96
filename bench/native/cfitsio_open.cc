// cfitsio_open FILE COUNT: opens a file, visits every HDU and sets up the image's WCS: what must be known
// before any pixel can be cut out.
#include "peer.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::vector<double> each;
  const double begin = peer::now();
  for (int i = std::atoi(argv[2]); i > 0; --i) {
    const double start = peer::now();
    int status = 0, hdus = 0;
    fitsfile* file = nullptr;
    peer::check(fits_open_diskfile(&file, argv[1], READONLY, &status), "open");
    peer::check(fits_get_num_hdus(file, &hdus, &status), "count HDUs");
    for (int hdu = 1; hdu <= hdus; ++hdu) peer::check(fits_movabs_hdu(file, hdu, nullptr, &status), "move");
    peer::check(fits_movabs_hdu(file, 2, nullptr, &status), "move");
    { const peer::HeaderWcs wcs(file); }
    peer::check(fits_close_file(file, &status), "close");
    each.push_back(peer::now() - start);
  }
  peer::report(each, peer::now() - begin);
}
