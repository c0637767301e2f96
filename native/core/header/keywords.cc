#include "core/header/keywords.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace vignet {
namespace {

using namespace std::string_view_literals;

using Topics = std::unordered_map<std::string_view, Topic>;

void mark(Topics& topics, bool Topic::*what, std::initializer_list<std::string_view> names) {
  for (const auto name : names) topics[name].*what = true;
}

// Keywords as they are.
const Topics& words() {
  static const Topics all = [] {
    Topics t;
    mark(t, &Topic::structural,
         {"SIMPLE", "XTENSION", "BITPIX", "NAXIS", "EXTEND", "PCOUNT", "GCOUNT", "GROUPS", "BLOCKED", "END",
          "NEXTEND", "EXTNAME", "EXTVER", "EXTTYPE", "CHECKSUM", "DATASUM", "ZHECKSUM", "ZDATASUM"});
    mark(t, &Topic::tileTable,
         {"TFIELDS",  "THEAP",   "ZIMAGE",  "ZTENSION", "ZSIMPLE",  "ZBITPIX",  "ZNAXIS",
          "ZPCOUNT",  "ZGCOUNT", "ZEXTEND", "ZBLOCKED", "ZCMPTYPE", "ZMASKCMP", "ZQUANTIZ",
          "ZDITHER0", "ZSCALE",  "ZZERO",   "ZBLANK",   "ZTHEAP",   "UZSCALE"});
    mark(t, &Topic::wcs, {"A_ORDER", "B_ORDER", "AP_ORDER", "BP_ORDER", "A_DMAX", "B_DMAX", "WCSDIM"});
    mark(t, &Topic::whole,
         {"DATAMIN", "DATAMAX", "S_REGION", "S_RA", "S_DEC", "S_FOV", "FOOTPRINT", "RACMIN", "RACMAX",
          "DECCMIN", "DECCMAX", "CROSSRA0", "RA_CENT", "DEC_CENT", "CENTRA", "CENTDEC"});
    mark(t, &Topic::scaling, {"BSCALE", "BZERO", "BLANK"});
    return t;
  }();
  return all;
}

// Keywords that may have a letter behind: of an alternate description, or of an amplifier.
const Topics& lettered() {
  static const Topics all = [] {
    Topics t;
    mark(t, &Topic::wcs,
         {"WCSAXES", "WCSNAME", "LONPOLE", "LATPOLE", "PLTRAH", "PLTRAM", "PLTRAS", "PLTDECSN", "PLTDECD",
          "PLTDECM", "PLTDECS", "PLTSCALE", "XPIXELSZ", "YPIXELSZ"});
    mark(t, &Topic::whole,
         {"DATASEC", "TRIMSEC", "BIASSEC", "CCDSEC", "DETSEC", "AMPSEC", "ORIGSEC", "ROISEC"});
    return t;
  }();
  return all;
}

// Stems before one number.
const Topics& numbered() {
  static const Topics all = [] {
    Topics t;
    mark(t, &Topic::structural, {"NAXIS"});
    mark(t, &Topic::tileTable,
         {"TTYPE", "TFORM", "TUNIT", "TNULL", "TSCAL", "TZERO", "TDISP", "TDIM", "TDMIN", "TDMAX", "TLMIN",
          "TLMAX", "ZNAXIS", "ZTILE", "ZNAME", "ZVAL"});
    mark(t, &Topic::wcs,
         {"CRPIX", "CRVAL", "CTYPE", "CUNIT", "CDELT", "CROTA", "CNAME", "CRDER", "CSYER", "CPDIS",
          "CQDIS", "DP",    "DQ",    "LTV",   "CPERR", "CQERR", "CNPIX", "AMDX",  "AMDY",  "PPO"});
    mark(t, &Topic::whole,
         {"DATASEC", "TRIMSEC", "BIASSEC", "CCDSEC", "DETSEC", "AMPSEC", "ORIGSEC", "ROISEC", "CENRA",
          "CENDEC", "RAC", "DECC"});
    return t;
  }();
  return all;
}

// Stems before two numbers.
const Topics& paired() {
  static const Topics all = [] {
    Topics t;
    mark(t, &Topic::wcs, {"CD", "PC", "PV", "PS", "LTM", "A_", "B_", "AP_", "BP_"});
    return t;
  }();
  return all;
}

// The sky of a corner, 1 to 4: RA2, DEC2 (ZTF), CORN2RA, COR2DEC1 (DECam).
bool isCorner(std::string_view name) {
  std::string_view sky = name;
  for (const std::string_view stem : {"CORN"sv, "COR"sv}) {
    if (!name.starts_with(stem)) continue;
    sky.remove_prefix(stem.size());
    if (sky.empty() || sky[0] < '1' || sky[0] > '4') return false;
    sky.remove_prefix(1);
    return sky == "RA" || sky == "DEC" || sky == "RA1" || sky == "DEC1";
  }
  const char number = name.empty() ? ' ' : name.back();
  sky.remove_suffix(sky.empty() ? 0 : 1);
  return number >= '1' && number <= '4' && (sky == "RA" || sky == "DEC");
}

Topic lookUp(const Topics& topics, std::string_view name) {
  const auto it = topics.find(name);
  return it == topics.end() ? Topic{} : it->second;
}

}  // namespace

