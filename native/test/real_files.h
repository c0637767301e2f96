// The real files of other people's telescopes, where they are on this machine.
#pragma once
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace real_files {

// Every FITS file in them that is not gzip-compressed as a whole, in a fixed order; empty, with a line that
// says so, when the folder is not there.
inline std::vector<std::filesystem::path> fitsFiles() {
  namespace fs = std::filesystem;
  const char* named = std::getenv("VIGNET_REAL_DATA");
  const fs::path folder =
      named ? fs::path(named) : fs::path(__FILE__).parent_path() / ".." / ".." / ".." / "shared" / "data";
  std::vector<fs::path> files;
  std::error_code none;
  if (!fs::is_directory(folder, none)) {
    std::puts("REAL DATA NOT RUN");
    return files;
  }
  for (const auto& entry : fs::recursive_directory_iterator(fs::canonical(folder))) {
    char head[6] = {};
    std::ifstream(entry.path(), std::ios::binary).read(head, sizeof head);
    const bool isFits = entry.path().filename().string().find(".fits") != std::string::npos;
    if (entry.is_regular_file() && isFits && std::string(head, 6) == "SIMPLE") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace real_files
