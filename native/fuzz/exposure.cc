// Any file's tables about its exposure: calibrations, PSFs, trees.
#include <cstddef>
#include <cstdint>

#include "core/base/error.h"
#include "core/exposure/exposure.h"
#include "core/fits/layout.h"

using namespace vignet;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    ExtentReader reader({size, 1}, {{0, {reinterpret_cast<const std::byte*>(data), size}}});
    const LayoutSource source{&reader, {}, {}};
    describeExposure(readLayout({&source, 1}), reader);
  } catch (const Error&) {
  }
  return 0;
}
