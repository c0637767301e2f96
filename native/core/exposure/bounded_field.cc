#include "core/exposure/bounded_field.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/base/message.h"

namespace vignet {
namespace {

constexpr size_t kMaxFactors = 16, kMaxCoefficients = 4096;
constexpr int64_t kFarthest = int64_t{1} << 31;

bool allFinite(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double v) { return std::isfinite(v); });
}

[[noreturn]] void tooManyFactors() {
  badArchive(
      expectedFor("at most " + std::to_string(kMaxFactors) + " factors", "a field of the exposure", "more"));
}

ChebyshevField readChebyshev(Archive& archive, const Archive::Object& object) {
  const TableRow row = archive.row(object);
  ChebyshevField field;
  const char* const names[] = {"bbox_min_x", "bbox_min_y", "bbox_max_x", "bbox_max_y"};
  for (size_t i = 0; i < 4; ++i) {
    field.box[i] = row.integer(names[i]);
    if (std::abs(field.box[i]) > kFarthest)
      badArchive(expectedFor("pixels within 2^31 of 0", names[i], field.box[i]));
  }
  if (field.box[2] < field.box[0] || field.box[3] < field.box[1])
    badArchive("expected a box with pixels for a field of the exposure, received an empty one");
  const int64_t order = row.integer("order_x");
  field.coefficients = row.numbers("coefficients");
  const auto count = static_cast<int64_t>(field.coefficients.size());
  if (order < 0 || count == 0 || static_cast<size_t>(count) > kMaxCoefficients || order >= count ||
      count % (order + 1) != 0 || !allFinite(field.coefficients))
    badArchive(expectedFor("up to 4096 finite numbers, a multiple of order_x + 1,", "coefficients of a field",
                           count));
  field.nx = static_cast<int>(order + 1);
  return field;
}

void readField(Archive& archive, int64_t id, int depth, std::vector<ChebyshevField>& out) {
  const Archive::Object& object = archive.object(id);
  if (object.name == "ChebyshevBoundedField") {
    if (out.size() >= kMaxFactors) tooManyFactors();
    out.push_back(readChebyshev(archive, object));
  } else if (object.name == "ProductBoundedField" && depth < 4) {
    if (object.parts.size() != 1 || object.parts[0].rows > kMaxFactors) tooManyFactors();
    for (uint64_t n = 0; n < object.parts[0].rows; ++n)
      readField(archive, archive.row(object, 0, n).integer("id"), depth + 1, out);
  } else {
    badArchive(expectedFor("a ChebyshevBoundedField or ProductBoundedField", "a field of the exposure",
                           printable(object.name)));
  }
}

// Clenshaw's recurrence for c[0] T_0(t) + c[1] T_1(t) + …, with c given by `term`.
template <typename Term>
double chebyshevSum(int count, double t, Term term) {
  double above = 0, next = 0;
  for (int k = count - 1; k > 0; --k) {
    const double here = term(k) + 2 * t * next - above;
    above = next;
    next = here;
  }
  return term(0) + t * next - above;
}

double valueAt(const ChebyshevField& field, double x, double y) {
  const auto scaled = [](double at, int64_t from, int64_t to) {
    const auto low = static_cast<double>(from), high = static_cast<double>(to);
    return (2 * at - low - high) / (high - low + 1);
  };
  const double u = scaled(x, field.box[0], field.box[2]), v = scaled(y, field.box[1], field.box[3]);
  const int ny = static_cast<int>(field.coefficients.size()) / field.nx;
  return chebyshevSum(ny, v, [&](int j) {
    const double* row = field.coefficients.data() + static_cast<ptrdiff_t>(j) * field.nx;
    return chebyshevSum(field.nx, u, [&](int i) { return row[i]; });
  });
}

}  // namespace

std::vector<ChebyshevField> readBoundedField(Archive& archive, int64_t id) {
  std::vector<ChebyshevField> fields;
  readField(archive, id, 0, fields);
  return fields;
}

double productAt(const std::vector<ChebyshevField>& factors, double x, double y) {
  double product = 1;
  for (const ChebyshevField& factor : factors) product *= valueAt(factor, x, y);
  return product;
}

}  // namespace vignet
