// What tables say of an exposure: moments, tables, archives, kernels, calibrations; right and damaged.
#include <doctest/doctest.h>

#include <cmath>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/codec/gzip.h"
#include "core/exposure/exposure.h"
#include "core/exposure/moments.h"
#include "core/exposure/table.h"
#include "fits_builder.h"

using namespace vignet;
using namespace fits_test;

namespace {

PsfStamp gaussian(int side, Moments m, double x, double y) {
  PsfStamp stamp{side, side, x, y, {}};
  const double det = m.xx * m.yy - m.xy * m.xy;
  for (int j = 0; j < side; ++j) {
    for (int i = 0; i < side; ++i) {
      const double u = i - x, v = j - y;
      stamp.pixels.push_back(std::exp(-0.5 * (m.yy * u * u + m.xx * v * v - 2 * m.xy * u * v) / det));
    }
  }
  return stamp;
}

template <class T>
void append(std::string& out, T value) {
  std::byte raw[sizeof(T)];
  storeBe(raw, value);
  out.append(reinterpret_cast<const char*>(raw), sizeof raw);
}

std::string table(const std::vector<std::pair<std::string, std::string>>& columns, int rowBytes, int rows,
                  const std::string& data, std::vector<std::string> more = {}) {
  const auto extra = static_cast<int>(data.size()) - rowBytes * rows;
  std::vector<std::string> cards{card("XTENSION", "'BINTABLE'"),
                                 card("BITPIX", "8"),
                                 card("NAXIS", "2"),
                                 card("NAXIS1", std::to_string(rowBytes)),
                                 card("NAXIS2", std::to_string(rows)),
                                 card("PCOUNT", std::to_string(extra)),
                                 card("GCOUNT", "1"),
                                 card("TFIELDS", std::to_string(columns.size()))};
  for (size_t i = 0; i < columns.size(); ++i) {
    cards.push_back(card("TTYPE" + std::to_string(i + 1), "'" + columns[i].first + "'"));
    cards.push_back(card("TFORM" + std::to_string(i + 1), "'" + columns[i].second + "'"));
  }
  cards.insert(cards.end(), more.begin(), more.end());
  return header(cards) + padded(data);
}

std::string indexRow(int id, int catalog, int place, int row0, int nrows, std::string name) {
  std::string row;
  for (const int number : {id, catalog, place, row0, nrows}) append<int32_t>(row, number);
  name.resize(64, '\0');
  return row + name + std::string(64, '\0');
}

std::string index(const std::vector<std::string>& rows) {
  std::string data;
  for (const std::string& row : rows) data += row;
  return table({{"id", "1J"},
                {"cat.archive", "1J"},
                {"cat.persistable", "1J"},
                {"row0", "1J"},
                {"nrows", "1J"},
                {"name", "64A"},
                {"module", "64A"}},
               148, static_cast<int>(rows.size()), data);
}

const std::vector<std::pair<std::string, std::string>> gaussianColumns{
    {"dimensions.x", "1J"}, {"dimensions.y", "1J"}, {"sigma", "1D"}};

std::string gaussianRow(double sigma) {
  std::string row;
  append<int32_t>(row, 41);
  append<int32_t>(row, 41);
  append<double>(row, sigma);
  return row;
}

std::string file(const std::vector<std::string>& ids, const std::string& tables) {
  std::vector<std::string> cards{card("AR_HDU", "3")};
  cards.insert(cards.end(), ids.begin(), ids.end());
  return primary(cards) + image(-32, {10, 8}) + tables;
}

ExposureFacts facts(const std::string& bytes) {
  Memory memory(bytes);
  const LayoutSource source{&memory.reader, {}, {}};
  const Layout layout = readLayout({&source, 1});
  return describeExposure(layout, memory.reader);
}

std::string noteOf(const std::string& bytes) {
  const ExposureFacts found = facts(bytes);
  CHECK(!found.psf);
  REQUIRE(found.notes.size() == 1);
  return found.notes[0];
}

const std::string psfId = card("PSF_ID", "7");
const std::string coaddInputsId = "HIERARCH COADD_INPUTS_ID = 9";

}  // namespace

