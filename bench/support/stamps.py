"""stamps.py SIZE < `path lon lat` lines: how long astropy and fitsio take for the image stamp of each file, a sentence."""

import statistics
import sys
import time

import fitsio
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

size = int(sys.argv[1])
observations = [line.split() for line in sys.stdin]


def place(header, lon, lat):
    x, y = WCS(header).wcs_world2pix(float(lon), float(lat), 0)
    return int(np.floor(x + 0.5)) - size // 2, int(np.floor(y + 0.5)) - size // 2


def by_astropy(path, lon, lat):
    with fits.open(path) as hdus:
        hdu = hdus[1]
        x, y = place(hdu.header, lon, lat)
        return hdu.data[y : y + size, x : x + size].copy()


def by_fitsio(path, lon, lat):
    with fitsio.FITS(path) as hdus:
        hdu = hdus[1]
        x, y = place(fits.Header(dict(hdu.read_header())), lon, lat)
        return hdu[y : y + size, x : x + size]


def median(cut, observations):
    times = []
    for path, lon, lat in observations:
        start = time.perf_counter()
        cut(path, lon, lat)
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


astropy_ms = median(by_astropy, observations[:4])
fitsio_ms = median(by_fitsio, observations)
print(f"one plane by astropy {astropy_ms:.0f} ms, by fitsio {fitsio_ms:.1f} ms")
