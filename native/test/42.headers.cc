// Which cards of a plane move with the box, which stay, which go.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "core/cutout/headers.h"
#include "core/fits/hdus.h"
#include "core/header/cards.h"

using namespace vignet;

namespace {

Layout layoutOf(const std::string& primary, const std::string& plane, int8_t bitpix = -32) {
  Layout layout;
  layout.files.resize(1);
  layout.hdus.resize(2);
  layout.hdus[0].cards = primary;
  layout.hdus[0].end = layout.hdus[1].headerOffset = 2880;
  layout.hdus[1].cards = plane;
  layout.hdus[1].name = extensionName(Header::fromText(plane));
  layout.planes.resize(1);
  layout.planes[0].hdu = 1;
  layout.planes[0].bitpix = bitpix;
  layout.planes[0].width = 400;
  layout.planes[0].height = 300;
  return layout;
}

// The cards of a header by name: value text as written.
std::multimap<std::string, std::string> cardsOf(const HeaderWriter& header) {
  const std::string text = header.finish();
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += 80) lines += text.substr(at, 80) + "\n";
  std::multimap<std::string, std::string> out;
  for (const auto& card : splitCards(lines)) out.emplace(card.name, std::string(card.value));
  return out;
}

std::multimap<std::string, std::string> cutCards(const std::string& cards, int8_t bitpix = -32,
                                                 const WideBox& box = {10, 20, 50, 60}) {
  const Layout layout = layoutOf("", cards, bitpix);
  return cardsOf(planeHeader(layout, layout.planes[0], box, {.name = "IMAGE"}));
}

std::string valueOf(const std::multimap<std::string, std::string>& cards, const std::string& name) {
  const auto range = cards.equal_range(name);
  if (range.first == range.second) return "absent";
  std::string out;
  for (auto it = range.first; it != range.second; ++it) out += (out.empty() ? "" : "|") + it->second;
  return out;
}

}  // namespace

TEST_CASE("CRPIX of every description shifts; SIP, PV and CD stay") {
  const auto cards = cutCards(
      "CTYPE1  = 'RA---TAN-SIP'\nCTYPE2  = 'DEC--TAN-SIP'\nCRPIX1  = 866.842697735752 / a comment\nCRPIX2  = "
      "-5.\n"
      "CD1_1   = 1.5E-05\nA_2_0   = 5.2E-07\nPV1_1   = 1.009\nCRVAL1  = 151.3\n"
      "CTYPE1B = 'RA---TAN'\nCRPIX1B = 1.0\nCTYPE2B = 'DEC--TAN'\nCRPIX2B = 1.0");
  CHECK(valueOf(cards, "CRPIX1") == "856.842697735752");
  CHECK(valueOf(cards, "CRPIX2") == "-25.0");
  CHECK(valueOf(cards, "CRPIX1B") == "-9.0");
  CHECK(valueOf(cards, "CRPIX2B") == "-19.0");
  CHECK(valueOf(cards, "CD1_1") == "1.5E-05");
  CHECK(valueOf(cards, "A_2_0") == "5.2E-07");
  CHECK(valueOf(cards, "PV1_1") == "1.009");
  CHECK(valueOf(cards, "CRVAL1") == "151.3");
}

TEST_CASE("the parent frame keeps CRPIX and moves CRVAL") {
  const auto plain = cutCards(
      "CTYPE1A = 'LINEAR  '\nCTYPE2A = 'LINEAR  '\nCRPIX1A = 1.\nCRPIX2A = 1\nCRVAL1A = 128.0\nCRVAL2A = -3");
  CHECK(valueOf(plain, "CRPIX1A") == "1.");
  CHECK(valueOf(plain, "CRPIX2A") == "1");
  CHECK(valueOf(plain, "CRVAL1A") == "138.0");
  CHECK(valueOf(plain, "CRVAL2A") == "17.0");
  // Old afw files leave a CTYPE out, and a CRVAL may be absent: its default is 0.
  const auto old = cutCards("CTYPE1A = 'LINEAR'\nCRPIX1A = 1\nCRPIX2A = 1\nCRVAL1A = 0");
  CHECK(valueOf(old, "CRVAL1A") == "10.0");
  CHECK(valueOf(old, "CRVAL2A") == "20.0");
  const auto binned = cutCards(
      "CTYPE1A = 'LINEAR'\nCTYPE2A = 'LINEAR'\nCRPIX1A = 1\nCRPIX2A = 1\nCDELT1A = 2.0\nCDELT2A = "
      "-0.5\nCRVAL1A = 100");
  CHECK(valueOf(binned, "CRVAL1A") == "120.0");
  CHECK(valueOf(binned, "CRVAL2A") == "-10.0");
  const auto turned = cutCards(
      "CTYPE1A = 'LINEAR'\nCTYPE2A = 'LINEAR'\nCRPIX1A = 1\nCRPIX2A = 1\nCD1_2A  = 1\nCD2_1A  = -1\nCRVAL1A "
      "= "
      "5\nCRVAL2A = 6");
  CHECK(valueOf(turned, "CRVAL1A") == "25.0");
  CHECK(valueOf(turned, "CRVAL2A") == "-4.0");
  const auto other = cutCards("CTYPE1P = 'PIXEL'\nCTYPE2P = 'PIXEL'\nCRPIX1P = 1\nCRPIX2P = 1\nCRVAL1P = 1");
  CHECK(valueOf(other, "CRPIX1P") == "-9.0");
  CHECK(valueOf(other, "CRVAL1P") == "1");
}

