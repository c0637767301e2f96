// Plate solutions of the Digitized Sky Survey: as wcslib and astropy use them, and none that is hostile.
#include <doctest/doctest.h>

#include <sstream>

#include "core/base/error.h"
#include "core/wcs/over_image.h"
#include "core/wcs/wcs.h"
#include "headers.h"
#include "wcs_support.h"

using namespace vignet;
using namespace vignet::test;

namespace {

// As of a plate of the Digitized Sky Survey.
const std::string plate =
    "PLTRAH=16 PLTRAM=36 PLTRAS=26.33 PLTDECSN='-' PLTDECD=75 PLTDECM=6 PLTDECS=10.61 EQUINOX=2000.0 "
    "EPOCH=1976.2452 PLTSCALE=67.2 XPIXELSZ=15.0 YPIXELSZ=15.0 PPO1=0.0 PPO2=0.0 PPO3=177500.0 PPO4=0.0 "
    "PPO5=0.0 PPO6=177500.0 CNPIX1=9000 CNPIX2=7000 AMDX1=67.2325 AMDX2=-0.2514 AMDX3=-205.33 "
    "AMDX4=-1.6E-05 AMDX5=-2.3E-05 AMDX6=5.1E-06 AMDX7=0.0 AMDX8=1.9E-06 AMDX9=2.2E-09 AMDX10=1.9E-06 "
    "AMDX11=1.1E-09 AMDX12=0.0 AMDX13=0.0 AMDY1=67.23 AMDY2=0.2466 AMDY3=-66.17 AMDY4=-3E-05 "
    "AMDY5=1.2E-05 AMDY6=-1.1E-05 AMDY7=0.0 AMDY8=2E-06 AMDY9=1.1E-08 AMDY10=2E-06 AMDY11=2.7E-08 "
    "AMDY12=0.0 AMDY13=0.0 ";

std::string without(std::string pairs, const std::string& key) {
  const size_t at = pairs.find(key + "=");
  return pairs.erase(at, pairs.find(' ', at) + 1 - at);
}

}  // namespace

TEST_CASE("a plate solution is used, with or without a WCS beside it, as wcslib and astropy use it") {
  compareWithAstropy({headers::make(plate), headers::make(gnomonic + cd + plate)});
  CHECK(parsedNote(plate) == "The plate solution is used.");
  CHECK(parsedNote(gnomonic + cd + plate).find("not the WCS beside it") != std::string::npos);
  // Half of one is none.
  for (const std::string key : {"AMDY7", "PLTDECSN", "CNPIX2", "XPIXELSZ"}) {
    CHECK_FALSE(parseWcs(headers::make(without(plate, key)).lines(), 2));
    const auto beside = parseWcs(headers::make(gnomonic + cd + without(plate, key)).lines(), 2);
    REQUIRE(beside);
    CHECK(beside->crval[0] == 10);
    CHECK(beside->note.empty());
  }
  refused(plate + "AMDX3='x'", "for AMDX3");
  refused(plate + "XPIXELSZ=1E300", "expected");
}

TEST_CASE("a plate solution with hostile numbers ends in an error or in positions") {
  std::istringstream words(plate);
  for (std::string word; words >> word;) {
    const std::string key = word.substr(0, word.find('='));
    for (const char* number : {"0", "-1", "0.5", "90", "1E11", "1E300", "-1E-300", "'x'"}) {
      INFO(key << " = " << number);
      try {
        const auto numbers =
            parseImageWcs(headers::make(without(plate, key) + key + "=" + number).lines(), 2, 300, 300);
        if (!numbers) continue;
        Wcs wcs(*numbers);
        map(wcs, gridOf(headers::make(plate, 300, 300)));
      } catch (const Error& e) {
        CHECK(e.code() == "BAD_WCS");
      }
    }
  }
}
