"""What astropy and cfitsio read of a cutout beside its parent.

header_oracle.py X0 Y0 PARENT CUTOUT [PARENT CUTOUT ...]
Prints a line a pair, of four words: `pixels` or `other-pixels` by cfitsio (fitsio) against cfitsio's parent, the same by astropy against
cfitsio's parent; the largest separation in arcseconds between the cutout's sky by astropy and the parent's as the text
below says; and `text` where every card is printable ASCII.
The parent's sky is read from a copy of its header in which the value indicator is complete and of repeated cards the
last stays, as cfitsio and wcslib read them.
"""
import sys
import warnings

import fitsio
import numpy as np
from astropy import units
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter("ignore")
x0, y0 = int(sys.argv[1]), int(sys.argv[2])


def parent_header(path):
    header = fits.Header()
    with open(path, "rb") as file:
        while (card := file.read(80)) and not card.startswith(b"END     "):
            text = card.decode("latin-1")
            if text[8] == "=" and (name := text[:8].strip()) not in ("COMMENT", "HISTORY"):
                value = text[9:].split("/")[0].strip().strip("'").strip()
                try:
                    header[name] = float(value)
                except ValueError:
                    if value.isascii() and value.isprintable():
                        header[name] = value
    return header


def sky(header, x, y):
    wcs = WCS(header)
    return SkyCoord(*wcs.all_pix2world(x, y, 0), unit="deg")


def compare(parent, cutout):
    ours = fitsio.FITS(cutout)
    hdu = next(k for k in range(len(ours)) if ours[k].get_info()["hdutype"] == 0 and ours[k].has_data())
    pixels = ours[hdu].read()
    height, width = pixels.shape
    want = fitsio.read(parent, ext=0)[y0:y0 + height, x0:x0 + width]
    yield "pixels" if np.array_equal(pixels, want, equal_nan=True) else "other-pixels"
    with fits.open(cutout) as file:
        yield "pixels" if np.array_equal(file[hdu].data, want, equal_nan=True) else "other-pixels"
        x, y = np.meshgrid(np.arange(0, width, 7), np.arange(0, height, 7))
        separation = sky(file[hdu].header, x, y).separation(sky(parent_header(parent), x + x0, y + y0))
        yield f"{separation.to_value(units.arcsec).max():.9f}"
        yield "text" if all(str(part.header).isprintable() for part in file) else "not-text"


for k in range(3, len(sys.argv), 2):
    print(*compare(*sys.argv[k:k + 2]))
