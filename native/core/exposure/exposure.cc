#include "core/exposure/exposure.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <string_view>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/exposure/cell_psf.h"

namespace vignet {
namespace {

constexpr uint64_t kMostBytes = uint64_t{1} << 26;
// Of a co-add.
constexpr uint64_t kMostInputs = 100'000;

// Runs one part; what goes wrong with the file's content becomes a note.
void attempt(ExposureFacts& facts, const std::function<void()>& part) {
  try {
    part();
  } catch (const Error& error) {
    if (error.kind() != Kind::data) throw;
    facts.notes.emplace_back(error.what());
  }
}

// afw wrote `<NAME>_ID` first, and since 2019 `ARCHIVE_ID_<NAME>` too; 0 means none.
int64_t idOf(const Header& primary, const std::string& name) {
  const int64_t id = primary.getInt("ARCHIVE_ID_" + name).value_or(0);
  return id != 0 ? id : primary.getInt(name + "_ID").value_or(0);
}

// The row `n` is got by `rowOf`, as it costs a read.
std::vector<ExposureInput> readInputs(uint64_t rows, const char* detector,
                                      const std::function<TableRow(uint64_t)>& rowOf) {
  if (rows > kMostInputs)
    badArchive(expectedFor("at most " + std::to_string(kMostInputs), "the inputs of a co-add", rows));
  std::vector<ExposureInput> inputs;
  inputs.reserve(rows);
  for (uint64_t n = 0; n < rows; ++n) {
    const TableRow row = rowOf(n);
    inputs.push_back({row.whole("visit"), row.whole(detector)});
  }
  return inputs;
}

// afw's CoaddInputs are two tables: of visits, and of detectors of visits.
void readCoaddInputs(Archive& archive, int64_t id, ExposureFacts& facts) {
  const Archive::Object& object = archive.object(id);
  uint64_t rows = 0;
  for (const Archive::Part& table : object.parts) rows += table.rows;
  facts.coaddInputs = rows;
  for (size_t part = 0; part < object.parts.size(); ++part) {
    if (object.parts[part].rows == 0) continue;
    const TableRow first = archive.row(object, part);
    if (!first.has("visit") || !first.has("ccd")) continue;
    facts.inputs =
        readInputs(object.parts[part].rows, "ccd", [&](uint64_t n) { return archive.row(object, part, n); });
  }
}

// The number after `name:` at the beginning of a line of YAML.
std::optional<double> yamlNumber(std::string_view text, std::string_view name) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(name) || line.size() == name.size() || line[name.size()] != ':') continue;
    line.remove_prefix(std::min(line.find_first_not_of(' ', name.size() + 1), line.size()));
    double value = 0;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (error == std::errc() && std::isfinite(value)) return value;
    return std::nullopt;
  }
  return std::nullopt;
}

// ExposureSummaryStats is plain YAML.
std::optional<Moments> readSummary(Archive& archive, int64_t id) {
  const Archive::Object& object = archive.object(id);
  if (object.name != "ExposureSummaryStats") return std::nullopt;
  const std::string text = archive.row(object).text("bytes");
  const auto xx = yamlNumber(text, "psfIxx"), yy = yamlNumber(text, "psfIyy");
  const auto xy = yamlNumber(text, "psfIxy");
  if (!xx || !yy || !xy || !(*xx > 0 && *yy > 0 && *xx * *yy > *xy * *xy)) return std::nullopt;
  return Moments{*xx, *yy, *xy};
}

void readFilter(Archive& archive, int64_t id, ExposureFacts& facts) {
  const Archive::Object& object = archive.object(id);
  if (object.name != "FilterLabel") return;
  const TableRow row = archive.row(object);
  if (row.flag("band_exists")) facts.band = row.text("band");
  if (row.flag("physical_exists")) facts.physicalFilter = row.text("physical");
}

void readArchive(const Layout& layout, Reader& reader, const Header& primary, Budget& budget,
                 ExposureFacts& facts) {
  const Plane& image = layout.planes.front();
  Archive archive(reader, layout, image.file, budget);
  const auto part = [&](const char* name, const std::function<void(int64_t)>& read) {
    attempt(facts, [&] {
      if (const int64_t id = idOf(primary, name); id != 0) read(id);
    });
  };
  part("PHOTOCALIB", [&](int64_t id) { facts.photometry = readPhotoCalib(archive, id); });
  part("FILTER", [&](int64_t id) { readFilter(archive, id, facts); });
  part("DETECTOR", [&](int64_t id) { facts.detector = archive.row(archive.object(id)).integer("id"); });
  part("COADD_INPUTS", [&](int64_t id) { readCoaddInputs(archive, id, facts); });
  part("SUMMARY_STATS", [&](int64_t id) { facts.meanPsf = readSummary(archive, id); });
  // A correction that is there but cannot be read leaves it unknown how much light the PSF lacks.
  bool corrected = true;
  std::vector<ChebyshevField> correction;
  part("AP_CORR_MAP", [&](int64_t id) {
    corrected = false;
    correction = readPsfCorrection(archive, id);
    corrected = true;
  });
  part("PSF", [&](int64_t id) {
    facts.psf = sampleOver(readPsf(archive, id), corrected ? &correction : nullptr, image);
  });
}

void readTree(const Layout& layout, Reader& reader, Budget& budget, ExposureFacts& facts) {
  for (size_t n = 0; n < layout.hdus.size(); ++n) {
    const Hdu& hdu = layout.hdus[n];
    if (hdu.file != layout.planes.front().file) continue;
    const std::string where = "HDU " + std::to_string(n) + " (" + hdu.name + ")";
    if (hdu.name == "JSON" && facts.tree.empty())
      attempt(facts, [&] { facts.tree = BinaryTable(reader, hdu, where, budget).row(0).text("JSON"); });
    if (hdu.name == "PROVENANCE/INPUTS" && facts.inputs.empty())
      attempt(facts, [&] {
        Budget own(kMostBytes);
        BinaryTable table(reader, hdu, where, own);
        facts.inputs = readInputs(table.rows(), "detector", [&](uint64_t row) { return table.row(row); });
      });
    if (hdu.name == "PSF" && !facts.cellPsf)
      attempt(facts, [&] { facts.cellPsf = readCellPsf(reader, hdu, where, budget); });
  }
}

}  // namespace

ExposureFacts describeExposure(const Layout& layout, Reader& image) {
  ExposureFacts facts;
  Budget budget(kMostBytes);
  const uint16_t file = layout.planes.front().file;
  const auto first =
      std::find_if(layout.hdus.begin(), layout.hdus.end(), [&](const Hdu& hdu) { return hdu.file == file; });
  const Header primary = Header::fromText(first->cards, "HDU 0");
  if (primary.find("AR_HDU")) attempt(facts, [&] { readArchive(layout, image, primary, budget, facts); });
  if (primary.find("JSONADDR")) readTree(layout, image, budget, facts);
  return facts;
}

}  // namespace vignet
