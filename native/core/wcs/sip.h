// SIP (Shupe et al. 2005, ASP Conf. 347, 491): the distortion added to pixel coordinates before the linear
// step.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/wcs/numeric.h"

namespace vignet {

// wcslib's own takes longer to set up than all the rest of a WCS, for it parses the name of every coefficient
// again. The values are the same but for rounding.
class Sip {
 public:
  // The prior distortion of `numbers` if it is SIP of order 9 at most (which is what the convention's cards
  // can say) in both axes and nothing else; what is not found here is left to wcslib.
  static std::optional<Sip> of(const NumericWcs& numbers);

  // Pixels count from 1. What leaves the range of numbers is not finite.
  void distort(double& x, double& y) const;
  // The inverse, to 1e-9 pixel. False where that does not converge.
  bool restore(double& x, double& y) const;

 private:
  static constexpr size_t kMostOrder = 9;
  struct Term {
    double value = 0, du = 0, dv = 0;
  };
  bool take(const WcsDistortion& record);
  Term at(size_t axis, double u, double v) const;

  // [axis][power of u][power of v]
  std::array<std::array<std::array<double, kMostOrder + 1>, kMostOrder + 1>, 2> factors_{};
  size_t order_ = 0;
  std::array<double, 2> origin_{};
};

}  // namespace vignet
