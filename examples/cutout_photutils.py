"""A masked image as a CCDData (ccdproc), and the brightest source in it measured by photutils, with its error.

Usage: VIGNET=http://localhost:8080 ID='ivo://…' CIRCLE='lon lat radius' python3 cutout_photutils.py
"""

import os
from urllib.parse import urlencode

import numpy as np
from astropy.io import fits
from astropy.nddata import VarianceUncertainty
from astropy.wcs import WCS
from ccdproc import CCDData, cosmicray_median
from photutils.aperture import ApertureStats, CircularAperture
from photutils.detection import find_peaks

query = urlencode({"ID": os.environ["ID"], "CIRCLE": os.environ["CIRCLE"], "CUTOUTDETAIL": "MaskedImage"})
with fits.open(f"{os.environ['VIGNET']}/api/cutout/sync?{query}", cache=False) as hdus:
    header, mask = hdus["IMAGE"].header, hdus["MASK"]
    bad = sum(1 << bit for key, bit in mask.header.items() if key in ("MP_BAD", "MP_SAT", "MP_CR", "MP_NO_DATA"))
    ccd = CCDData(
        hdus["IMAGE"].data.astype(float),
        unit=header["BUNIT"],
        mask=(mask.data & bad) != 0,
        uncertainty=VarianceUncertainty(hdus["VARIANCE"].data.astype(float)),
        wcs=WCS(header),
    )

# A file of Vignet is also one of ccdproc's own making.
whole = CCDData.read(f"{os.environ['VIGNET']}/api/cutout/sync?{query}", hdu=1, cache=False)
assert np.array_equal(whole.data, ccd.data) and whole.unit == ccd.unit
ccd = cosmicray_median(ccd, thresh=50)
error = np.sqrt(ccd.uncertainty.array)
(peak,) = find_peaks(ccd.data, 5 * np.median(error), mask=ccd.mask, n_peaks=1)
stats = ApertureStats(ccd.data, CircularAperture((peak["x_peak"], peak["y_peak"]), 6), error=error, mask=ccd.mask)
sky = ccd.wcs.pixel_to_world(*stats.centroid).icrs
print(f"{stats.sum:.1f} +- {stats.sum_err:.1f} {ccd.unit} at {sky.ra.deg:.6f} {sky.dec.deg:.6f}")
assert stats.sum > 5 * stats.sum_err
