// WCS cards out of any bytes.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace vignet::fuzz {

constexpr std::array kKeys{
    "CTYPE1",  "CTYPE2",  "CTYPE3", "CRPIX1",   "CRPIX2",   "CRVAL1",  "CRVAL2",   "CDELT1",   "CDELT2",
    "CROTA2",  "CD1_1",   "CD1_2",  "CD2_1",    "CD2_2",    "PC1_1",   "PC2_1",    "CUNIT1",   "CUNIT2",
    "LONPOLE", "LATPOLE", "PV1_0",  "PV1_1",    "PV1_2",    "PV2_0",   "PV2_1",    "PV2_2",    "PV2_3",
    "PV2_7",   "PV1_39",  "PS1_0",  "RADESYS",  "RADECSYS", "EQUINOX", "EPOCH",    "A_ORDER",  "B_ORDER",
    "A_2_0",   "B_0_2",   "A_9_9",  "AP_ORDER", "AP_1_0",   "BP_0_1",  "WAT1_001", "WAT2_001", "WAT1_002",
    "CPDIS1",  "CQDIS2",  "DP1",    "DP2",      "DQ1",      "DQ2",     "PROJP1",   "CD001002", "CRPIX99"};
constexpr std::array kValues{"'RA---TAN'",
                             "'DEC--TAN'",
                             "'RA---TPV'",
                             "'DEC--TPV'",
                             "'RA---TNX'",
                             "'DEC--TNX'",
                             "'RA---ZPX'",
                             "'DEC--ZPX'",
                             "'RA---TAN-SIP'",
                             "'DEC--TAN-SIP'",
                             "'GLON-ZPN'",
                             "'GLAT-ZPN'",
                             "'RA---COE'",
                             "'DEC--COE'",
                             "'RA---HPX'",
                             "'DEC--HPX'",
                             "'FREQ-TAB'",
                             "1.0",
                             "0.0",
                             "-1E-4",
                             "2E-4",
                             "45.0",
                             "1E11",
                             "-1E300",
                             "1E-300",
                             "NAN",
                             "2",
                             "9",
                             "'deg'",
                             "'arcsec'",
                             "'FK5'",
                             "'ICRS'",
                             "2000.0",
                             "'NAXES: 2'",
                             "'AXIS.1: 1'",
                             "'TPD.FWD.3: 0.5'",
                             "'OFFSET.1: 3'",
                             "'SIP.FWD.2_0: 1E-5'",
                             "'TPD'",
                             "'Polynomial'",
                             "'SIP'",
                             "'Lookup'",
                             "'wtype=tnx axtype=ra lngcor = \"3. 3. 3. 2. -1. 1. -1. 1. 0.1 \"'",
                             "'wtype=zpx projp1=1.0 projp3=30.0'"};

// Cards of 80 characters at most, '\n' behind each.
inline std::string wcsCards(const uint8_t* data, std::size_t size) {
  std::string cards;
  for (std::size_t at = 0; at + 2 < size && cards.size() < 40'000;) {
    const uint8_t key = data[at], value = data[at + 1];
    at += 2;
    std::string card = kKeys[key % kKeys.size()];
    card.resize(8, ' ');
    card += "= ";
    if (value < 200) {
      card += kValues[value % kValues.size()];
    } else {  // bytes as they come
      const std::size_t length = std::min<std::size_t>(data[at] % 70, size - at);
      card.append(reinterpret_cast<const char*>(data) + at, length);
      at += length;
    }
    cards += card + '\n';
  }
  return cards;
}

}  // namespace vignet::fuzz
