#include "core/simulate/archive.h"

#include <cmath>
#include <vector>

#include "core/base/constants.h"

namespace vignet::simulate {
namespace {

struct Column {
  const char *name, *form, *doc, *kind;  // kind: afw's class of column; "" for the flags
};

void createTable(FitsFile& fits, LONGLONG rows, const std::vector<Column>& columns) {
  std::vector<char*> names, forms;
  for (const Column& c : columns) {
    names.push_back(const_cast<char*>(c.name));
    forms.push_back(const_cast<char*>(c.form));
  }
  fits(fits_create_tbl, BINARY_TBL, rows, static_cast<int>(columns.size()), names.data(), forms.data(),
       static_cast<char**>(nullptr), static_cast<const char*>(nullptr));
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    if (*columns[i].kind == 0) continue;
    fits(fits_write_key_str, ("TDOC" + n).c_str(), columns[i].doc, static_cast<const char*>(nullptr));
    fits(fits_write_key_str, ("TCCLS" + n).c_str(), columns[i].kind, "Field template used by lsst.afw.table");
  }
}

void identify(FitsFile& fits, const char* type, int number, const char* name) {
  fits(fits_write_key_str, "EXTTYPE", type, static_cast<const char*>(nullptr));
  if (name != nullptr) fits(fits_write_key_str, "EXTNAME", name, static_cast<const char*>(nullptr));
  fits(fits_write_key_lng, "AR_CATN", static_cast<LONGLONG>(number),
       "# of this catalog relative to the archive's start");
  if (name != nullptr) fits(fits_write_key_str, "AR_NAME", name, "Class name for objects stored here");
  fits(fits_write_key_lng, "AFW_TABLE_VERSION", static_cast<LONGLONG>(3), static_cast<const char*>(nullptr));
}

void put(FitsFile& fits, int column, LONGLONG row, int value) {
  fits(fits_write_col, TINT, column, row, static_cast<LONGLONG>(1), static_cast<LONGLONG>(1),
       static_cast<void*>(&value));
}
void put(FitsFile& fits, int column, double value) {
  fits(fits_write_col, TDOUBLE, column, static_cast<LONGLONG>(1), static_cast<LONGLONG>(1),
       static_cast<LONGLONG>(1), static_cast<void*>(&value));
}
void put(FitsFile& fits, int column, LONGLONG row, const std::string& value) {
  char* text = const_cast<char*>(value.c_str());
  fits(fits_write_col, TSTRING, column, row, static_cast<LONGLONG>(1), static_cast<LONGLONG>(1),
       static_cast<void*>(&text));
}
void put(FitsFile& fits, int column, std::vector<double> values) {
  fits(fits_write_col, TDOUBLE, column, static_cast<LONGLONG>(1), static_cast<LONGLONG>(1),
       static_cast<LONGLONG>(values.size()), static_cast<void*>(values.data()));
}
void flags(FitsFile& fits, std::vector<char> set, const std::vector<const char*>& names) {
  fits(fits_write_col_bit, 1, static_cast<LONGLONG>(1), static_cast<LONGLONG>(1),
       static_cast<long>(set.size()), set.data());
  fits(fits_write_key_lng, "FLAGCOL", static_cast<LONGLONG>(1), "Column number for the bitflags.");
  for (size_t i = 0; i < names.size(); ++i) {
    fits(fits_write_key_str, ("TFLAG" + std::to_string(i + 1)).c_str(), names[i],
         static_cast<const char*>(nullptr));
  }
}

// Archive ids of what the KernelPsf and the ApCorrMap are made of.
constexpr int kKernelId = 4, kCorrectionFieldId = 6;
constexpr int kKernelSide = 41;

// Returns the share of the light that the image of the PSF holds.
double writePsf(FitsFile& fits, const Spec& spec) {
  createTable(fits, 1,
              {{"kernel", "1J", "archive ID of nested kernel object", "Scalar"},
               {"averagePosition_x", "1D", "average position of stars used to make the PSF", "Scalar"},
               {"averagePosition_y", "1D", "average position of stars used to make the PSF", "Scalar"}});
  put(fits, 1, 1, kKernelId);
  put(fits, 2, std::vector<double>{(spec.width - 1) / 2.0});
  put(fits, 3, std::vector<double>{(spec.height - 1) / 2.0});
  identify(fits, "ARCHIVE_DATA", 3, "KernelPsf");

  constexpr int half = kKernelSide / 2;
  const std::string form = std::to_string(kKernelSide * kKernelSide) + "D";
  createTable(fits, 1,
              {{"dimensions_x", "1J", "dimensions of a Kernel's images", "Scalar"},
               {"dimensions_y", "1J", "dimensions of a Kernel's images", "Scalar"},
               {"center_x", "1J", "center point in a Kernel image", "Scalar"},
               {"center_y", "1J", "center point in a Kernel image", "Scalar"},
               {"image", form.c_str(), "pixel values (row-major)", "Array"}});
  for (int column = 1; column <= 4; ++column) put(fits, column, 1, column <= 2 ? kKernelSide : half);
  std::vector<double> image;
  double sum = 0;
  for (int y = -half; y <= half; ++y) {
    for (int x = -half; x <= half; ++x) {
      double value = 0;
      for (size_t k = 0; k < spec.psf.weights.size(); ++k) {
        const double square = spec.psf.sigmas[k] * spec.psf.sigmas[k];
        value += spec.psf.weights[k] / (2 * kPi * square) * std::exp(-0.5 * (x * x + y * y) / square);
      }
      image.push_back(value);
      sum += value;
    }
  }
  put(fits, 5, std::move(image));
  identify(fits, "ARCHIVE_DATA", 4, "FixedKernel");
  return sum;
}

// afw normalises the image of a PSF, so that what lies outside it is missing from a flux.
void writeCorrections(FitsFile& fits, const Spec& spec, double share) {
  createTable(fits, 1,
              {{"name", "64A", "name of the aperture correction", "String"},
               {"field", "1J", "archive ID of the BoundedField object", "Scalar"}});
  put(fits, 1, 1, std::string("base_PsfFlux_instFlux"));
  put(fits, 2, 1, kCorrectionFieldId);
  identify(fits, "ARCHIVE_DATA", 5, "ApCorrMap");

  createTable(fits, 1,
              {{"order_x", "1J", "maximum Chebyshev function order in x", "Scalar"},
               {"bbox_min_x", "1J", "bounding box", "Point"},
               {"bbox_min_y", "1J", "bounding box", "Point"},
               {"bbox_max_x", "1J", "bounding box", "Point"},
               {"bbox_max_y", "1J", "bounding box", "Point"},
               {"coefficients", "1D", "Chebyshev function coefficients, ordered by y then x", "Array"}});
  const auto [x0, y0] = spec.xy0;
  const int box[] = {0, x0, y0, x0 + spec.width - 1, y0 + spec.height - 1};
  for (int column = 1; column <= 5; ++column) put(fits, column, 1, box[column - 1]);
  put(fits, 6, 1 / share);
  identify(fits, "ARCHIVE_DATA", 6, "ChebyshevBoundedField");
}

}  // namespace

