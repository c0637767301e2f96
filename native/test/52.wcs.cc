// A WCS made of numbers gives what wcslib gives with the whole header, and what astropy gives.
#include <doctest/doctest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/wcs/wcs.h"
#include "headers.h"
#include "wcs_support.h"

using namespace vignet;
using namespace vignet::test;

namespace {

std::optional<NumericWcs> parsedReal(const headers::Header& h) {
  return parseWcs(h.lines(), static_cast<uint32_t>(h.naxis));
}

}  // namespace

TEST_CASE("real headers: wcslib on the whole header agrees to the last digits") {
  int compared = 0;
  for (const auto& h : headers::real()) {
    INFO(h.path << " " << h.hdu);
    const auto numbers = parsedReal(h);
    if (!numbers) continue;
    Wcs wcs(*numbers);
    const auto grid = gridOf(h);
    const Mapped mapped = map(wcs, grid);
    const auto sky = direct(h, grid);
    if (sky.empty() || numbers->frame != SkyFrame::icrs || !numbers->note.empty()) {
      MESSAGE(h.path << " is left to astropy: " << numbers->note);
      continue;
    }
    compared++;
    for (std::size_t i = 0; i < grid.size(); i++) {
      CHECK(bool(mapped.ok[i]) == !std::isnan(sky[i].lon));
      if (mapped.ok[i]) CHECK(apart(mapped.sky[i], sky[i]) < 1e-12);
    }
    // And back, where the map is one to one.
    std::vector<Pixel> back(grid.size());
    std::vector<uint8_t> ok(grid.size());
    wcs.toPixel(mapped.sky, back, ok);
    for (std::size_t i = 0; i < grid.size(); i++) {
      if (!ok[i]) continue;
      CHECK(std::hypot(back[i].x - grid[i].x, back[i].y - grid[i].y) < 1e-6);
    }
  }
  if (!oracle::realData().empty()) CHECK(compared > 60);
}

TEST_CASE("real headers: astropy agrees to 1e-9 degree") {
  std::vector<headers::Header> all;
  for (auto& h : headers::real()) {
    if (parsedReal(h)) all.push_back(h);
  }
  if (!oracle::realData().empty()) {
    CHECK(all.size() > 60);
    compareWithAstropy(all);
  }
}

namespace {

const std::string sip = "A_ORDER=2 B_ORDER=2 A_2_0=1E-6 A_1_1=-2E-7 B_0_2=2E-6 ";

}  // namespace

