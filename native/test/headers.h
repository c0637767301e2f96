// Headers for the tests of the sky: from text, and from the real files.
#pragma once
#include <fitsio.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "oracle.h"

namespace headers {

struct Header {
  std::string path, cards;  // 80-character cards without END, joined
  int hdu = -1;             // -1: a text file
  int naxis = 2;
  long width = 1024, height = 1024;
  std::string lines() const {  // as a layout keeps them
    std::string all;
    for (std::size_t i = 0; i + 80 <= cards.size(); i += 80) {
      std::string line = cards.substr(i, 80);
      line.erase(line.find_last_not_of(' ') + 1);
      all += line + "\n";
    }
    return all;
  }
};

inline std::string card(const std::string& key, const std::string& value) {
  std::string text = key;
  text.resize(8, ' ');
  text += "= " + value;
  text.resize(80, ' ');
  return text;
}

inline std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17G", x);
  return text;
}

// "KEY=value KEY='text'" into cards; values hold no blanks.
inline Header make(const std::string& pairs, long width = 1024, long height = 1024) {
  Header h;
  std::istringstream words(pairs);
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    h.cards += card(word.substr(0, equals), word.substr(equals + 1));
  }
  h.width = width;
  h.height = height;
  return h;
}

// Every image HDU with CTYPE1 beneath the folder, and every .hdr text.
inline std::vector<Header> real() {
  std::vector<Header> all;
  const std::filesystem::path root = oracle::realData();
  if (root.empty()) return all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string path = entry.path().string();
    if (path.ends_with(".hdr")) {
      std::ifstream in(path, std::ios::binary);
      std::string text((std::istreambuf_iterator<char>(in)), {});
      text.resize((text.size() + 79) / 80 * 80, ' ');
      Header h;
      h.path = path;
      for (std::size_t i = 0; i + 80 <= text.size() && text.compare(i, 8, "END     ") != 0; i += 80)
        h.cards += text.substr(i, 80);
      all.push_back(h);
    }
    if (!path.ends_with(".fits") && !path.ends_with(".fz") && !path.ends_with("tpv.fits.gz")) continue;
    fitsfile* file = nullptr;
    int status = 0, hdus = 0, type = 0;
    if (fits_open_file(&file, path.c_str(), READONLY, &status)) continue;
    fits_get_num_hdus(file, &hdus, &status);
    for (int hdu = 1; hdu <= hdus; hdu++) {
      status = 0;
      if (fits_movabs_hdu(file, hdu, &type, &status) || type != IMAGE_HDU) continue;
      int bitpix = 0, naxis = 0, count = 0;
      long size[9] = {};
      fits_get_img_param(file, 9, &bitpix, &naxis, size, &status);
      char value[80];
      if (status || naxis < 2 || fits_read_key(file, TSTRING, "CTYPE1", value, nullptr, &status)) continue;
      char* text = nullptr;
      fits_convert_hdr2str(file, 0, nullptr, 0, &text, &count, &status);
      Header h{path, text, hdu - 1, naxis, size[0], size[1]};
      if (const std::size_t end = h.cards.find("END     "); end != std::string::npos && end % 80 == 0)
        h.cards.resize(end);
      std::free(text);
      all.push_back(h);
    }
    status = 0;
    fits_close_file(file, &status);
  }
  std::sort(all.begin(), all.end(), [](const Header& a, const Header& b) {
    return std::tie(a.path, a.hdu) < std::tie(b.path, b.hdu);
  });
  return all;
}

}  // namespace headers
