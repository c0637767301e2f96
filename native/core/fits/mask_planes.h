// The dictionary of a mask: the meaning of each bit. It differs from file to file, so bits are found by name.
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace vignet {

// Name to bit number (0..62), from MP_<NAME> cards (afw; also as HIERARCH) and pairs of MSKNnnnn (name) and
// MSKMnnnn (mask value, a power of two) of lsst.images. `cards` as in Hdu::cards; empty when the plane names
// none. Names are as written: afw's and lsst.images' differ (SAT, SATURATED). Throws Error{data, BAD_CARD}
// for impossible bits.
std::map<std::string, int> maskPlanes(std::string_view cards);

}  // namespace vignet