TEST_CASE("many kinds of header: astropy agrees") {
  std::vector<headers::Header> all;
  const auto add = [&](const std::string& pairs, int naxis = 2) {
    all.push_back(headers::make(pairs));
    all.back().naxis = naxis;
  };
  add(gnomonic + cd);
  add(gnomonic + cd + "RADESYS='FK5' EQUINOX=2000.0");
  add(gnomonic + cd + "EQUINOX=2000.0");
  add(gnomonic + cd + "EPOCH=2000.0");
  add(gnomonic + cd + "RADECSYS='FK5'");
  // B1950 with the E-terms of aberration, and without.
  add(gnomonic + cd + "RADESYS='FK4' EQUINOX=1950.0");
  add(gnomonic + cd + "EQUINOX=1950.0");
  add(gnomonic + cd + "RADESYS='FK4-NO-E' EQUINOX=1950.0");
  // Other equinoxes; the epoch is that of the equinox.
  for (const std::string frame :
       {"RADESYS='FK5' EQUINOX=1975.0", "RADESYS='FK5' EQUINOX=2015.5", "RADESYS='FK5' EQUINOX=1950.0",
        "EQUINOX=2009.25", "RADESYS='FK5' EQUINOX=1855.0", "RADESYS='FK4' EQUINOX=1975.0", "EQUINOX=1855.0",
        "EQUINOX=1900.0", "RADESYS='FK4' EQUINOX=2000.0", "RADESYS='FK4-NO-E' EQUINOX=1920.5"}) {
    add(gnomonic + cd + frame);
    add(types("RA---CAR", "DEC--CAR") +
        "CRVAL1=200.0 CRVAL2=0.0 CDELT1=-5.0 CDELT2=5.0 CRPIX1=36.0 CRPIX2=18.0 " + frame);
  }
  add(types("RA---CAR", "DEC--CAR") +
      "CRVAL1=200.0 CRVAL2=0.0 CDELT1=-5.0 CDELT2=5.0 CRPIX1=36.0 CRPIX2=18.0 "
      "RADESYS='FK4' EQUINOX=1950.0");
  // Mean ecliptic of J2000 and of other dates.
  for (const std::string frame : {"", "RADESYS='ICRS'", "RADESYS='ICRS' EQUINOX=2000.0", "EQUINOX=2000.0",
                                  "RADESYS='FK5' EQUINOX=2015.5", "RADESYS='FK5' EQUINOX=1855.0"}) {
    add(types("ELON-TAN", "ELAT-TAN") + cd + frame);
    add(types("ELON-CAR", "ELAT-CAR") +
        "CRVAL1=200.0 CRVAL2=0.0 CDELT1=-5.0 CDELT2=5.0 CRPIX1=36.0 CRPIX2=18.0 " + frame);
  }
  add(types("GLON-TAN", "GLAT-TAN") + cd);
  add(types("GLON-CAR", "GLAT-CAR") + cd);
  add(gnomonic + "CDELT1=-1E-4 CDELT2=1E-4 CROTA2=30.0");
  add(gnomonic + "CDELT1=-1E-4 CDELT2=1E-4 PC1_1=0.8 PC1_2=-0.6 PC2_1=0.6 PC2_2=0.8");
  add(gnomonic + cd + "CDELT1=-2E-4 CDELT2=2E-4");
  add(gnomonic + cd + "CUNIT1='deg' CUNIT2='deg' LONPOLE=170.0 LATPOLE=10.0");
  add("CTYPE1='RA---TAN' CTYPE2='DEC--TAN' CRPIX1=500 CRPIX2=600 CRVAL1=36000.0 CRVAL2=72000.0 "
      "CUNIT1='arcsec' CUNIT2='arcsec' "
      "CD1_1=-0.36 CD1_2=0.01 CD2_1=0.01 CD2_2=0.36");
  add(gnomonic + cd + sip);  // SIP without -SIP
  add(types("RA---TAN-SIP", "DEC--TAN-SIP") + cd + sip);
  add(types("RA---TAN-SIP", "DEC--TAN-SIP") + cd + sip + "PV1_1=1.0 PV1_7=0.01 PV2_1=1.0 PV2_4=1E-3");
  add(types("RA---TAN-SIP", "DEC--TAN-SIP") + cd + "A_ORDER=2 B_ORDER=2");
  add(types("RA---TAN-SIP", "DEC--TAN-SIP") + cd);
  add(types("RA---TAN-SIP", "DEC--TAN-SIP") + cd + "A_2_0=1E-5");  // no order
  add(types("RA---TPV", "DEC--TPV") + cd +
      "PV1_0=1E-5 PV1_1=1.0 PV1_4=1E-3 PV1_11=2E-2 PV1_39=-0.2 PV2_1=1.0 PV2_7=1E-2");
  add(types("RA---TNX", "DEC--TNX") + cd);
  for (const std::string axis : {"1", "2"}) {  // values with blanks, over two full cards
    const std::string name = axis == "1" ? "axtype=ra lngcor" : "axtype=dec latcor";
    const std::string text = "wtype=tnx " + name +
                             " = \"3. 3. 3. 2. -0.2 0.2 -0.15 0.15 0.001 0.002 -0.003 0.0004 0.0005 "
                             "-0.0006 0.0007 0.0008 0.0009 0.001 \"";
    for (std::size_t k = 0; 68 * k < text.size(); k++) {
      all.back().cards +=
          headers::card("WAT" + axis + "_00" + std::to_string(k + 1), "'" + text.substr(68 * k, 68) + "'");
    }
  }
  add(gnomonic + cd + "PV1_3=150.0 PV1_4=20.0");
  add(types("DEC--TAN", "RA---TAN") + cd);
  add(types("DEC--TPV", "RA---TPV") + cd + "PV1_1=1.0 PV2_1=1.0 PV1_5=0.03");
  for (const std::string projection :
       {"SIN", "ARC", "STG", "ZEA", "AIT", "MOL", "CAR", "CEA", "MER", "SFL", "HPX", "NCP"}) {
    add(types("RA---" + projection, "DEC--" + projection) + "CDELT1=-0.05 CDELT2=0.05");
  }
  add(types("RA---ZPN", "DEC--ZPN") + "CDELT1=-0.01 CDELT2=0.01 PV2_1=1.0 PV2_3=42.0");
  add(types("RA---SIN", "DEC--SIN") + "CDELT1=-0.05 CDELT2=0.05 PV2_1=-0.3 PV2_2=0.2");
  add(types("RA---COE", "DEC--COE") + "CDELT1=-0.05 CDELT2=0.05 PV2_1=45.0 PV2_2=10.0");
  add("CTYPE1='RA---CAR' CTYPE2='DEC--CAR' CRPIX1=512.5 CRPIX2=512.5 CRVAL1=0.0 CRVAL2=0.0 CDELT1=-0.35 "
      "CDELT2=0.17");
  add(gnomonic + cd + "CTYPE3='FREQ' CRPIX3=1.0 CRVAL3=1E9 CD3_3=1E6 CUNIT3='Hz'", 3);
  compareWithAstropy(all);
}

