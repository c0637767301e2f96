#include "core/wcs/wcs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "core/base/constants.h"
#include "core/base/error.h"
#include "core/base/message.h"
#include "core/wcs/frame.h"
#include "core/wcs/sip.h"
#include "core/wcs/wcslib_guard.h"

namespace vignet {

namespace {

constexpr int kBatch = 64;
// Positions between two polls where wcslib inverts a distortion by iteration: up to 0.1 ms each.
constexpr int kIterated = 16;
constexpr std::size_t kMaxRecords = 20'000;  // of anything, in numbers that may come from a damaged layout

Error badWcs(const std::string& detail) { return Error(Kind::data, "BAD_WCS", detail); }

void copyText(char (&to)[72], const std::string& from) {
  const std::size_t length = std::min(from.find('\0'), std::min(from.size(), sizeof to - 1));
  std::memcpy(to, from.data(), length);
  to[length] = 0;
}

void addDistortion(wcsprm& prm, int stage, const NumericWcs& numbers) {
  const auto& records = numbers.distortion[stage];
  if (records.empty()) return;
  auto* dis = static_cast<disprm*>(std::calloc(1, sizeof(disprm)));
  if (!dis) throw Error(Kind::fatal, "OUT_OF_MEMORY", "no memory to set up the WCS");
  dis->flag = -1;
  if (const int status = lindist(stage + 1, &prm.lin, dis, static_cast<int>(records.size()))) {
    std::free(dis);
    throw badWcs(std::string("expected a distortion that wcslib can set up, received its error: ") +
                 lin_errmsg[status]);
  }
  for (int axis = 0; axis < 2; axis++) copyText(dis->dtype[axis], numbers.distortionKind[stage][axis]);
  for (std::size_t k = 0; k < records.size(); k++) {
    const WcsDistortion& r = records[k];
    if (r.axis < 1 || r.axis > 2) throw badWcs(expectedFor("1 or 2", "the axis of a distortion", r.axis));
    const bool integer = r.integer && std::abs(r.value) <= std::numeric_limits<int>::max();
    dpfill(&dis->dp[k], nullptr, nullptr, r.axis, integer ? 0 : 1, integer ? static_cast<int>(r.value) : 0,
           r.value);
    copyText(dis->dp[k].field, r.field);
  }
  dis->ndp = static_cast<int>(records.size());
}

// From ICRS to the frame, or back.
Sky inFrame(const FrameTurn& frame, bool back, double lon, double lat) {
  const double cosLat = std::cos(lat * kDegree);
  const Direction v{cosLat * std::cos(lon * kDegree), cosLat * std::sin(lon * kDegree),
                    std::sin(lat * kDegree)};
  const Direction w = back ? frame.toIcrs(v) : frame.fromIcrs(v);
  return {std::atan2(w[1], w[0]) / kDegree, std::atan2(w[2], std::hypot(w[0], w[1])) / kDegree};
}

double reduced(double lon) {
  if (lon >= 0 && lon < 360) return lon;
  lon = std::fmod(lon, 360);
  if (lon < 0) lon += 360;
  return lon >= 360 ? 0 : lon;
}

}  // namespace

void setUp(wcsprm& prm, const NumericWcs& n, bool prior) {
  if (std::max({n.pv.size(), n.ps.size(), n.distortion[0].size(), n.distortion[1].size()}) > kMaxRecords) {
    throw badWcs("expected at most 20000 parameters of each kind for the WCS, received more");
  }
  if (wcsinit(1, 2, &prm, static_cast<int>(n.pv.size()), static_cast<int>(n.ps.size()), 0)) {
    throw Error(Kind::fatal, "OUT_OF_MEMORY", "no memory to set up the WCS");
  }
  for (int i = 0; i < 2; i++) {
    copyText(prm.ctype[i], n.ctype[i]);
    // wcslib takes celestial axes without a unit to be in degrees; naming the unit would cost a run of its
    // parser of units.
    if (n.cunit[i] != "deg") copyText(prm.cunit[i], n.cunit[i]);
    prm.crpix[i] = n.crpix[i];
    prm.crval[i] = n.crval[i];
    prm.cdelt[i] = n.cdelt[i];
  }
  std::copy(n.pc.begin(), n.pc.end(), prm.pc);
  prm.altlin = n.altlin;
  prm.lonpole = n.lonpole;
  prm.latpole = n.latpole;
  prm.npv = static_cast<int>(n.pv.size());
  for (std::size_t k = 0; k < n.pv.size(); k++) prm.pv[k] = {n.pv[k].i, n.pv[k].m, n.pv[k].value};
  prm.nps = static_cast<int>(n.ps.size());
  for (std::size_t k = 0; k < n.ps.size(); k++) {
    prm.ps[k].i = n.ps[k].i;
    prm.ps[k].m = n.ps[k].m;
    copyText(prm.ps[k].value, n.ps[k].value);
  }
  if (prior) addDistortion(prm, 0, n);
  addDistortion(prm, 1, n);
  if (const int status = wcsset(&prm))
    throw badWcs(std::string("expected a WCS that wcslib can set up, received its error: ") +
                 wcs_errmsg[status]);
  if (prm.lng < 0 || prm.lat < 0) throw badWcs("expected celestial axes for the WCS, received none");
}

struct Wcs::Impl {
  WcsprmGuard guard;
  FrameTurn frame;
  std::optional<Sip> sip;  // absent: wcslib does the prior distortion, if there is one
  Control control;

