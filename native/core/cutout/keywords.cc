#include "core/cutout/keywords.h"

#include <algorithm>
#include <array>

namespace vignet {
namespace {

using namespace std::string_view_literals;

template <std::size_t N>
bool among(std::string_view name, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), name) != words.end();
}

template <std::size_t N>
bool indexedAmong(std::string_view name, const std::array<std::string_view, N>& stems) {
  return std::any_of(stems.begin(), stems.end(),
                     [&](std::string_view stem) { return matchIndexed(name, stem).has_value(); });
}

template <std::size_t N>
bool pairAmong(std::string_view name, const std::array<std::string_view, N>& stems) {
  return std::any_of(stems.begin(), stems.end(),
                     [&](std::string_view stem) { return matchPair(name, stem).has_value(); });
}

// `word`, or `word` followed by one letter for an alternate description.
template <std::size_t N>
bool alternateAmong(std::string_view name, const std::array<std::string_view, N>& words) {
  if (among(name, words)) return true;
  return !name.empty() && name.back() >= 'A' && name.back() <= 'Z' &&
         among(name.substr(0, name.size() - 1), words);
}

}  // namespace

bool isStructural(std::string_view name) {
  static constexpr std::array words{"SIMPLE"sv,  "XTENSION"sv, "BITPIX"sv,  "NAXIS"sv,   "EXTEND"sv,
                                    "PCOUNT"sv,  "GCOUNT"sv,   "GROUPS"sv,  "BLOCKED"sv, "END"sv,
                                    "NEXTEND"sv, "EXTNAME"sv,  "EXTVER"sv,  "EXTTYPE"sv, "CHECKSUM"sv,
                                    "DATASUM"sv, "ZHECKSUM"sv, "ZDATASUM"sv};
  return among(name, words) || matchIndexed(name, "NAXIS").has_value();
}

bool isTileTable(std::string_view name) {
  static constexpr std::array words{"TFIELDS"sv,  "THEAP"sv,    "ZIMAGE"sv,   "ZTENSION"sv, "ZSIMPLE"sv,
                                    "ZBITPIX"sv,  "ZNAXIS"sv,   "ZPCOUNT"sv,  "ZGCOUNT"sv,  "ZEXTEND"sv,
                                    "ZBLOCKED"sv, "ZCMPTYPE"sv, "ZMASKCMP"sv, "ZQUANTIZ"sv, "ZDITHER0"sv,
                                    "ZSCALE"sv,   "ZZERO"sv,    "ZBLANK"sv,   "ZTHEAP"sv,   "UZSCALE"sv};
  static constexpr std::array stems{"TTYPE"sv,  "TFORM"sv, "TUNIT"sv, "TNULL"sv, "TSCAL"sv, "TZERO"sv,
                                    "TDISP"sv,  "TDIM"sv,  "TDMIN"sv, "TDMAX"sv, "TLMIN"sv, "TLMAX"sv,
                                    "ZNAXIS"sv, "ZTILE"sv, "ZNAME"sv, "ZVAL"sv};
  return among(name, words) || indexedAmong(name, stems);
}

bool isWcs(std::string_view name) {
  static constexpr std::array words{"WCSAXES"sv, "WCSNAME"sv, "LONPOLE"sv, "LATPOLE"sv};
  static constexpr std::array sip{"A_ORDER"sv, "B_ORDER"sv, "AP_ORDER"sv, "BP_ORDER"sv,
                                  "A_DMAX"sv,  "B_DMAX"sv,  "WCSDIM"sv};
  static constexpr std::array stems{"CRPIX"sv, "CRVAL"sv, "CTYPE"sv, "CUNIT"sv, "CDELT"sv, "CROTA"sv,
                                    "CNAME"sv, "CRDER"sv, "CSYER"sv, "CPDIS"sv, "CQDIS"sv, "DP"sv,
                                    "DQ"sv,    "LTV"sv,   "CPERR"sv, "CQERR"sv, "CNPIX"sv};
  static constexpr std::array pairs{"CD"sv, "PC"sv, "PV"sv,  "PS"sv, "LTM"sv,
                                    "A_"sv, "B_"sv, "AP_"sv, "BP_"sv};
  if (alternateAmong(name, words) || among(name, sip) || indexedAmong(name, stems) || pairAmong(name, pairs))
    return true;
  // IRAF's WATj_nnn has leading zeros.
  return name.size() == 8 && name.starts_with("WAT") && name[4] == '_';
}

bool isSection(std::string_view name) {
  static constexpr std::array words{"DATASEC"sv, "TRIMSEC"sv, "BIASSEC"sv, "CCDSEC"sv,
                                    "DETSEC"sv,  "AMPSEC"sv,  "ORIGSEC"sv, "ROISEC"sv};
  if (!name.empty() && name.back() >= '0' && name.back() <= '9') name.remove_suffix(1);
  return alternateAmong(name, words);
}

bool isProvenance(std::string_view name) { return name.starts_with("VIGNET"); }

std::set<std::string> pointersIn(const std::vector<CardLines>& cards) {
  static constexpr std::array always{"AR_HDU"sv,   "EXPINFO_V"sv, "FMTVER"sv,   "INDXADDR"sv,
                                     "INDXSIZE"sv, "JSONADDR"sv,  "JSONSIZE"sv, "DATAMODL"sv};
  // Components of exposures from before ARCHIVE_ID_… was written beside each …_ID.
  static constexpr std::array old{"FILTER_ID"sv,
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
  constexpr std::string_view prefix = "ARCHIVE_ID_";
  std::set<std::string> out;
  bool archive = false;
  for (const auto& card : cards) {
    if (among(card.name, always)) out.insert(card.name);
    if (card.name.starts_with(prefix)) {
      out.insert(card.name);
      out.insert(card.name.substr(prefix.size()) + "_ID");
    }
    archive = archive || card.name == "AR_HDU";
  }
  if (archive) out.insert(old.begin(), old.end());
  return out;
}

}  // namespace vignet