TEST_CASE("defaults that no longer hold are written") {
  const auto cards = cutCards("CTYPE1  = 'RA---TAN'\nCRVAL1  = 3\nLTM1_1  = 0.5\nLTV2    = -1.");
  CHECK(valueOf(cards, "CRPIX1") == "-10.0");
  CHECK(valueOf(cards, "CRPIX2") == "-20.0");
  // The origin of the box is in logical pixels, which LTV is counted in too.
  CHECK(valueOf(cards, "LTV1") == "-10.0");
  CHECK(valueOf(cards, "LTV2") == "-21.0");
  const auto none = cutCards("OBJECT  = 'x'");
  CHECK(valueOf(none, "CRPIX1") == "absent");
  CHECK(valueOf(none, "LTV1") == "absent");
  const auto whole = cutCards("CTYPE1  = 'RA---TAN'\nCRPIX2  = 1.500E2", -32, {0, 0, 400, 300});
  CHECK(valueOf(whole, "CRPIX1") == "absent");
  CHECK(valueOf(whole, "CRPIX2") == "1.500E2");
}

TEST_CASE("cards of the tile table, of the parent's size and of the whole go") {
  const std::string text =
      "XTENSION= 'BINTABLE'\nBITPIX  = 8\nNAXIS   = 2\nNAXIS1  = 8\nNAXIS2  = 300\nPCOUNT  = 99\nGCOUNT  = "
      "1\n"
      "TFIELDS = 1\nTTYPE1  = 'COMPRESSED_DATA'\nTFORM1  = '1PB(99)'\nZIMAGE  = T\nZBITPIX = -32\nZNAXIS  = "
      "2\n"
      "ZNAXIS1 = 400\nZNAXIS2 = 300\nZTILE1  = 400\nZCMPTYPE= 'RICE_1'\nZNAME1  = 'BLOCKSIZE'\nZVAL1   = 32\n"
      "ZQUANTIZ= 'NO_DITHER'\nZDITHER0= 7\nUZSCALE = 1.\nEXTNAME = 'N11'\nEXTTYPE = 'IMAGE'\nEXTVER  = 4\n"
      "CHECKSUM= 'x'\nDATASUM = '0'\nZHECKSUM= 'x'\nDATASEC = '[1:2,3:4]'\nTRIMSECA= '[1:2,3:4]'\nDETSEC  = "
      "'[1:2,3:4]'\n"
      "DATAMAX = 5\nBSCALE  = 1.0\nBZERO   = 0.0\nBLANK   = -1\nZEROPNT = 25.\nDETECTOR= 'S3'\nCOMMENT kept\n"
      "HISTORY kept too\n        free text\nLONG    = 'begins &'\nCONTINUE  'and ends'\nDATASEC = 'goes on "
      "&'\nCONTINUE  'and goes'";
  Layout layout = layoutOf("", text);
  layout.planes[0].tiles.emplace();
  const auto cards = cardsOf(planeHeader(layout, layout.planes[0], {10, 20, 50, 60}, {.name = "IMAGE"}));
  for (const char* gone :
       {"TFIELDS", "TTYPE1",   "TFORM1",   "ZIMAGE",   "ZBITPIX", "ZNAXIS", "ZNAXIS1",  "ZTILE1",  "ZCMPTYPE",
        "ZNAME1",  "ZVAL1",    "ZQUANTIZ", "ZDITHER0", "UZSCALE", "EXTVER", "CHECKSUM", "DATASUM", "ZHECKSUM",
        "DATASEC", "TRIMSECA", "DETSEC",   "DATAMAX",  "BSCALE",  "BZERO",  "BLANK"}) {
    CAPTURE(gone);
    CHECK(valueOf(cards, gone) == "absent");
  }
  CHECK(valueOf(cards, "XTENSION") == "'IMAGE   '");
  CHECK(valueOf(cards, "BITPIX") == "-32");
  CHECK(valueOf(cards, "NAXIS") == "2");
  CHECK(valueOf(cards, "NAXIS1") == "40");
  CHECK(valueOf(cards, "NAXIS2") == "40");
  CHECK(valueOf(cards, "PCOUNT") == "0");
  CHECK(valueOf(cards, "EXTNAME") == "'IMAGE   '");
  CHECK(valueOf(cards, "EXTTYPE") == "'IMAGE   '");
  CHECK(valueOf(cards, "VIGNETEX") == "'N11     '");
  CHECK(valueOf(cards, "ZEROPNT") == "25.");
  CHECK(valueOf(cards, "DETECTOR") == "'S3'");
  CHECK(cards.count("COMMENT") == 1);
  CHECK(cards.count("HISTORY") == 1);
  CHECK(cards.count("CONTINUE") == 0);  // one follows its card, the other went with it
  CHECK(valueOf(cards, "LONG") == "'begins &'");
  const auto whole = cardsOf(planeHeader(layout, layout.planes[0], {0, 0, 400, 300}, {}));
  CHECK(valueOf(whole, "DATASEC") == "'[1:2,3:4]'|'goes on &'");
  CHECK(valueOf(whole, "DATAMAX") == "5");
}