// wcslib's bounds of native coordinates (prjbchk): Paper II gives no meaning to native longitudes beyond 180.
TEST_CASE("cylindrical pixels are on the sky where wcslib has them, each asked by itself") {
  for (const std::string projection : {"CAR", "CEA", "CYP", "MER", "SFL", "PAR", "MOL", "AIT", "HPX"}) {
    for (const std::string place : {"CRVAL1=20.0 CRVAL2=0.0 CRPIX1=48.5 CRPIX2=20.5 ",
                                    "CRVAL1=0.0 CRVAL2=0.0 CRPIX1=-19.5 CRPIX2=20.5 ",
                                    "CRVAL1=200.0 CRVAL2=30.0 CRPIX1=37.0 CRPIX2=20.0 "}) {
      const headers::Header h = headers::make("CTYPE1='RA---" + projection + "' CTYPE2='DEC--" + projection +
                                                  "' CDELT1=-5.0 CDELT2=5.0 PV2_1=1.0 PV2_2=1.0 " + place,
                                              96, 40);
      CAPTURE(projection);
      CAPTURE(place);
      std::vector<Pixel> pixels;
      for (int y = 0; y < h.height; y++) {
        for (int x = 0; x < h.width; x++) pixels.push_back({double(x), double(y)});
      }
      const auto truth = direct(h, pixels);
      REQUIRE(truth.size() == pixels.size());
      Wcs wcs(*parseWcs(h.lines(), 2));
      const Mapped mapped = map(wcs, pixels);
      size_t on = 0, differ = 0;
      for (size_t i = 0; i < pixels.size(); i++) {
        on += mapped.ok[i];
        differ += bool(mapped.ok[i]) == std::isnan(truth[i].lon) ||
                  (mapped.ok[i] && apart(mapped.sky[i], truth[i]) > 1e-12);
      }
      CHECK(differ == 0);
      CHECK(on > 0);
      CHECK(on < pixels.size());
    }
  }
}

TEST_CASE("positions of other equinoxes lead back to their pixels") {
  for (const std::string frame : {"RADESYS='FK5' EQUINOX=1975.0", "RADESYS='FK4' EQUINOX=1855.0",
                                  "RADESYS='FK4-NO-E' EQUINOX=2000.0"}) {
    CAPTURE(frame);
    const auto numbers = parseWcs(headers::make(gnomonic + cd + frame).lines(), 2);
    REQUIRE(numbers);
    Wcs wcs(*numbers);
    for (const Pixel p : {Pixel{0, 0}, {1000, -50}, {333.25, 4000}}) {
      const Sky sky = *wcs.toSky(p);
      const Pixel back = *wcs.toPixel(sky);
      CHECK(std::hypot(back.x - p.x, back.y - p.y) < 1e-6);
    }
  }
}

TEST_CASE("FK4 without an equinox is of B1950, and its positions lead back to their pixels") {
  const auto bare = parseWcs(headers::make(gnomonic + cd + "RADESYS='FK4'").lines(), 2),
             dated = parseWcs(headers::make(gnomonic + cd + "RADESYS='FK4' EQUINOX=1950.0").lines(), 2);
  REQUIRE(bare);
  Wcs a(*bare), b(*dated);
  for (const Pixel p : {Pixel{0, 0}, {1000, -50}, {333.25, 4000}}) {
    const Sky sky = *a.toSky(p);
    CHECK(apart(sky, *b.toSky(p)) == 0);
    const Pixel back = *a.toPixel(sky);
    CHECK(std::hypot(back.x - p.x, back.y - p.y) < 1e-7);
  }
}

TEST_CASE("realisations of ICRS are ICRS") {
  for (const std::string name : {"ICRF", "ICRF3", "GAIA-CRF2", "GAIA-CRF3"}) {
    const auto numbers =
        parseWcs(headers::make(gnomonic + cd + "EQUINOX=2000.0 RADESYS='" + name + "'").lines(), 2);
    REQUIRE(numbers);
    CHECK(numbers->frame == SkyFrame::icrs);
  }
  refused(gnomonic + cd + "RADESYS='GSC1'", "for RADESYS, received 'GSC1'");
}