TEST_CASE("adaptive moments of a Gaussian are its own") {
  for (const Moments& m : {Moments{2, 3, 0.5}, Moments{9, 4, -2}, Moments{25, 25, 0}}) {
    const auto found = adaptiveMoments(gaussian(61, m, 30.25, 29.5));
    REQUIRE(found);
    CHECK(found->xx == doctest::Approx(m.xx).epsilon(2e-3));
    CHECK(found->yy == doctest::Approx(m.yy).epsilon(2e-3));
    CHECK(found->xy == doctest::Approx(m.xy).epsilon(4e-3));
  }
}

TEST_CASE("adaptive moments of what is no star are absent") {
  PsfStamp stamp{21, 21, 10, 10, std::vector<double>(441, 0.0)};
  CHECK(!adaptiveMoments(stamp));
  stamp.pixels.assign(441, 1.0);  // a plateau: the weight grows without end
  CHECK(!adaptiveMoments(stamp));
  stamp.pixels.assign(441, -1.0);
  CHECK(!adaptiveMoments(stamp));
  stamp.pixels.assign(441, NAN);
  CHECK(!adaptiveMoments(stamp));
  stamp = gaussian(21, {4, 4, 0}, 10, 10);
  stamp.pixels[220] = INFINITY;
  CHECK(!adaptiveMoments(stamp));
  CHECK(!adaptiveMoments({0, 0, 0, 0, {}}));
}

TEST_CASE(
    "the light that measurements see of a PSF is that of closed forms, whatever its pixels and its place in "
    "them") {
  // The circle sees the pixels of the PSF as squares, which widens it.
  const double s = 2.1, inside = 1 - std::exp(-18 / (s * s + 1.0 / 12)), weighted = (1 - std::exp(-9.0)) / 2;
  const auto exact = lightOfGaussian(s);
  REQUIRE(exact);
  CHECK(exact->weighted == doctest::Approx(weighted).epsilon(1e-4));
  CHECK(exact->enclosed == doctest::Approx(inside).epsilon(1e-4));
  const Moments m{s * s, s * s, 0};
  for (const double step : {1.0, 0.5, 0.7}) {
    for (const double shift : {0.0, 0.3, 0.5}) {
      const double square = s * s / (step * step);
      const auto found = lightOf(gaussian(61, {square, square, 0}, 30 + shift, 30 - shift), m, step);
      REQUIRE(found);
      CHECK(found->weighted == doctest::Approx(weighted).epsilon(3e-4));
      CHECK(found->enclosed == doctest::Approx(inside).epsilon(1e-3));
    }
  }
  // Two Gaussians: of each the weight sees w / (w + s²), and what lies beyond its reach goes.
  const auto two = [](double a, double w, double b) {
    const auto part = [w](double v) { return w / (w + v) * (1 - std::exp(-4.5 * (1 + w / v))); };
    return 0.7 * part(a) + 0.3 * part(b);
  };
  PsfStamp sum = gaussian(101, {4, 4, 0}, 50, 50);
  const PsfStamp wide = gaussian(101, {25, 25, 0}, 50, 50);
  for (size_t k = 0; k < sum.pixels.size(); ++k)
    sum.pixels[k] = 0.7 * sum.pixels[k] / 4 + 0.3 * wide.pixels[k] / 25;
  const auto moments = adaptiveMoments(sum);
  REQUIRE(moments);
  const auto light = lightOf(sum, *moments);
  REQUIRE(light);
  CHECK(light->weighted == doctest::Approx(two(4, moments->xx, 25)).epsilon(3e-4));
}

TEST_CASE("the light of a PSF too narrow for its pixels, or of none, is not known") {
  CHECK(!lightOf(gaussian(21, {0.7, 2, 0}, 10, 10), {0.7, 2, 0}));
  CHECK(!lightOf(gaussian(21, {2, 2, 1.5}, 10, 10), {2, 2, 1.5}));
  CHECK(lightOf(gaussian(21, {0.9, 2, 0}, 10, 10), {0.9, 2, 0}));
  CHECK(!lightOfGaussian(0.8));
  CHECK(!lightOfGaussian(31));
  CHECK(!lightOf({21, 21, 10, 10, std::vector<double>(441, -1.0)}, {4, 4, 0}));
  CHECK(!lightOf({21, 21, 10, 10, std::vector<double>(441, NAN)}, {4, 4, 0}));
  CHECK(!lightOf({0, 0, 0, 0, {}}, {4, 4, 0}));
}

