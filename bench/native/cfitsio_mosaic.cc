// cfitsio_mosaic OUTPUT LON LAT WIDTH HEIGHT BORDER COUNT FILE...: joins image, mask and variance of patches
// of one grid, the plain way: WIDTH x HEIGHT pixels about a sky position, every pixel from the patch whose
// image less BORDER pixels on each side holds it, boxes read by fits_read_subset and written by
// fits_write_subset to a new file, COUNT times. Bits of masks stay where they are.
#include <cmath>
#include <string>

#include "peer.h"

namespace {

struct Box {
  long x0, y0, x1, y1;  // of the mosaic, half-open
};
struct Patch {
  std::string path;
  long dx, dy;  // mosaic pixel = image pixel + these, both from 1
  Box owns;
};

fitsfile* openAt(const std::string& path, int hdu) {
  int status = 0;
  fitsfile* file = nullptr;
  peer::check(fits_open_diskfile(&file, path.c_str(), READONLY, &status), "open");
  peer::check(fits_movabs_hdu(file, hdu, nullptr, &status), "move");
  return file;
}

// Where the patches lie is known beforehand to the other side as well: none of this is timed.
std::vector<Patch> place(char** paths, int count, double lon, double lat, long width, long height,
                         long border) {
  std::vector<Patch> used;
  for (int i = 0; i < count; ++i) {
    int status = 0;
    fitsfile* file = openAt(paths[i], 2);
    long size[2];
    peer::check(fits_get_img_size(file, 2, size, &status), "size");
    double middle[2];
    peer::HeaderWcs(file).toPixel(lon, lat, middle);
    peer::check(fits_close_file(file, &status), "close");
    const long dx = width / 2 - std::lround(middle[0]), dy = height / 2 - std::lround(middle[1]);
    const Box owns{std::max(0l, border + dx), std::max(0l, border + dy),
                   std::min(width, size[0] - border + dx), std::min(height, size[1] - border + dy)};
    if (owns.x0 < owns.x1 && owns.y0 < owns.y1) used.push_back({paths[i], dx, dy, owns});
  }
  return used;
}

void join(const std::string& output, const std::vector<Patch>& patches, long width, long height,
          std::vector<float>& floats, std::vector<int>& ints) {
  int status = 0, any = 0;
  float nan = NAN;
  fitsfile* out = nullptr;
  peer::check(fits_create_diskfile(&out, output.c_str(), &status), "create");
  peer::check(fits_create_img(out, BYTE_IMG, 0, nullptr, &status), "primary");
  for (int hdu = 2; hdu <= 4; ++hdu) {
    long size[2] = {width, height}, step[2] = {1, 1};
    const bool mask = hdu == 3;
    peer::check(fits_create_img(out, mask ? LONG_IMG : FLOAT_IMG, 2, size, &status), "image");
    for (const auto& [path, dx, dy, owns] : patches) {
      fitsfile* file = openAt(path, hdu);
      long to[2] = {owns.x0 + 1, owns.y0 + 1}, toLast[2] = {owns.x1, owns.y1};
      long from[2] = {to[0] - dx, to[1] - dy}, fromLast[2] = {toLast[0] - dx, toLast[1] - dy};
      void* pixels = mask ? static_cast<void*>(ints.data()) : floats.data();
      const int type = mask ? TINT : TFLOAT;
      peer::check(
          fits_read_subset(file, type, from, fromLast, step, mask ? nullptr : &nan, pixels, &any, &status),
          "read");
      peer::check(fits_write_subset(out, type, to, toLast, pixels, &status), "write");
      peer::check(fits_close_file(file, &status), "close");
    }
  }
  peer::check(fits_close_file(out, &status), "close");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 9) return 2;
  const std::string output = argv[1];
  const long width = std::atol(argv[4]), height = std::atol(argv[5]);
  const auto patches =
      place(argv + 8, argc - 8, std::atof(argv[2]), std::atof(argv[3]), width, height, std::atol(argv[6]));
  const auto pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
  std::vector<float> floats(pixels);
  std::vector<int> ints(pixels);
  std::vector<double> each(std::strtoull(argv[7], nullptr, 10));
  double all = 0;
  for (double& one : each) {
    std::remove(output.c_str());
    const double start = peer::now();
    join(output, patches, width, height, floats, ints);
    all += one = peer::now() - start;
  }
  std::remove(output.c_str());
  if (patches.empty()) return 1;
  peer::report(each, all);
}
