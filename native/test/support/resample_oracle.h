// test/oracles/resample_oracle.py on an image of ours.
#pragma once
#include "../oracle.h"
#include "resample_case.h"

namespace resample_oracle {

// How well an image of ours agrees with its: the largest difference, in a unit that the test names, and over
// how many pixels.
struct Agreement {
  double worst = 0;
  size_t compared = 0;
};

// What it makes of `in` on the pair's output grid: `interp`, `exact`, `lanczos3` or `lanczos4`.
inline std::vector<double> ask(const resample_case::Pair& pair, const resample_case::Planes& in,
                               const std::string& what) {
  const auto folder = std::filesystem::temp_directory_path();
  const auto path = [&](const char* name) {
    return (folder / ("vignet-resample-" + std::to_string(::getpid()) + name)).string();
  };
  std::ofstream(path(".raw"), std::ios::binary)
      .write(reinterpret_cast<const char*>(in.image.data()),
             std::streamsize(in.image.size() * sizeof(float)));
  std::ofstream(path(".in")) << pair.input.cards;
  std::ofstream(path(".out")) << pair.output.cards;
  const auto lines =
      oracle::ask("resample_oracle.py", path(".raw") + "\t" + std::to_string(in.box.width()) + "\t" +
                                            std::to_string(in.box.height()) + "\t" + path(".in") + "\t" +
                                            path(".out") + "\t" + std::to_string(pair.output.width) + "\t" +
                                            std::to_string(pair.output.height) + "\t" + what + "\n");
  for (const char* name : {".raw", ".in", ".out"}) std::filesystem::remove(path(name));
  std::vector<double> values;
  for (const std::string& line : lines) {
    const char* at = line.c_str();
    for (char* end = nullptr; *at; at = *end ? end + 1 : end) values.push_back(std::strtod(at, &end));
  }
  return values;
}

}  // namespace resample_oracle