TEST_CASE("an archive's object is found by its id, in its rows, under old names of columns") {
  const std::string rows = gaussianRow(1.5) + gaussianRow(2.0) + gaussianRow(2.5);
  const std::string tables =
      index({indexRow(9, 1, 0, 0, 1, "GaussianPsf"), indexRow(7, 1, 0, 2, 1, "GaussianPsf")}) +
      table(gaussianColumns, 16, 3, rows);
  const ExposureFacts found = facts(file({psfId}, tables));
  CHECK(found.notes.empty());
  REQUIRE(found.psf);
  REQUIRE(found.psf->nodes.size() == 1);
  REQUIRE(found.psf->nodes[0]);
  CHECK(found.psf->nodes[0]->moments.xx == 6.25);
  CHECK(found.psf->x0 == 4.5);
  CHECK(found.psf->y0 == 3.5);
  // The newer card goes first; 0 means none.
  CHECK(facts(file({"HIERARCH ARCHIVE_ID_PSF = 9", psfId}, tables)).psf->nodes[0]->moments.xx == 2.25);
  CHECK(!facts(file({card("PSF_ID", "0")}, tables)).psf);
}

TEST_CASE("damaged archives leave a note") {
  const auto good = indexRow(7, 1, 0, 0, 1, "GaussianPsf");
  const std::string psf = table(gaussianColumns, 16, 1, gaussianRow(2));
  CHECK(noteOf(file({card("PSF_ID", "8")}, index({good}) + psf)).find("an object, received 8") !=
        std::string::npos);
  CHECK(noteOf(file({psfId}, index({good}))).find("received 1") != std::string::npos);
  CHECK(noteOf(file({psfId}, index({indexRow(7, 2, 0, 0, 1, "GaussianPsf")}) + psf)).find("received 2") !=
        std::string::npos);
  CHECK(noteOf(file({psfId}, index({indexRow(7, 1, 0, 1, 1, "GaussianPsf")}) + psf)).find("received 2") !=
        std::string::npos);
  CHECK(noteOf(file({psfId}, index({indexRow(7, 1, 0, 0, 0, "GaussianPsf")}) + psf))
            .find("expected a further row") != std::string::npos);
  CHECK(noteOf(file({psfId}, index({indexRow(7, 1, 1, 0, 1, "GaussianPsf")}) + psf))
            .find("received another order") != std::string::npos);
  CHECK(noteOf(file({psfId}, index({indexRow(7, 1, 0, 0, 1, "WildPsf")}) + psf)).find("received 'WildPsf'") !=
        std::string::npos);
  CHECK(noteOf(file({psfId}, index({indexRow(7, -5, -5, -5, -5, "KernelPsf")}) + psf))
            .find("expected a further row") != std::string::npos);
  CHECK(noteOf(primary({card("AR_HDU", "900"), psfId}) + image(-32, {10, 8})).find("AR_HDU, received 900") !=
        std::string::npos);
  CHECK(noteOf(primary({card("AR_HDU", "2"), psfId}) + image(-32, {10, 8})).find("expected a binary table") !=
        std::string::npos);
  for (const double sigma : {0.0, -1.0, 1e300, static_cast<double>(NAN)})
    CHECK(noteOf(file({psfId}, index({good}) + table(gaussianColumns, 16, 1, gaussianRow(sigma))))
              .find("sigma") != std::string::npos);
}

