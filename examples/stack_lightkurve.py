"""A target pixel file opened with lightkurve, and its light curve, which is the sum of the pixels in APERTURE.

Usage: VIGNET=http://localhost:8080 RA=150.2987 DEC=2.38812 BAND=r python3 stack_lightkurve.py
"""

import os
import tempfile
import urllib.request
import warnings
from urllib.parse import urlencode

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import lightkurve

query = urlencode({name: os.environ[name] for name in ("RA", "DEC", "BAND")} | {"RESPONSEFORMAT": "tpf"})
path = os.path.join(tempfile.mkdtemp(), "star.fits")
urllib.request.urlretrieve(f"{os.environ['VIGNET']}/api/stack/sync?{query}", path)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    star = lightkurve.read(path)
assert isinstance(star, lightkurve.targetpixelfile.TargetPixelFile), "not a target pixel file"
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    curve = star.to_lightcurve()
print(curve[["time", "flux", "flux_err", "quality"]])

inside = star.hdu["APERTURE"].data & 2 > 0
expected = star.hdu[1].data["FLUX"][:, inside].sum(axis=1)
assert len(curve) == len(expected) and np.allclose(curve.flux.value, expected, rtol=1e-5), "not the flux of the pixels"
assert np.allclose(curve.time.jd, star.hdu[1].data["TIME"] + 2457000, rtol=0, atol=1e-6), "not the times of the table"
middle = star.shape[1] // 2
ra, dec = (float(axis[0, middle, middle]) for axis in star.get_coordinates())
assert abs(ra - float(os.environ["RA"])) < 1e-6 and abs(dec - float(os.environ["DEC"])) < 1e-6, "not the place"
