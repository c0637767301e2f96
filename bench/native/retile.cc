// retile FILE HDU OUT WIDTH HEIGHT: the floats of an HDU (0-based) by cfitsio into a file of their own,
// RICE_1 with SUBTRACTIVE_DITHER_2 in tiles of WIDTH x HEIGHT.
#include <cmath>
#include <string>

#include "peer.h"

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  int status = 0, any = 0;
  fitsfile *in = nullptr, *out = nullptr;
  peer::check(fits_open_diskfile(&in, argv[1], READONLY, &status), "open");
  peer::check(fits_movabs_hdu(in, std::atoi(argv[2]) + 1, nullptr, &status), "move");
  long size[2];
  peer::check(fits_get_img_size(in, 2, size, &status), "size");
  // cfitsio finds undefined pixels that are equal to a number, which NaN is not.
  float null = -987654336.0f;
  std::vector<float> pixels(static_cast<size_t>(size[0] * size[1]));
  const auto count = static_cast<LONGLONG>(pixels.size());
  peer::check(fits_read_img(in, TFLOAT, 1, count, &null, pixels.data(), &any, &status), "read");

  const std::string path = argv[3], half = path + ".part";
  std::remove(half.c_str());
  peer::check(fits_create_diskfile(&out, half.c_str(), &status), "create");
  long tile[2] = {std::atol(argv[4]), std::atol(argv[5])};
  fits_set_compression_type(out, RICE_1, &status);
  fits_set_tile_dim(out, 2, tile, &status);
  fits_set_quantize_level(out, 16, &status);
  fits_set_quantize_method(out, SUBTRACTIVE_DITHER_2, &status);
  fits_set_dither_seed(out, 1, &status);
  fits_create_img(out, FLOAT_IMG, 2, size, &status);
  peer::check(fits_write_imgnull(out, TFLOAT, 1, count, pixels.data(), &null, &status), "write");
  fits_close_file(in, &status);
  peer::check(fits_close_file(out, &status), "close");
  return std::rename(half.c_str(), path.c_str()) == 0 ? 0 : 1;
}
