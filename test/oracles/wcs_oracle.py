"""What astropy says about headers, one line of answer per pixel or sky question on standard input.

`header PATH HDU` chooses a header (HDU -1: PATH is a text file of 80-character cards); `pixel X Y` (0-based) answers
`LON LAT` in ICRS degrees, `nan nan` where there is none; `sky LON LAT` answers `X Y`.
"""

import sys
import warnings

from astropy import log
from astropy.coordinates import BarycentricMeanEcliptic, SkyCoord
from astropy.io import fits
from astropy.time import Time
from astropy.wcs import WCS
from astropy.wcs.utils import wcs_to_celestial_frame

warnings.simplefilter("ignore")
log.setLevel("ERROR")  # its INFO lines would go to standard output


def header_of(path, hdu):
    if hdu >= 0:
        with fits.open(path) as file:
            return file[hdu].header.copy()
    text = open(path, "rb").read().decode("ascii", "replace").replace("\n", "")
    return fits.Header.fromstring(text)


def answer(wcs, frame, pixels):
    try:
        lon, lat = wcs.all_pix2world(*zip(*pixels), 0)
        if wcs.wcs.lng == 1:
            lon, lat = lat, lon
        icrs = SkyCoord(lon, lat, unit="deg", frame=frame).icrs
        return list(zip(icrs.ra.deg, icrs.dec.deg))
    except Exception as problem:  # an answer that no test takes for a position
        print(repr(problem)[:200], file=sys.stderr)
        return [(float("nan"), float("nan"))] * len(pixels)


def frame_of(wcs):
    # wcs_to_celestial_frame does not know ecliptic axes.
    if wcs.wcs.ctype[wcs.wcs.lng].startswith("ELON"):
        equinox = wcs.wcs.equinox if wcs.wcs.radesys == "FK5" else 2000.0
        return BarycentricMeanEcliptic(equinox=Time(equinox, format="jyear"))
    return wcs_to_celestial_frame(wcs)


def flush(wcs, pixels):
    if pixels:
        for lon, lat in answer(wcs, frame_of(wcs) if wcs else None, pixels):
            print("%.17g %.17g" % (lon, lat))
    pixels.clear()


wcs, pixels = None, []
for line in sys.stdin:
    what, *rest = line.rstrip("\n").split("\t")
    if what == "header":
        flush(wcs, pixels)
        try:
            wcs = WCS(header_of(rest[0], int(rest[1]))).celestial
        except Exception as problem:
            print(repr(problem)[:200], file=sys.stderr)
            wcs = None
    elif what == "pixel":
        pixels.append((float(rest[0]), float(rest[1])))
flush(wcs, pixels)