  explicit Impl(const NumericWcs& numbers) : frame(numbers.frame, numbers.equinox), sip(Sip::of(numbers)) {}

  // Positions that are transformed together.
  std::size_t batch() const {
    const linprm& lin = guard.prm.lin;
    return static_cast<std::size_t>(lin.dispre || lin.disseq ? kIterated : kBatch);
  }
  bool isHealpix() const {
    const std::string_view code = guard.prm.cel.prj.code;
    return code == "HPX" || code == "XPH";
  }
};

Wcs::Wcs(const NumericWcs& numbers) : impl_(std::make_unique<Impl>(numbers)) {
  setUp(impl_->guard.prm, numbers, !impl_->sip);
}
void Wcs::pollWith(const Control& control) { impl_->control = control; }
Wcs::~Wcs() = default;
Wcs::Wcs(Wcs&&) noexcept = default;
Wcs& Wcs::operator=(Wcs&&) noexcept = default;

void Wcs::toSky(std::span<const Pixel> pixels, std::span<Sky> sky, std::span<uint8_t> ok) {
  if (sky.size() < pixels.size() || ok.size() < pixels.size())
    throw Error(Kind::fatal, "BAD_BUFFER",
                expectedFor("room for every pixel", "the positions of toSky", sky.size()));
  wcsprm& prm = impl_->guard.prm;
  double pixel[kBatch][2], image[kBatch][2], world[kBatch][2], phi[kBatch], theta[kBatch];
  int stat[kBatch];
  const std::size_t batch = impl_->batch();
  for (std::size_t done = 0; done < pixels.size(); done += batch) {
    impl_->control.poll();
    const int n = static_cast<int>(std::min(batch, pixels.size() - done));
    for (int k = 0; k < n; k++) {
      pixel[k][0] = pixels[done + k].x + 1;
      pixel[k][1] = pixels[done + k].y + 1;
      if (impl_->sip) impl_->sip->distort(pixel[k][0], pixel[k][1]);
      stat[k] = 0;
    }
    int status = wcsp2s(&prm, n, 2, pixel[0], image[0], phi, theta, world[0], stat);
    // wcslib 7.12's HPX and XPH call each pixel off the sky that comes behind such a one: those are asked
    // alone.
    for (int k = 0; status == 8 && n > 1 && impl_->isHealpix() && k < n; k++) {
      if (stat[k] == 0) continue;
      const int one = wcsp2s(&prm, 1, 2, pixel[k], image[k], phi + k, theta + k, world[k], stat + k);
      if (one != 0 && one != 8) status = one;
    }
    for (int k = 0; k < n; k++) {
      double lon = world[k][prm.lng], lat = world[k][prm.lat];
      const bool good =
          (status == 0 || (status == 8 && stat[k] == 0)) && std::isfinite(lon) && std::abs(lat) <= 90.0000001;
      ok[done + k] = good;
      if (!good) {
        sky[done + k] = {std::nan(""), std::nan("")};
        continue;
      }
      Sky s{lon, lat};
      if (!impl_->frame.isNone()) s = inFrame(impl_->frame, true, lon, lat);
      sky[done + k] = {reduced(s.lon), s.lat};
    }
  }
}

void Wcs::toPixel(std::span<const Sky> sky, std::span<Pixel> pixels, std::span<uint8_t> ok) {
  if (pixels.size() < sky.size() || ok.size() < sky.size())
    throw Error(Kind::fatal, "BAD_BUFFER",
                expectedFor("room for every position", "the pixels of toPixel", pixels.size()));
  wcsprm& prm = impl_->guard.prm;
  double pixel[kBatch][2], image[kBatch][2], world[kBatch][2], phi[kBatch], theta[kBatch];
  int stat[kBatch];
  const std::size_t batch = impl_->batch();
  for (std::size_t done = 0; done < sky.size(); done += batch) {
    impl_->control.poll();
    const int n = static_cast<int>(std::min(batch, sky.size() - done));
    for (int k = 0; k < n; k++) {
      Sky s = sky[done + k];
      if (!impl_->frame.isNone()) s = inFrame(impl_->frame, false, s.lon, s.lat);
      world[k][prm.lng] = s.lon;
      world[k][prm.lat] = s.lat;
      stat[k] = 0;
    }
    const int status = wcss2p(&prm, n, 2, world[0], phi, theta, image[0], pixel[0], stat);
    for (int k = 0; k < n; k++) {
      bool good = status == 0 || (status == 9 && stat[k] == 0);
      if (good && impl_->sip) good = impl_->sip->restore(pixel[k][0], pixel[k][1]);
      const Pixel p{pixel[k][0] - 1, pixel[k][1] - 1};
      good = good && std::isfinite(p.x) && std::isfinite(p.y);
      ok[done + k] = good;
      pixels[done + k] = good ? p : Pixel{std::nan(""), std::nan("")};
    }
  }
}

std::optional<Sky> Wcs::toSky(const Pixel& pixel) {
  Sky sky;
  uint8_t ok = 0;
  toSky({&pixel, 1}, {&sky, 1}, {&ok, 1});
  return ok ? std::optional(sky) : std::nullopt;
}

std::optional<Pixel> Wcs::toPixel(const Sky& sky) {
  Pixel pixel;
  uint8_t ok = 0;
  toPixel({&sky, 1}, {&pixel, 1}, {&ok, 1});
  return ok ? std::optional(pixel) : std::nullopt;
}

}  // namespace vignet
