// wcslib's structs with C++ lifetimes. Only wcs/*.cc include this.
#pragma once
#include <wcslib/dis.h>
#include <wcslib/wcs.h>
#include <wcslib/wcshdr.h>
#include <wcslib/wcsmath.h>

#include <cstdlib>

#include "core/wcs/numeric.h"

namespace vignet {

struct WcsprmGuard {
  wcsprm prm{};
  WcsprmGuard() { prm.flag = -1; }
  ~WcsprmGuard() {
    if (prm.lin.flag == 0) {
      // linset (7.12) forgets these when it refuses, and linfree then leaves them.
      std::free(prm.lin.piximg);
      std::free(prm.lin.imgpix);
      prm.lin.piximg = prm.lin.imgpix = nullptr;
    }
    wcsfree(&prm);
  }
  WcsprmGuard(const WcsprmGuard&) = delete;
  WcsprmGuard& operator=(const WcsprmGuard&) = delete;
};

// Fills a fresh struct from numbers and sets it up; Error{data, BAD_WCS} when wcslib refuses. The functions
// that size wcslib's arrays by global variables (wcsnpv, wcsnps, disndp) are not thread-safe: sizes go in as
// arguments. `prior`: with the distortion that goes before the linear step.
void setUp(wcsprm& prm, const NumericWcs& numbers, bool prior);

}  // namespace vignet
