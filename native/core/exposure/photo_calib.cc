#include "core/exposure/photo_calib.h"

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
  badArchive(expectedFor("at most " + std::to_string(kMaxFactors) + " factors", "the calibration", "more"));
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
    badArchive("expected a box with pixels for the calibration's field, received an empty one");
  const int64_t order = row.integer("order_x");
  field.coefficients = row.numbers("coefficients");
  const auto count = static_cast<int64_t>(field.coefficients.size());
  if (order < 0 || count == 0 || static_cast<size_t>(count) > kMaxCoefficients || order >= count ||
      count % (order + 1) != 0 || !allFinite(field.coefficients))
    badArchive(expectedFor("up to 4096 finite numbers, a multiple of order_x + 1,",
                           "coefficients of the calibration", count));
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
    badArchive(expectedFor("a ChebyshevBoundedField or ProductBoundedField", "the calibration's field",
                           printable(object.name)));
  }
}

}  // namespace

PhotoCalib readPhotoCalib(Archive& archive, int64_t id) {
  const Archive::Object& object = archive.object(id);
  if (object.name != "PhotoCalib")
    badArchive(expectedFor("a PhotoCalib", "the calibration", printable(object.name)));
  const TableRow row = archive.row(object);
  // Version 0, which has no such column, counts in maggies of another zero point; afw does not read it
  // either.
  if (!row.has("version") || row.integer("version") < 1)
    badArchive("expected version 1 or later of the PhotoCalib, received an earlier one");
  PhotoCalib calib;
  calib.scale = row.number("calibrationMean");
  calib.error = row.number("calibrationErr");
  if (!std::isfinite(calib.scale) || calib.scale <= 0)
    badArchive(expectedFor("a positive number", "calibrationMean of the PhotoCalib", calib.scale));
  if (!std::isfinite(calib.error) || calib.error < 0) calib.error = 0;
  if (!row.flag("isConstant")) readField(archive, row.integer("field"), 0, calib.fields);
  return calib;
}

}  // namespace vignet