// The names: JWST and HST (S_REGION), ObsCore's columns as cards, DECam, Mosaic and Bok (CORN1RA, COR1RA1,
// CENRA1, CENTRA), DES (RAC1, RACMIN, CROSSRA0), ZTF (RA1), SkyMapper (RA_CENT), an STC-S text.
TEST_CASE(
    "cards of the outline, the corners and the centre on the sky go from a part, in plane and primary") {
  const std::vector<std::string> places{
      "S_REGION", "S_RA",     "S_DEC",    "S_FOV",   "RACMIN",  "RACMAX",   "DECCMIN", "DECCMAX",
      "RA_CENT",  "DEC_CENT", "CROSSRA0", "CENTRA",  "CENTDEC", "CENRA1",   "CENDEC1", "RAC1",
      "RAC4",     "DECC1",    "DECC4",    "RA1",     "RA4",     "DEC1",     "DEC4",    "CORN1RA",
      "CORN4RA",  "CORN1DEC", "CORN4DEC", "COR1RA1", "COR4RA1", "COR1DEC1", "COR4DEC1"};
  // Of the pointing, the target and the site: true of a part too.
  const std::vector<std::string> kept{"RA", "DEC", "RA_TARG", "TELRA", "RA5", "DEC0", "CORN5RA", "OBS-LAT"};
  std::string text =
      "CTYPE1  = 'RA---TAN'\nCTYPE2  = 'DEC--TAN'\nCRPIX1  = 1.\nCRPIX2  = 1.\n"
      "HIERARCH FOOTPRINT = 'POLYGON ICRS 1 2 &'\nCONTINUE  '3 4 5 6'";
  for (const auto& names : {places, kept}) {
    for (std::string name : names) text += "\n" + name.append(8 - name.size(), ' ') + "= 150.25";
  }
  const auto part = cutCards(text), whole = cutCards(text, -32, {0, 0, 400, 300});
  const auto padded = cutCards(text, -32, {-10, 0, 400, 300});
  const Layout inPrimary = layoutOf(text, "");
  const auto primary = cardsOf(primaryHeader(inPrimary, {}, {10, 20, 50, 60}, {}));
  for (const auto& name : places) {
    CAPTURE(name);
    CHECK(valueOf(part, name) == "absent");
    CHECK(valueOf(padded, name) == "absent");
    CHECK(valueOf(primary, name) == "absent");
    CHECK(valueOf(whole, name) == "150.25");
  }
  CHECK(valueOf(part, "FOOTPRINT") == "absent");
  CHECK(valueOf(primary, "FOOTPRINT") == "absent");
  CHECK(part.count("CONTINUE") == 0);
  CHECK(valueOf(whole, "FOOTPRINT") == "'POLYGON ICRS 1 2 &'");
  for (const auto& name : kept) {
    CAPTURE(name);
    CHECK(valueOf(part, name) == "150.25");
    CHECK(valueOf(primary, name) == "150.25");
  }
}