TEST_CASE("columns that are missing, of other types or outside their heap leave a note") {
  const auto good = indexRow(7, 1, 0, 0, 1, "GaussianPsf");
  const auto note = [&](const std::vector<std::pair<std::string, std::string>>& columns, int rowBytes,
                        const std::string& data, std::vector<std::string> more = {}) {
    return noteOf(file({psfId}, index({good}) + table(columns, rowBytes, 1, data, std::move(more))));
  };
  CHECK(note({{"sigm", "1D"}}, 8, std::string(8, '\0')).find("expected a column sigma") != std::string::npos);
  CHECK(note({{"sigma", "8A"}}, 8, std::string(8, '\0')).find("sigma") != std::string::npos);
  CHECK(note({{"sigma", "0D"}}, 0, "").find("sigma") != std::string::npos);
  CHECK(note({{"sigma", "64X"}}, 8, std::string(8, '\0')).find("a type of binary tables") !=
        std::string::npos);
  CHECK(note({{"sigma", "9D"}}, 8, std::string(8, '\0')).find("NAXIS1") != std::string::npos);
  CHECK(note({{"sigma", "1PD(1)"}}, 8, std::string("\0\0\0\1\0\0\0\1", 8)).find("heap") != std::string::npos);
  CHECK(note({{"sigma", "1QD(1)"}}, 16, std::string("\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\0", 16))
            .find("negative") != std::string::npos);
  CHECK(note({{"sigma", "1PD(1)"}}, 8, std::string("\xff\xff\xff\xff\0\0\0\0", 8)).find("negative") !=
        std::string::npos);
  CHECK(note({{"sigma", "1D"}}, 8, std::string(8, '\0'), {card("THEAP", "-3")}).find("THEAP") !=
        std::string::npos);
}

TEST_CASE("a kernel that is made of itself is refused") {
  std::string row;
  for (const int number : {5, 5, 2, 2}) append<int32_t>(row, number);
  append<int32_t>(row, 8);
  append<double>(row, 1.0);
  const std::string kernels = table({{"dimensions_x", "1J"},
                                     {"dimensions_y", "1J"},
                                     {"center_x", "1J"},
                                     {"center_y", "1J"},
                                     {"components", "1J"},
                                     {"amplitudes", "1D"}},
                                    28, 1, row);
  std::string psf;
  append<int32_t>(psf, 8);
  const std::string tables =
      index({indexRow(7, 1, 0, 0, 1, "KernelPsf"), indexRow(8, 2, 0, 0, 1, "LinearCombinationKernel")}) +
      table({{"kernel", "1J"}}, 4, 1, psf) + kernels;
  CHECK(noteOf(file({psfId}, tables)).find("received 'LinearCombinationKernel'") != std::string::npos);
}

TEST_CASE("PSFs of cells: plain, gzipped, and not") {
  const Moments truth{3, 5, 1};
  std::string cells;
  for (int cell = 0; cell < 6; ++cell)
    for (const double v : gaussian(21, truth, 10, 10).pixels) append<double>(cells, cell == 4 ? NAN : v);
  const auto with = [](const std::string& psf) {
    return facts(primary({card("JSONADDR", "1"), card("INHERIT", "T")}) + image(-32, {10, 8}) + psf);
  };
  const auto check = [&](const ExposureFacts& found) {
    CHECK(found.notes.empty());
    REQUIRE(found.cellPsf);
    CHECK(found.cellPsf->nx == 3);
    CHECK(found.cellPsf->ny == 2);
    REQUIRE(found.cellPsf->nodes.size() == 6);
    for (size_t n = 0; n < 6; ++n) {
      CHECK(found.cellPsf->nodes[n].has_value() == (n != 4));
      if (n != 4) CHECK(found.cellPsf->nodes[n]->moments.xy == doctest::Approx(1).epsilon(1e-3));
    }
  };
  const std::string name = card("EXTNAME", "'PSF'");
  std::string plain = image(-64, {21, 21, 3, 2}, {name});
  plain.resize(2880);
  check(with(plain + padded(cells)));

  std::string rows, heap;
  std::vector<std::byte> packed(8000), shuffled(8 * 21);
  // A stored deflate block in a zlib frame holds the shuffled bytes as they are.
  for (size_t tile = 0; tile < 6 * 21; ++tile) {
    shuffle(std::as_bytes(std::span(cells)).subspan(tile * 168, 168), 8, shuffled);
    std::string stream = std::string("\x78\x01\x01", 3) + std::string("\xa8\x00\x57\xff", 4);
    uint32_t a = 1, b = 0;
    for (const std::byte byte : shuffled) {
      stream += static_cast<char>(byte);
      a = (a + std::to_integer<uint32_t>(byte)) % 65521, b = (b + a) % 65521;
    }
    append<uint32_t>(stream, b << 16 | a);
    append<int32_t>(rows, static_cast<int32_t>(stream.size()));
    append<int32_t>(rows, static_cast<int32_t>(heap.size()));
    heap += stream;
  }
  std::vector<std::string> z{name,
                             card("ZIMAGE", "T"),
                             card("ZBITPIX", "-64"),
                             card("ZNAXIS", "4"),
                             card("ZNAXIS1", "21"),
                             card("ZNAXIS2", "21"),
                             card("ZNAXIS3", "3"),
                             card("ZNAXIS4", "2"),
                             card("ZTILE1", "21"),
                             card("ZCMPTYPE", "'GZIP_2'")};
  const auto tiled = [&](const std::string& data) {
    return table({{"COMPRESSED_DATA", "1PB(200)"}}, 8, 126, data, z);
  };
  check(with(tiled(rows + heap)));

  const auto refused = [&](const std::string& psf) {
    const ExposureFacts found = with(psf);
    CHECK(!found.cellPsf);
    CHECK(found.notes.size() == 1);
  };
  refused(tiled(rows + heap.substr(0, 5000)));
  std::string lying = heap;
  lying[20] = static_cast<char>(lying[20] ^ 1);
  refused(tiled(rows + lying));
  z[9] = card("ZCMPTYPE", "'RICE_1'");
  refused(tiled(rows + heap));
  z[9] = card("ZCMPTYPE", "'GZIP_2'"), z[6] = card("ZNAXIS3", "30000"), z[7] = card("ZNAXIS4", "30000");
  refused(tiled(rows + heap));
  refused(image(-64, {21, 21, 6}, {name}));
  refused(image(-32, {400, 2, 1, 1}, {name}));
}

