// What is asked of wcslib, counted: how much work it is, whatever the machine has to do besides. The linker
// leads the core's calls through the counters (CMakeLists.txt); those of wcslib to itself are not seen.
#pragma once
#include <cstddef>

namespace vignet {

struct WcslibCounts {
  size_t setUps = 0, parsed = 0, distortions = 0, points = 0;
};
WcslibCounts wcslibCounts();

// What has been asked for since this was made.
class WcslibCalls {
 public:
  size_t setUps() const { return wcslibCounts().setUps - before_.setUps; }  // wcsset
  size_t parsed() const { return wcslibCounts().parsed - before_.parsed; }  // headers, by wcspih
  size_t distortions() const { return wcslibCounts().distortions - before_.distortions; }  // lindist
  size_t points() const { return wcslibCounts().points - before_.points; }  // wcsp2s and wcss2p

 private:
  WcslibCounts before_ = wcslibCounts();
};

}  // namespace vignet