TEST_CASE("scaling: integers keep theirs, floats keep one that does something") {
  const auto integers = cutCards("BSCALE  = 1\nBZERO   = 32768\nBLANK   = -32768", 16);
  CHECK(valueOf(integers, "BSCALE") == "1");
  CHECK(valueOf(integers, "BZERO") == "32768");
  CHECK(valueOf(integers, "BLANK") == "-32768");
  Layout scaled = layoutOf("", "BSCALE  = 2.0\nBZERO   = 0.0\nBLANK   = 3");
  scaled.planes[0].bscale = 2;
  const auto floats = cardsOf(planeHeader(scaled, scaled.planes[0], {0, 0, 4, 4}, {}));
  CHECK(valueOf(floats, "BSCALE") == "2.0");
  CHECK(valueOf(floats, "BLANK") == "absent");
  Layout told = layoutOf("", "ZBLANK  = -7", 32);
  told.planes[0].tiles.emplace();
  told.planes[0].blank = -7;
  CHECK(valueOf(cardsOf(planeHeader(told, told.planes[0], {0, 0, 4, 4}, {})), "BLANK") == "-7");
}

TEST_CASE("the primary: what is true of the dataset, provenance, and pointers only where they point") {
  const std::string primary =
      "SIMPLE  = T\nBITPIX  = 16\nNAXIS   = 0\nEXTEND  = T\nNEXTEND = 2\nHIERARCH EXPINFO_V = 2\nAR_HDU  = 5 "
      "/ archive\n"
      "HIERARCH SKYWCS_ID = 1 / id\nHIERARCH ARCHIVE_ID_SKYWCS = 1\nHIERARCH NEWTHING_ID = 3\n"
      "HIERARCH ARCHIVE_ID_NEWTHING = 3\nPSF_ID  = 4\nCHIP_ID = 12\nA_ORDER = 3\nCRPIX1  = 4.\nOBJECT  = "
      "'M13'\nVIGNETST= 'old'\n"
      "INDXADDR= 100\nINDXSIZE= 2880\nDATE    = '2020-01-01'";
  const Layout layout = layoutOf(primary, "");
  CutoutRequest request{.box = {},
                        .detail = Detail::image,
                        .datasetId = "ivo://x/y?id=" + std::string(80, 'a'),
                        .stencil = "CIRCLE 1 2 3",
                        .software = "Vignet 0.1"};
  const auto cut =
      cardsOf(primaryHeader(layout, request, {10, 20, 50, 60},
                            {.checksums = false, .missingPlanes = "MASK", .wholeHdus = "", .pointers = {}}));
  for (const char* gone : {"NEXTEND", "EXPINFO_V", "AR_HDU", "SKYWCS_ID", "ARCHIVE_ID_SKYWCS", "NEWTHING_ID",
                           "ARCHIVE_ID_NEWTHING", "PSF_ID", "A_ORDER", "CRPIX1", "INDXADDR", "INDXSIZE"}) {
    CAPTURE(gone);
    CHECK(valueOf(cut, gone) == "absent");
  }
  CHECK(valueOf(cut, "CHIP_ID") == "12");
  CHECK(valueOf(cut, "OBJECT") == "'M13'");
  CHECK(valueOf(cut, "DATE") == "'2020-01-01'");
  CHECK(valueOf(cut, "BITPIX") == "8");
  CHECK(valueOf(cut, "NAXIS") == "0");
  CHECK(valueOf(cut, "VIGNETST") == "'CIRCLE 1 2 3'");
  CHECK(valueOf(cut, "VIGNETVR") == "'Vignet 0.1'");
  CHECK(valueOf(cut, "VIGNETLK") == "'MASK    '");
  CHECK(valueOf(cut, "VIGNETX0") == "10");
  CHECK(valueOf(cut, "VIGNETX1") == "50");
  CHECK(valueOf(cut, "VIGNETY0") == "20");
  CHECK(valueOf(cut, "VIGNETY1") == "60");
  PrimaryHeaderOptions keep;
  keep.keepArchive = true;
  keep.pointers = {{"AR_HDU", 7}};
  const auto all = cardsOf(primaryHeader(layout, request, {10, 20, 50, 60}, keep));
  CHECK(valueOf(all, "AR_HDU") == "7");
  CHECK(valueOf(all, "SKYWCS_ID") == "1");
  CHECK(valueOf(all, "INDXADDR") == "absent");
  keep.treeSchema = "";
  CHECK(valueOf(cardsOf(primaryHeader(layout, request, {10, 20, 50, 60}, keep)), "INDXADDR") == "100");
}
