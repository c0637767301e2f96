#include "core/exposure/photo_calib.h"

#include <cmath>

#include "core/base/message.h"

namespace vignet {
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
  if (!row.flag("isConstant")) calib.fields = readBoundedField(archive, row.integer("field"));
  return calib;
}

}  // namespace vignet
