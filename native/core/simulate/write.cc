#include "core/simulate/write.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>

#include "core/simulate/archive.h"
#include "core/simulate/fitsfile.h"
#include "core/simulate/quantile.h"

namespace vignet::simulate {

uint64_t FitsFile::finish() {
  int status = 0;
  fits_close_file(file_, &status);
  file_ = nullptr;
  std::error_code failure;
  uint64_t bytes = 0;
  if (status == 0) {
    std::filesystem::rename(temporary_, final_, failure);
    if (!failure) bytes = std::filesystem::file_size(final_, failure);
  }
  if (status == 0 && !failure) return bytes;
  std::remove(temporary_.c_str());
  if (status != 0) fail(status);
  throw Error(Kind::transient, "CANNOT_WRITE",
              "the simulated file could not be renamed into place: " + failure.message());
}

namespace {

void writeCards(FitsFile& fits, const std::vector<std::string>& cards) {
  for (const std::string& card : cards) {
    // cfitsio has already named a compressed HDU COMPRESSED_IMAGE.
    if (card.starts_with("EXTNAME "))
      fits(fits_update_card, "EXTNAME", card.c_str());
    else
      fits.card(card);
  }
}

// How the next image HDU is stored. Step 0 means without loss.
void setCompression(FitsFile& fits, const Spec& spec, bool quantised, double step) {
  long tile[2] = {spec.tile[0] > 0 ? spec.tile[0] : spec.width, spec.tile[1] > 0 ? spec.tile[1] : 1};
  fits(fits_set_compression_type, quantised ? RICE_1 : GZIP_2);
  fits(fits_set_tile_dim, 2, tile);
  fits(fits_set_quantize_method, quantised ? SUBTRACTIVE_DITHER_2 : NO_DITHER);
  // cfitsio reads a negative level as the absolute step.
  fits(fits_set_quantize_level, quantised ? static_cast<float>(-step) : 0.0f);
  if (quantised) fits(fits_set_dither_seed, spec.ditherSeed);
}

// Returns the step used, 0 if the plane was stored without loss.
double writeFloats(FitsFile& fits, const Spec& spec, std::vector<float>& pixels,
                   const std::vector<int32_t>& mask, const std::vector<std::string>& cards) {
  long size[2] = {spec.width, spec.height};
  long first[2] = {1, 1};
  const auto count = static_cast<LONGLONG>(pixels.size());
  double step = 0;
  if (spec.recipe == Recipe::lossy16) {
    int32_t reject = 0;
    for (const int bit : {spec.bits.noData, spec.bits.interpolated}) {
      if (bit >= 0) reject |= static_cast<int32_t>(1u << bit);
    }
    step = static_cast<float>(robustSigma(pixels, mask, reject) / 16.0);
  }
  if (spec.recipe == Recipe::none)
    fits(fits_set_compression_type, 0);
  else
    setCompression(fits, spec, step > 0, step);
  fits(fits_create_img, FLOAT_IMG, 2, size);
  writeCards(fits, cards);
  if (!(step > 0)) {
    fits(fits_write_pix, TFLOAT, first, count, pixels.data());
    return 0;
  }
  fits(fits_write_key_dbl, "UZSCALE", step, -17, "quantization step of the whole plane");
  // cfitsio compares with `==`, so NaN cannot be its null value.
  float null = -std::numeric_limits<float>::infinity();
  for (float& v : pixels) {
    if (std::isnan(v)) v = null;
  }
  fits(fits_write_pixnull, TFLOAT, first, count, static_cast<void*>(pixels.data()),
       static_cast<void*>(&null));
  return step;
}

void writeMask(FitsFile& fits, const Spec& spec, std::vector<int32_t>& mask) {
  long size[2] = {spec.width, spec.height};
  long first[2] = {1, 1};
  if (spec.recipe == Recipe::none)
    fits(fits_set_compression_type, 0);
  else
    setCompression(fits, spec, false, 0);
  fits(fits_create_img, LONG_IMG, 2, size);
  writeCards(fits, spec.cards.mask);
  fits(fits_write_pix, TINT, first, static_cast<LONGLONG>(mask.size()), mask.data());
}

// The boxes of defects as LSST's tables have them: of bad columns and dead patches.
void writeBoxes(FitsFile& fits, const CalibrationSpec& spec) {
  std::vector<std::array<int, 4>> boxes;
  for (const int column : spec.defects.badColumns) boxes.push_back({column, 0, 1, spec.height});
  for (const auto& [x0, y0, x1, y1] : spec.defects.noData) boxes.push_back({x0, y0, x1 - x0, y1 - y0});
  const char* names[] = {"x0", "y0", "width", "height"};
  const char* form = "1J";
  std::vector<char*> columns, forms(4, const_cast<char*>(form));
  for (const char* name : names) columns.push_back(const_cast<char*>(name));
  fits(fits_create_tbl, BINARY_TBL, static_cast<LONGLONG>(boxes.size()), 4, columns.data(), forms.data(),
       static_cast<char**>(nullptr), "DEFECTS");
  LONGLONG row = 1;
  for (std::array<int, 4>& box : boxes) {
    for (int k = 0; k < 4; ++k)
      fits(fits_write_col, TINT, k + 1, row, static_cast<LONGLONG>(1), static_cast<LONGLONG>(1),
           static_cast<void*>(&box[k]));
    ++row;
  }
}

void writePrimary(FitsFile& fits, const Cards& cards) {
  fits(fits_create_img, BYTE_IMG, 0, static_cast<long*>(nullptr));
  writeCards(fits, cards.primary);
}

}  // namespace

Written writeExposure(const Spec& spec, Planes& planes) {
  FitsFile fits(spec.path);
  writePrimary(fits, spec.cards);
  Written written;
  written.imageStep = writeFloats(fits, spec, planes.image, planes.mask, spec.cards.image);
  writeMask(fits, spec, planes.mask);
  written.varianceStep = writeFloats(fits, spec, planes.variance, planes.mask, spec.cards.variance);
  writeArchive(fits, spec);
  written.bytes = fits.finish();
  return written;
}

Written writeRaw(const Spec& spec, std::vector<uint16_t> counts) {
  FitsFile fits(spec.path);
  writePrimary(fits, spec.cards);
  long size[2] = {static_cast<long>(counts.size()) / spec.height, spec.height};
  long first[2] = {1, 1};
  if (spec.recipe != Recipe::none) {
    Spec wide = spec;
    wide.width = static_cast<int>(size[0]);
    setCompression(fits, wide, false, 0);
    fits(fits_set_compression_type, RICE_1);
  }
  fits(fits_create_img, USHORT_IMG, 2, size);
  writeCards(fits, spec.cards.image);
  fits(fits_write_pix, TUSHORT, first, static_cast<LONGLONG>(counts.size()), counts.data());
  return {fits.finish()};
}

Written writeCalibration(const CalibrationSpec& spec, Planes& planes) {
  Spec stored;
  stored.width = spec.width;
  stored.height = spec.height;
  stored.recipe = Recipe::lossless;
  stored.tile = spec.tile;
  stored.cards = spec.cards;
  FitsFile fits(spec.path);
  writePrimary(fits, spec.cards);
  if (spec.kind == CalibrationKind::defects) {
    writeMask(fits, stored, planes.mask);
    writeBoxes(fits, spec);
  } else {
    writeFloats(fits, stored, planes.image, planes.mask, spec.cards.image);
    writeMask(fits, stored, planes.mask);
    writeFloats(fits, stored, planes.variance, planes.mask, spec.cards.variance);
  }
  return {fits.finish()};
}

}  // namespace vignet::simulate
