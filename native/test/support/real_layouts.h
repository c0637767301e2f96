// Real files as layouts, for tests that look at every plane of every one of them.
#pragma once
#include <string>
#include <vector>

#include "../oracle.h"
#include "cfitsio_plane.h"
#include "image_hdus.h"

namespace vignet::plane {

// Calls use(bytes, reader, layouts) for every FITS file of other people's telescopes, one layout for each
// image that can be read. Without the files a line says so, and the result is false.
template <class Use>
bool eachRealFile(const Use& use) {
  const std::filesystem::path root = oracle::realData();
  if (root.empty()) {
    std::puts("REAL DATA NOT RUN");
    return false;
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string name = entry.path().filename();
    if (!entry.is_regular_file() || (!name.ends_with(".fits") && !name.ends_with(".fz"))) continue;
    INFO(name);
    std::vector<std::byte> bytes(entry.file_size());
    std::ifstream(entry.path(), std::ios::binary)
        .read(reinterpret_cast<char*>(bytes.data()), static_cast<long>(bytes.size()));
    Bytes reader(bytes);
    std::vector<uint16_t> hdus;
    try {
      hdus = imageHdus(reader);
    } catch (const Error&) {
      continue;  // broken headers and tables are other tests' matter
    }
    std::vector<Layout> layouts;
    for (const uint16_t hdu : hdus) {
      const LayoutSource source{&reader, std::nullopt, hdu};
      try {
        layouts.push_back(readLayout(std::span(&source, 1)));
      } catch (const Error&) {
        continue;
      }
    }
    use(std::span<const std::byte>(bytes), reader, layouts);
  }
  return true;
}

}  // namespace vignet::plane
