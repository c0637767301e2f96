"""Stamps as astropy cuts them: stamp_oracle.py FILE HDU… < lines `x y size`, 0-based position of the centre.

For each line and HDU the CRC-32 of the stamp's pixels, big-endian float32, every NaN the same; outside the image NaN. The
position's pixel floor(x + 0.5) stands at index floor(size / 2).
"""

import sys
import zlib
from math import floor

import numpy as np
from astropy.io import fits
from astropy.nddata import Cutout2D
from astropy.nddata.utils import NoOverlapError

with fits.open(sys.argv[1]) as hdus:
    planes = [hdus[int(n)].data for n in sys.argv[2:]]
for line in sys.stdin:
    x, y, size = float(line.split()[0]), float(line.split()[1]), int(line.split()[2])
    # Cutout2D centres an even size half a pixel off; a pixel's centre as position makes it unambiguous.
    shift = 0 if size % 2 else -0.5
    position = (floor(x + 0.5) + shift, floor(y + 0.5) + shift)
    sums = []
    for plane in planes:
        try:
            stamp = Cutout2D(plane, position, size, mode="partial", fill_value=np.nan, copy=True).data
        except NoOverlapError:
            stamp = np.full((size, size), np.nan)
        bits = stamp.astype(">f4").view(">u4").copy()
        bits[np.isnan(stamp)] = 0x7FC00000
        sums.append(str(zlib.crc32(bits.tobytes())))
    print(" ".join(sums))