Topic topicOf(std::string_view name) {
  if (name == "FOOTPRINT") return lookUp(words(), name);
  if (name.empty() || name.size() > 8) return {};  // no other is a HIERARCH name
  if (isCorner(name)) {
    Topic whole;
    whole.whole = true;
    return whole;
  }
  if (const auto it = words().find(name); it != words().end()) return it->second;
  if (const auto it = lettered().find(name); it != lettered().end()) return it->second;
  if (name.starts_with("VIGNET")) {
    Topic own;
    own.provenance = true;
    return own;
  }
  if (name.starts_with("WAT") && name.size() == 8 && name[4] == '_') {  // IRAF's WATj_nnn has leading zeros
    Topic wcs;
    wcs.wcs = true;
    return wcs;
  }
  const std::size_t digit = name.find_first_of("0123456789");
  if (digit == std::string_view::npos) {
    return name.back() >= 'A' && name.back() <= 'Z' ? lookUp(lettered(), name.substr(0, name.size() - 1))
                                                    : Topic{};
  }
  const std::string_view stem = name.substr(0, digit);
  if (matchIndexed(name, stem)) return lookUp(numbered(), stem);
  if (matchPair(name, stem)) return lookUp(paired(), stem);
  return {};
}

bool isOfTree(std::string_view name) {
  static constexpr std::array kNames{"FMTVER"sv,   "INDXADDR"sv, "INDXSIZE"sv,
                                     "JSONADDR"sv, "JSONSIZE"sv, "DATAMODL"sv};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::set<std::string> pointersIn(const std::vector<CardLines>& cards) {
  static constexpr std::array kAlways{"AR_HDU"sv,   "EXPINFO_V"sv, "FMTVER"sv,   "INDXADDR"sv,
                                      "INDXSIZE"sv, "JSONADDR"sv,  "JSONSIZE"sv, "DATAMODL"sv};
  // Components of exposures from before ARCHIVE_ID_… was written beside each …_ID.
  static constexpr std::array kOld{"FILTER_ID"sv,
                                   "DETECTOR_ID"sv,
                                   "SKYWCS_ID"sv,
                                   "WCS_ID"sv,
                                   "PSF_ID"sv,
                                   "PHOTOCALIB_ID"sv,
                                   "AP_CORR_MAP_ID"sv,
                                   "VALID_POLYGON_ID"sv,
                                   "COADD_INPUTS_ID"sv,
                                   "SUMMARY_STATS_ID"sv,
                                   "TRANSMISSION_CURVE_ID"sv};
  constexpr std::string_view kPrefix = "ARCHIVE_ID_";
  std::set<std::string> out;
  bool archive = false;
  for (const auto& card : cards) {
    if (std::find(kAlways.begin(), kAlways.end(), card.name) != kAlways.end()) out.insert(card.name);
    if (card.name.starts_with(kPrefix)) {
      out.insert(card.name);
      out.insert(card.name.substr(kPrefix.size()) + "_ID");
    }
    archive = archive || card.name == "AR_HDU";
  }
  if (archive) out.insert(kOld.begin(), kOld.end());
  return out;
}

}  // namespace vignet
