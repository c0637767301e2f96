"""A cutout opened with astropy straight from its URL; prints the sky position of its central pixel.

Usage: VIGNET=http://localhost:8080 ID='ivo://…' CIRCLE='lon lat radius' python3 cutout_astropy.py
"""

import os
from urllib.parse import urlencode

from astropy.io import fits
from astropy.wcs import WCS

query = urlencode({"ID": os.environ["ID"], "CIRCLE": os.environ["CIRCLE"], "CUTOUTDETAIL": "MaskedImage"})
with fits.open(f"{os.environ['VIGNET']}/api/cutout/sync?{query}", cache=False) as hdus:
    hdus.info()
    image = hdus[1]
    height, width = image.data.shape
    sky = WCS(image.header).pixel_to_world((width - 1) / 2, (height - 1) / 2)
    print(f"{width} x {height} pixels around {sky.icrs.ra.deg:.6f} {sky.icrs.dec.deg:.6f}")