void writeArchive(FitsFile& fits, const Spec& spec) {
  struct Entry {
    int id, catalog;
    const char *name, *module;
  };
  const Entry entries[] = {{kPhotoCalibId, 1, "PhotoCalib", ""},
                           {kFilterId, 2, "FilterLabel", "lsst.afw.image"},
                           {kPsfId, 3, "KernelPsf", "lsst.meas.algorithms"},
                           {kKernelId, 4, "FixedKernel", "lsst.afw.math"},
                           {kPsfCorrectionsId, 5, "ApCorrMap", "lsst.afw.image"},
                           {kCorrectionFieldId, 6, "ChebyshevBoundedField", "lsst.afw.math"}};
  createTable(fits, std::size(entries),
              {{"id", "1J", "Archive ID of the object that owns the records", "Scalar"},
               {"cat.archive", "1J", "index of the catalog, from the archive", "Scalar"},
               {"cat.persistable", "1J", "index of the catalog, from the Persistable", "Scalar"},
               {"row0", "1J", "first row used by the object in this catalog", "Scalar"},
               {"nrows", "1J", "number of rows used by the object", "Scalar"},
               {"name", "64A", "unique name for the object's class", "String"},
               {"module", "64A", "Python module that registers its factory", "String"}});
  identify(fits, "ARCHIVE_INDEX", 0, nullptr);
  fits(fits_write_key_lng, "AR_NCAT", static_cast<LONGLONG>(7),
       "# of catalogs in this archive, including the index");
  LONGLONG row = 1;
  for (const Entry& e : entries) {
    const int numbers[] = {e.id, e.catalog, 0, 0, 1};
    for (int k = 0; k < 5; ++k) put(fits, k + 1, row, numbers[k]);
    put(fits, 6, row, std::string(e.name));
    put(fits, 7, row, std::string(e.module));
    ++row;
  }

  createTable(fits, 1,
              {{"flags", "1X", "", ""},
               {"calibrationMean", "1D", "mean calibration on this PhotoCalib's domain", "Scalar"},
               {"calibrationErr", "1D", "1-sigma error on calibrationMean", "Scalar"},
               {"field", "1J", "archive ID of the BoundedField object", "Scalar"},
               {"version", "1J", "version of this PhotoCalib", "Scalar"}});
  flags(fits, {1}, {"isConstant"});
  put(fits, 2, 1.0);
  put(fits, 3, 0.0);
  put(fits, 4, 1, 0);
  put(fits, 5, 1, 1);
  identify(fits, "ARCHIVE_DATA", 1, "PhotoCalib");

  const bool physical = !spec.physicalFilter.empty();
  createTable(fits, 1,
              {{"flags", "2X", "", ""},
               {"band", "32A", "Name of the band.", "String"},
               {"physical", "32A", "Name of the physical filter.", "String"}});
  flags(fits, {1, static_cast<char>(physical)}, {"band_exists", "physical_exists"});
  put(fits, 2, 1, spec.band);
  put(fits, 3, 1, spec.physicalFilter);
  identify(fits, "ARCHIVE_DATA", 2, "FilterLabel");
  writeCorrections(fits, spec, writePsf(fits, spec));
}

}  // namespace vignet::simulate
