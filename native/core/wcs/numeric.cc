#include "core/wcs/numeric.h"

#include <wcslib/wcsfix.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <memory>
#include <string_view>

#include "core/base/error.h"
#include "core/base/message.h"
#include "core/wcs/cards.h"
#include "core/wcs/wcslib_guard.h"

namespace vignet {

namespace {

Error bad(const std::string& detail) { return Error(Kind::data, "BAD_WCS", detail); }

// All representations a header holds; wcspih's scanner is re-entrant in wcslib 7 (flex "reentrant"), so no
// lock.
struct Parsed {
  int count = 0;
  wcsprm* all = nullptr;
  ~Parsed() { wcsvfree(&count, &all); }
};

enum class Part { none, longitude, latitude };

// "RA---TAN": the part before the hyphens says which coordinate of which system; four characters, then a
// projection.
Part partOf(std::string_view ctype) {
  if (ctype.size() < 8 || ctype[4] != '-' || ctype.substr(5, 3) == "TAB" || ctype.substr(5, 3) == "LOG")
    return Part::none;
  const std::string_view type = ctype.substr(0, std::min(ctype.find('-'), static_cast<std::size_t>(4)));
  if (type == "RA" || (type.size() == 4 && (type.substr(1) == "LON" || type.substr(2) == "LN")))
    return Part::longitude;
  if (type == "DEC" || (type.size() == 4 && (type.substr(1) == "LAT" || type.substr(2) == "LT")))
    return Part::latitude;
  return Part::none;
}

struct FrameAndEquinox {
  SkyFrame frame = SkyFrame::icrs;
  double equinox = 0;  // of dated frames
};

// FITS 4.0 section 8.3 (table 24 and the text about RADESYS and EQUINOX).
FrameAndEquinox frameOf(const wcsprm& prm) {
  const std::string_view type(prm.ctype[0], 4);
  if (type == "GLON" || type == "GLAT") return {SkyFrame::galactic};
  const bool ecliptic = type == "ELON" || type == "ELAT";
  if (type != "RA--" && type != "DEC-" && !ecliptic) {
    throw bad(expectedFor("ICRS, FK5, FK4, Galactic or ecliptic axes", "CTYPE1", printable(prm.ctype[0])));
  }
  std::string system(prm.radesys);
  for (char& c : system) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  system.erase(system.find_last_not_of(' ') + 1);
  const bool dated = !undefined(prm.equinox);
  if (system.empty()) system = !dated ? "ICRS" : prm.equinox < 1984 ? "FK4" : "FK5";
  // Realisations of ICRS differ from it by less than 0.1 mas.
  const bool icrs = system == "ICRS" || system.starts_with("ICRF") || system.starts_with("GAIA-CRF");
  // The ecliptic of ICRS is that of J2000; of Newcomb's, which FK4 means, and without E-terms or with, nobody
  // has said enough.
  if (ecliptic) {
    if (!icrs && system != "FK5")
      throw bad(expectedFor("ICRS or FK5", "RADESYS of ecliptic axes", printable(system)));
    const double equinox = dated && !icrs ? prm.equinox : 2000;
    if (!(equinox >= kFirstEquinox && equinox <= kLastEquinox))
      throw bad(expectedFor("1800 to 2200", "EQUINOX of the ecliptic", equinox));
    return {SkyFrame::ecliptic, equinox};
  }
  if (icrs) return {};
  const auto of = [&](SkyFrame usual, double equinox, SkyFrame other) -> FrameAndEquinox {
    if (!dated || prm.equinox == equinox) return {usual};
    if (!(prm.equinox >= kFirstEquinox && prm.equinox <= kLastEquinox))
      throw bad(expectedFor("1800 to 2200", "EQUINOX of the " + system + " frame", prm.equinox));
    return {other, prm.equinox};
  };
  if (system == "FK5") return of(SkyFrame::fk5, 2000, SkyFrame::fk5Dated);
  if (system == "FK4") return of(SkyFrame::fk4, 1950, SkyFrame::fk4Dated);
  if (system == "FK4-NO-E") return of(SkyFrame::fk4NoE, 1950, SkyFrame::fk4NoEDated);
  throw bad(expectedFor("ICRS, FK5 or FK4", "RADESYS", printable(system)));
}

std::string headerOf(const WcsCards& cards) {
  std::string text;
  text.reserve(80 * cards.cards.size() + 80);
  for (const WcsCard& c : cards.cards) text.append(c.text).append(80 - c.text.size(), ' ');
  return text;
}

// Whether it is a coefficient of SIP's AP and BP. wcslib only starts from these when it inverts A and B,
// which it does to 1e-9 pixel, and just as well without; to set them up takes it longer than all the rest.
bool isInverse(const dpkey& dp) {
  return std::string_view(dp.field).find("SIP.REV.") != std::string_view::npos;
}
bool isForward(const dpkey& dp) {
  return std::string_view(dp.field).find("SIP.FWD.") != std::string_view::npos;
}

std::vector<WcsDistortion> recordsOf(const disprm& dis) {
  std::vector<WcsDistortion> records;
  const bool invertible = std::any_of(dis.dp, dis.dp + dis.ndp, isForward);
  for (int k = 0; k < dis.ndp; k++) {
    const dpkey& dp = dis.dp[k];
    if (invertible && isInverse(dp)) continue;
    const bool integer = dp.type == 0;
    records.push_back({dp.field, integer, dp.j, integer ? static_cast<double>(dp.value.i) : dp.value.f});
  }
  return records;
}

// What wcsset made of the cards: degrees, CD and CROTA turned into PC, TPV and TNX turned into distortions.
NumericWcs numbersOf(const wcsprm& prm) {
  NumericWcs n;
  for (int i = 0; i < 2; i++) {
    n.ctype[i] = prm.ctype[i];
    n.cunit[i] = prm.cunit[i];
    n.crpix[i] = prm.crpix[i];
    n.crval[i] = prm.crval[i];
    n.cdelt[i] = prm.cdelt[i];
  }
  std::copy(prm.pc, prm.pc + 4, n.pc.begin());
  n.lonpole = prm.lonpole;
  n.latpole = prm.latpole;
  for (int k = 0; k < prm.npv; k++) n.pv.push_back({prm.pv[k].i, prm.pv[k].m, prm.pv[k].value});
  for (int k = 0; k < prm.nps; k++) n.ps.push_back({prm.ps[k].i, prm.ps[k].m, prm.ps[k].value});
  const std::array<const disprm*, 2> stages{prm.lin.dispre, prm.lin.disseq};
  for (int s = 0; s < 2; s++) {
    if (!stages[s] || stages[s]->ndp == 0) continue;
    n.distortion[s] = recordsOf(*stages[s]);
    for (int i = 0; i < 2; i++) n.distortionKind[s][i] = stages[s]->dtype[i];
  }
  return n;
}

// Numbers beyond any instrument would only make wcslib's iterations wander.
void checkNumbers(const wcsprm& prm) {
  const auto sane = [](double x, const char* card) {
    if (!(std::abs(x) < 1e12)) throw bad(expectedFor("a number below 1e12", card, x));
  };
  for (int i = 0; i < prm.naxis; i++) {
    sane(prm.crpix[i], "CRPIX");
    sane(prm.crval[i], "CRVAL");
    sane(prm.cdelt[i], "CDELT");
    sane(prm.crota[i], "CROTA");
  }
  for (int k = 0; k < prm.naxis * prm.naxis; k++) {
    sane(prm.pc[k], "PC");
    sane(prm.cd[k], "CD");
  }
  if (!undefined(prm.lonpole)) sane(prm.lonpole, "LONPOLE");
  if (!undefined(prm.latpole)) sane(prm.latpole, "LATPOLE");
  for (int k = 0; k < prm.npv; k++) {
    if (!std::isfinite(prm.pv[k].value))
      throw bad(expectedFor("a finite number", "a PV card", prm.pv[k].value));
  }
  for (const disprm* dis : {prm.lin.dispre, prm.lin.disseq}) {
    for (int k = 0; dis && k < dis->ndp; k++) {
      if (dis->dp[k].type != 0 && !std::isfinite(dis->dp[k].value.f))
        throw bad(expectedFor("a finite number", "a distortion coefficient", dis->dp[k].value.f));
    }
  }
}

void checkMatrix(const wcsprm& prm) {
  const double a = prm.cdelt[0] * prm.pc[0], b = prm.cdelt[0] * prm.pc[1];
  const double c = prm.cdelt[1] * prm.pc[2], d = prm.cdelt[1] * prm.pc[3];
  const double size = std::max({std::abs(a), std::abs(b), std::abs(c), std::abs(d)});
  if (!(size > 0) || !(std::abs(a * d - b * c) > 1e-10 * size * size)) {
    throw bad(
        "expected a regular matrix CDi_j (or PCi_j, CROTA2 and CDELTi), received a singular one; check these "
        "cards");
  }
}

}  // namespace

std::optional<NumericWcs> parseWcs(std::string_view cards, uint32_t naxis) {
  if (naxis < 2) return std::nullopt;
  return parseWcs(selectWcsCards(cards));
}

std::optional<NumericWcs> parseWcs(const WcsCards& selected) {
  std::array<std::string, 2> types;
  for (const WcsCard& c : selected.cards) {
    if (c.key == "CTYPE1" || c.key == "CTYPE2") types[c.key[5] - '1'] = c.value;
  }
  std::array<Part, 2> parts{partOf(types[0]), partOf(types[1])};
  if (selected.plate) parts = {Part::longitude, Part::latitude};
  if (parts[0] == Part::none && parts[1] == Part::none) {
    for (const WcsCard& c : selected.cards)
      if (c.key.starts_with("CTYPE") && partOf(c.value) != Part::none)
        throw bad(expectedFor("the celestial axes as the first two", c.key, printable(c.value)) +
                  "; reorder the axes of the image");
    return std::nullopt;
  }
  if (parts[0] == Part::none || parts[1] == Part::none || parts[0] == parts[1]) {
    throw bad(expectedFor("a longitude and a latitude", "CTYPE1 and CTYPE2",
                          printable(types[0]) + " and " + printable(types[1])));
  }
  std::string header = headerOf(selected);
  Parsed parsed;
  int rejected = 0;
  if (const int status = wcspih(header.data(), static_cast<int>(selected.cards.size()), WCSHDR_all, 0,
                                &rejected, &parsed.count, &parsed.all)) {
    throw status == 2 ? Error(Kind::fatal, "OUT_OF_MEMORY", "no memory to read the WCS")
                      : bad("expected WCS cards that wcslib reads, received others");
  }
  if (parsed.count < 1 || parsed.all[0].naxis < 2) return std::nullopt;
  wcsprm& whole = parsed.all[0];
  checkNumbers(whole);

  WcsprmGuard plane;
  int axes[2] = {1, 2}, two = 2;
  if (const int status = wcssub(1, &whole, &two, axes, &plane.prm)) {
    throw bad(std::string(
                  "expected celestial axes that wcslib can separate from the others, received its error: ") +
              wcs_errmsg[status]);
  }
  const FrameAndEquinox frame = frameOf(plane.prm);
  unitfix(0, &plane.prm);
  // celfix sets the struct up to see what it is; after a failure a second attempt would only leak.
  int status = celfix(&plane.prm);
  if (status <= 0) status = wcsset(&plane.prm);
  const bool inDegrees = std::string_view(plane.prm.cunit[0]) == "deg" || !plane.prm.cunit[0][0];
  const int latitude = parts[0] == Part::latitude ? 0 : 1;
  if ((status <= 0 || inDegrees) && !(std::abs(plane.prm.crval[latitude]) <= 90))
    throw bad(expectedFor("-90 to 90 degrees", "the reference latitude CRVAL" + std::to_string(latitude + 1),
                          plane.prm.crval[latitude]));
  if (status > 0)
    throw bad(std::string("expected a WCS that wcslib can set up, received its error: ") +
              wcs_errmsg[status]);
  if (plane.prm.lng < 0 || plane.prm.lat < 0) return std::nullopt;
  checkMatrix(plane.prm);

  NumericWcs numbers = numbersOf(plane.prm);
  numbers.frame = frame.frame;
  numbers.equinox = frame.equinox;
  numbers.approximate = selected.approximate;
  numbers.note = selected.note;
  return numbers;
}

}  // namespace vignet