TEST_CASE(
    "the inputs of a co-add are the rows of afw's table of detectors, whole 64-bit numbers among them") {
  const int64_t visit = 2025070300681, large = (int64_t{1} << 62) + 1;
  std::string visits, ccds;
  append<int64_t>(visits, visit);
  for (const auto& [ccd, of] : std::vector<std::pair<int32_t, int64_t>>{{46, visit}, {188, large}}) {
    append<int32_t>(ccds, ccd);
    append<int64_t>(ccds, of);
  }
  const std::string rows =
      index({indexRow(9, 1, 0, 0, 1, "CoaddInputs"), indexRow(9, 2, 1, 0, 2, "CoaddInputs")});
  const std::string ofVisits = table({{"id", "1K"}}, 8, 1, visits);
  const ExposureFacts found =
      facts(file({coaddInputsId}, rows + ofVisits + table({{"ccd", "1J"}, {"visit", "1K"}}, 12, 2, ccds)));
  CHECK(found.notes.empty());
  CHECK(found.coaddInputs == 3);
  REQUIRE(found.inputs.size() == 2);
  CHECK(found.inputs[0].visit == visit);
  CHECK(found.inputs[0].detector == 46);
  CHECK(found.inputs[1].visit == large);
  CHECK(found.inputs[1].detector == 188);
}

TEST_CASE("unsigned numbers of tables are those that FITS means, and others are refused") {
  const auto of = [](uint64_t visit, const std::string& zero) {
    std::string ccds;
    append<int16_t>(ccds, static_cast<int16_t>(static_cast<uint16_t>(40'000 ^ 0x8000)));
    append<int64_t>(ccds, static_cast<int64_t>(visit ^ (uint64_t{1} << 63)));
    const std::string rows = index({indexRow(9, 1, 0, 0, 1, "CoaddInputs")});
    return facts(file({coaddInputsId}, rows + table({{"ccd", "1I"}, {"visit", "1K"}}, 10, 1, ccds,
                                                    {card("TZERO1", "32768"), card("TZERO2", zero)})));
  };
  const ExposureFacts found = of(2025070300681, "9223372036854775808");
  REQUIRE(found.inputs.size() == 1);
  CHECK(found.inputs[0].visit == 2025070300681);
  CHECK(found.inputs[0].detector == 40'000);
  for (const ExposureFacts& bad : {of(uint64_t{1} << 63, "9223372036854775808"), of(1, "5")}) {
    CHECK(bad.inputs.empty());
    REQUIRE(bad.notes.size() == 1);
    CHECK(bad.notes[0].find("visit") != std::string::npos);
  }
}
