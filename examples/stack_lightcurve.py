"""A light curve from a stack: every observation of a position, the flux of a star there and when it was taken.

Usage: VIGNET=http://localhost:8080 RA=lon DEC=lat python3 stack_lightcurve.py
"""

import os
from urllib.parse import urlencode

from astropy.table import Table

query = urlencode({"RA": os.environ["RA"], "DEC": os.environ["DEC"], "CUTOUTDETAIL": "MaskedImage", "UNIT": "nJy"})
stack = Table.read(f"{os.environ['VIGNET']}/api/stack/sync?{query}", hdu=1, cache=False)
for row in stack:
    flags = "" if row["FLAGS"] == 0 else f"  flags {row['FLAGS']}"
    print(f"{row['BJD_TDB']:.6f} {row['BAND']:>2} {row['PSFFLUX']:12.1f} +- {row['PSFFLUX_ERR']:.1f} nJy {row['PSFMAG']:7.3f} mag{flags}")
print(f"{len(stack)} observations of {stack['IMAGE'].shape[1]} x {stack['IMAGE'].shape[2]} pixels")
