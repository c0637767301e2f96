// The inverse transform of HCOMPRESS.
#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "core/codec/hcompress.h"

namespace vignet {
namespace {

// Hostile coefficients may overflow: everything is added in unsigned integers, which wrap.
using U = uint64_t;
using S = int64_t;

S add(S a, S b) { return static_cast<S>(static_cast<U>(a) + static_cast<U>(b)); }
S sub(S a, S b) { return static_cast<S>(static_cast<U>(a) - static_cast<U>(b)); }

// Rounding of a coefficient to a multiple of 2 * half: half is added to values >= 0 and half - 1 to others.
struct Rounding {
  S half, mask, negative;
  S operator()(S v) const { return add(v, v >= 0 ? half : negative) & mask; }
};

// Interleaves the coefficients of a zone: before, sums are in the first half of rows and columns and
// differences in the second; afterwards they alternate.
void interleave(std::span<S> a, size_t rows, size_t columns, size_t stride, std::vector<S>& copy) {
  copy.resize(rows * columns);
  for (size_t i = 0; i < rows; ++i) std::copy_n(a.begin() + i * stride, columns, copy.begin() + i * columns);
  const size_t evenColumns = (columns + 1) / 2, evenRows = (rows + 1) / 2;
  for (size_t i = 0; i < rows; ++i) {
    const S* from = copy.data() + (i % 2 == 0 ? i / 2 : evenRows + i / 2) * columns;
    S* to = a.data() + i * stride;
    for (size_t j = 0; j < columns; j += 2) to[j] = from[j / 2];
    for (size_t j = 1; j < columns; j += 2) to[j] = from[evenColumns + j / 2];
  }
}

// The change of a difference `now` towards `wanted`, both in units of 1 / 2^bits, at most `most` either way.
S nudge(S wanted, S now, int bits, S most) {
  S change = sub(wanted, now << bits);
  change = change >= 0 ? change >> bits : add(change, (S{1} << bits) - 1) >> bits;
  return std::clamp(change, -most, most);
}

// The slope that continues the means of the neighbours `below` and `above` of `mean`, kept monotonous.
void smoothSlope(S& slope, S below, S mean, S above, S most) {
  const S up = sub(above, mean), down = sub(mean, below);
  const S highest = std::max(std::min(up, down), S{0}) << 2;
  const S lowest = std::min(std::max(up, down), S{0}) << 2;
  if (lowest >= highest) return;
  const S wanted = std::max(std::min(sub(above, below), highest), lowest);
  slope = add(slope, nudge(wanted, slope, 3, most));
}

// White's smoothing: within what digitising by `scale` left open, differences move to where the neighbouring
// zones' means suggest; first those along x, then y, then the curvature.
void smoothZones(std::span<S> a, size_t rows, size_t columns, size_t stride, int32_t scale) {
  const S most = scale >> 1;
  if (most <= 0) return;
  auto at = [&](size_t i, size_t j) -> S& { return a[i * stride + j]; };
  for (size_t i = 2; i + 2 < rows; i += 2)
    for (size_t j = 0; j < columns; j += 2)
      smoothSlope(at(i + 1, j), at(i - 2, j), at(i, j), at(i + 2, j), most);
  for (size_t i = 0; i < rows; i += 2)
    for (size_t j = 2; j + 2 < columns; j += 2)
      smoothSlope(at(i, j + 1), at(i, j - 2), at(i, j), at(i, j + 2), most);
  for (size_t i = 2; i + 2 < rows; i += 2) {
    for (size_t j = 2; j + 2 < columns; j += 2) {
      const S mean = at(i, j);
      const S pp = sub(at(i + 2, j + 2), mean), pm = sub(mean, at(i + 2, j - 2));
      const S mp = sub(mean, at(i - 2, j + 2)), mm = sub(at(i - 2, j - 2), mean);
      const S x = at(i + 1, j) << 1, y = at(i, j + 1) << 1;
      auto most4 = [&](auto positive) {
        const S first = sub(sub(positive(pp), x), y), second = sub(add(positive(pm), x), y);
        const S third = add(sub(positive(mp), x), y), fourth = add(add(positive(mm), x), y);
        return std::array<S, 4>{first, second, third, fourth};
      };
      const auto high = most4([](S v) { return std::max(v, S{0}); });
      const auto low = most4([](S v) { return std::min(v, S{0}); });
      const S highest = *std::min_element(high.begin(), high.end()) << 4;
      const S lowest = *std::max_element(low.begin(), low.end()) << 4;
      if (lowest >= highest) continue;
      const S curve = sub(sub(add(at(i + 2, j + 2), at(i - 2, j - 2)), at(i - 2, j + 2)), at(i + 2, j - 2));
      const S wanted = std::max(std::min(curve, highest), lowest);
      S& c = at(i + 1, j + 1);
      c = add(c, nudge(wanted, c, 6, most));
    }
  }
}

// A pair whose partner row or column lies beyond the edge: mean and one difference.
void splitPair(S& mean, S& difference, const Rounding& round, S bit, int shift) {
  const S d = round(difference), low = d & bit;
  const S h = mean >= 0 ? sub(mean, low) : add(mean, low);
  difference = add(h, d) >> shift;
  mean = sub(h, d) >> shift;
}

}  // namespace

void haarInverse(std::span<int64_t> a, size_t nx, size_t ny, bool smooth, int32_t scale,
                 const Control& control) {
  const int levels = std::bit_width(std::max(nx, ny) - 1);
  if (levels == 0) return;  // one pixel is its own mean
  std::vector<S> copy;
  auto rounding = [](S unit) { return Rounding{unit >> 1, -unit, (unit >> 1) - 1}; };
  a[0] = rounding(S{4} << (levels - 1))(a[0]);
  for (int level = levels - 1; level >= 0; --level) {
    const S bit0 = S{1} << level, bit1 = bit0 << 1;
    const Rounding round1 = rounding(bit1);
    Rounding round0 = rounding(bit0);
    if (level == 0) round0.negative = 0;
    const int shift = level == 0 ? 2 : 1;
    const size_t rows = ((nx - 1) >> level) + 1, columns = ((ny - 1) >> level) + 1;
    interleave(a, rows, columns, ny, copy);
    if (smooth) smoothZones(a, rows, columns, ny, scale);
    for (size_t i = 0; i < rows; i += 2) {
      control.poll();
      S* even = a.data() + i * ny;
      S* odd = even + ny;
      const bool pairOfRows = i + 1 < rows;
      size_t j = 0;
      for (; j + 1 < columns; j += 2) {
        if (!pairOfRows) {
          splitPair(even[j], even[j + 1], round1, bit1, shift);
          continue;
        }
        S h0 = even[j], hx = round1(odd[j]), hy = round1(even[j + 1]);
        const S hc = round0(odd[j + 1]);
        // What rounding took from a difference shows in the low bits of the next finer one.
        const S low0 = hc & bit0;
        hx = hx >= 0 ? sub(hx, low0) : add(hx, low0);
        hy = hy >= 0 ? sub(hy, low0) : add(hy, low0);
        const S low1 = (hc ^ hx ^ hy) & bit1;
        if (h0 >= 0)
          h0 = sub(add(h0, low0), low1);
        else
          h0 = add(h0, low0 == 0 ? low1 : sub(low0, low1));
        odd[j + 1] = add(add(h0, hx), add(hy, hc)) >> shift;
        odd[j] = sub(add(h0, hx), add(hy, hc)) >> shift;
        even[j + 1] = sub(add(h0, hy), add(hx, hc)) >> shift;
        even[j] = sub(add(h0, hc), add(hx, hy)) >> shift;
      }
      if (j < columns) {
        if (pairOfRows)
          splitPair(even[j], odd[j], round1, bit1, shift);
        else
          even[j] >>= shift;
      }
    }
  }
}

}  // namespace vignet