TEST_CASE("SCAMP's PV on TAN is TPV") {
  const std::string pv = "PV1_0=0.0 PV1_1=1.01 PV1_4=1E-3 PV1_7=0.1 PV2_1=0.99 PV2_2=1E-3 PV2_10=0.2";
  const auto old = parseWcs(headers::make(gnomonic + cd + pv).lines(), 2),
             now = parseWcs(headers::make(types("RA---TPV", "DEC--TPV") + cd + pv).lines(), 2);
  CHECK(old->note.find("TPV") != std::string::npos);
  CHECK(now->note.empty());
  Wcs a(*old), b(*now);
  const auto grid = gridOf(headers::make(""));
  const Mapped x = map(a, grid), y = map(b, grid);
  for (std::size_t i = 0; i < grid.size(); i++) CHECK(apart(x.sky[i], y.sky[i]) == 0);
  CHECK(parsedNote(gnomonic + cd + "PV1_3=180.0 PV1_4=20.0").empty());
}

TEST_CASE("in TPV an absent PVi_1 is 1") {
  const std::string some = "PV1_7=0.1 PV2_4=0.01";
  const auto gaps = parseWcs(headers::make(types("RA---TPV", "DEC--TPV") + cd + some).lines(), 2);
  const auto full =
      parseWcs(headers::make(types("RA---TPV", "DEC--TPV") + cd + some + " PV1_1=1.0 PV2_1=1.0").lines(), 2);
  const auto none = parseWcs(headers::make(types("RA---TPV", "DEC--TPV") + cd).lines(), 2);
  const auto plain = parseWcs(headers::make(gnomonic + cd).lines(), 2);
  CHECK(gaps->note.find("PV1_1") != std::string::npos);
  const auto grid = gridOf(headers::make(""));
  for (const auto& [x, y] : {std::pair{gaps, full}, {none, plain}}) {
    Wcs a(*x), b(*y);
    const Mapped p = map(a, grid), q = map(b, grid);
    for (std::size_t i = 0; i < grid.size(); i++) CHECK(apart(p.sky[i], q.sky[i]) < 1e-13);
  }
}

TEST_CASE("what a header lacks or gets wrong is told") {
  CHECK_FALSE(parseWcs("", 2));
  CHECK_FALSE(parseWcs(headers::make("CRPIX1=1.0 CRVAL1=3.0").lines(), 2));
  CHECK_FALSE(parseWcs(headers::make("CTYPE1='LINEAR' CTYPE2='LINEAR'").lines(), 2));
  CHECK_FALSE(parseWcs(headers::make("CTYPE1='RA' CTYPE2='DEC' CRVAL1=1.0").lines(), 2));
  // Said, because such a cube is of the sky but cannot be cut there.
  CHECK_THROWS_WITH_AS(
      parseWcs(headers::make("CTYPE1='WAVE' CTYPE2='LINEAR' CTYPE3='RA---TAN' CTYPE4='DEC--TAN'").lines(), 4),
      "expected the celestial axes as the first two for CTYPE3, received 'RA---TAN'; reorder the axes of the "
      "image",
      Error);
  CHECK_FALSE(parseWcs(headers::make("CTYPE1='RA---TAB' CTYPE2='DEC--TAB' PS1_0='x'").lines(), 2));
  CHECK_FALSE(parseWcs(headers::make(gnomonic + cd).lines(), 1));
  refused("CTYPE1='RA---TAN' CTYPE2='LINEAR' CDELT1=1.0", "expected a longitude and a latitude");
  refused("CTYPE1='RA---TAN' CTYPE2='RA---TAN' CDELT1=1.0", "expected a longitude and a latitude");
  refused(gnomonic + "CD1_1=1E-4 CD1_2=1E-4 CD2_1=1E-4 CD2_2=1E-4", "ingular");
  refused(gnomonic + "CD1_1=1E-4 CD1_2=1E-4", "ingular");
  refused(gnomonic + "CDELT1=0.0 CDELT2=1.0", "ingular");
  refused(gnomonic + cd + "RADESYS='FK4' EQUINOX=1799.0", "expected 1800 to 2200 for EQUINOX of the FK4");
  refused(gnomonic + cd + "RADESYS='FK5' EQUINOX=1E9", "expected 1800 to 2200 for EQUINOX of the FK5");
  refused(gnomonic + cd + "RADESYS='GAPPT'", "GAPPT");
  refused(types("HLON-TAN", "HLAT-TAN") + cd, "HLON");
  refused(types("ELON-TAN", "ELAT-TAN") + cd + "RADESYS='FK4' EQUINOX=1950.0",
          "expected ICRS or FK5 for RADESYS of ecliptic axes");
  refused(types("ELON-TAN", "ELAT-TAN") + cd + "EQUINOX=1950.0", "received 'FK4'");
  refused(types("ELON-TAN", "ELAT-TAN") + cd + "RADESYS='FK5' EQUINOX=1E9",
          "expected 1800 to 2200 for EQUINOX of the ecliptic");
  refused(gnomonic + cd + "CUNIT1='furlong' CUNIT2='furlong'", "wcslib");
  refused(gnomonic + cd + "CRPIX1=1E300", "CRPIX");
  refused(types("RA---XYZ", "DEC--XYZ") + cd, "wcslib");
  refused(types("RA---TAN", "DEC--TAN") + cd + "CRVAL2=95.0", "reference latitude CRVAL2");
  CHECK(parsedNote(gnomonic + cd + sip).find("-SIP") != std::string::npos);
  CHECK(parseWcs(headers::make(gnomonic + cd + "CPDIS1='LOOKUP' DP1='EXTVER:1'").lines(), 2)->approximate);
  refused(gnomonic + cd + "CQDIS2='TPD' DQ2='NAXES:2'", "for CQDIS2");
  refused(gnomonic + cd + sip + "A_ORDER=45.0", "for A_ORDER");
  refused(types("RA---TNX", "DEC--TNX") + cd, "WAT1_001");
  refused(types("RA---TNX", "DEC--TNX") + cd + "WAT1_001='DEC--TAN' WAT2_001='wtype=tnx'", "WAT1_001");
}

