// What the peer programs share: errors end the program, times go to stdout as one JSON object.
#pragma once
#include <fitsio.h>
#include <wcslib/wcs.h>
#include <wcslib/wcshdr.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace peer {

inline void check(int status, const char* what) {
  if (!status) return;
  char text[FLEN_ERRMSG] = "";
  fits_get_errstatus(status, text);
  std::fprintf(stderr, "%s: %s\n", what, text);
  std::exit(1);
}

// The celestial WCS of the current HDU, parsed from its header as everybody does.
class HeaderWcs {
 public:
  explicit HeaderWcs(fitsfile* file) {
    int status = 0, cards = 0, rejected = 0;
    char* header = nullptr;
    // Without comments. Of a compressed image this is the table's header, which has all that a WCS needs;
    // fits_convert_hdr2str would give the image's own, but takes 80 ms for a detector of 4000 rows.
    check(fits_hdr2str(file, 1, nullptr, 0, &header, &cards, &status), "header");
    if (wcspih(header, cards, WCSHDR_all, 0, &rejected, &count_, &all_) || count_ < 1) check(1, "wcspih");
    fits_free_memory(header, &status);
    if (wcsset(all_)) check(1, "wcsset");
  }
  ~HeaderWcs() { wcsvfree(&count_, &all_); }
  HeaderWcs(const HeaderWcs&) = delete;
  HeaderWcs& operator=(const HeaderWcs&) = delete;

  // 1-based pixel of a position in degrees.
  void toPixel(double lon, double lat, double pixel[2]) {
    double world[2] = {lon, lat}, phi = 0, theta = 0, image[2];
    int bad[2] = {0, 0};
    if (wcss2p(all_, 1, 2, world, &phi, &theta, image, pixel, bad)) check(1, "wcss2p");
  }

 private:
  wcsprm* all_ = nullptr;
  int count_ = 0;
};

inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// `each`: seconds of single operations. `wall`: of all, with however many threads.
inline void report(const std::vector<double>& each, double wall) {
  const auto [least, most] = std::minmax_element(each.begin(), each.end());
  std::printf(
      "{\"n\": %zu, \"seconds\": %.9g, \"min\": %.9g, \"max\": %.9g, \"cfitsio\": \"%d.%d.%d\", \"wcslib\": "
      "\"%s\"}\n",
      each.size(), wall / static_cast<double>(each.size()), *least, *most, CFITSIO_MAJOR, CFITSIO_MINOR,
      CFITSIO_MICRO, wcslib_version(nullptr));
}

}  // namespace peer