TEST_CASE("the last of repeated cards rules, and a card without a value is no card") {
  const auto once = parseWcs(headers::make(gnomonic + cd).lines(), 2);
  std::string lines = "CTYPE1  = 'DEC--TNX'\nCD1_1   = 12.0\nCRPIX2  = \n";
  lines += headers::make(gnomonic + cd).lines() + "\nCRVAL1  =  / unknown";
  const auto repeated = parseWcs(lines, 2);
  REQUIRE(once);
  REQUIRE(repeated);
  CHECK(repeated->ctype == once->ctype);
  CHECK(repeated->pc == once->pc);
  CHECK(repeated->crval == once->crval);
  CHECK(repeated->crpix == once->crpix);
}

TEST_CASE("exponents are written by E, by D and by small letters") {
  const auto with = [](const std::string& letter) {
    const std::string lines = headers::make(gnomonic).lines() + "\nCD1_1   = -5.5" + letter +
                              "-05 / Degrees\nCD2_2   = 5.5" + letter + "-05";
    return parseWcs(lines, 2);
  };
  const auto plain = with("E");
  REQUIRE(plain);
  CHECK(std::abs(plain->pc[0] * plain->cdelt[0] + 5.5e-5) < 1e-20);
  for (const std::string letter : {"D", "d", "e"}) {
    const auto other = with(letter);
    REQUIRE(other);
    CHECK(other->pc == plain->pc);
    CHECK(other->cdelt == plain->cdelt);
  }
}

TEST_CASE("hostile numbers end in an error or in pixels that are off the sky") {
  for (const std::string value :
       {"1E308", "-1E308", "NAN", "INF", "1E-308", "1E39", "0.0", "''", "T", "1E9999"}) {
    for (const std::string key :
         {"CRPIX1", "CRVAL1", "CRVAL2", "CD1_1", "LONPOLE", "LATPOLE", "PV1_1", "PV2_1", "PV2_5", "PV1_99",
          "A_2_0", "AP_1_1", "EQUINOX", "WCSAXES", "CDELT1", "A_ORDER", "PV2_20", "CRPIX99", "CTYPE3"}) {
      for (const std::string projection :
           {"TAN-SIP", "TPV", "ZPN", "COE", "AZP", "SZP", "CAR", "HPX", "BON", "TNX"}) {
        std::string pairs = types("RA---" + projection, "DEC--" + projection) + cd + sip + "PV2_1=1.0 ";
        if (projection == "BON" || projection == "COE") pairs += "PV2_1=45.0 ";
        try {
          const auto numbers = parseWcs(headers::make(pairs + key + "=" + value).lines(), 2);
          if (!numbers) continue;
          Wcs wcs(*numbers);
          const Mapped m = map(wcs, gridOf(headers::make("")));
          std::vector<Pixel> back(m.sky.size());
          std::vector<uint8_t> ok(m.sky.size());
          wcs.toPixel(m.sky, back, ok);
          for (std::size_t i = 0; i < m.sky.size(); i++) CHECK((!m.ok[i] || std::isfinite(m.sky[i].lon)));
        } catch (const Error& e) {
          CHECK(e.code() == "BAD_WCS");
        }
      }
    }
  }
}
