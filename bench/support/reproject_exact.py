"""reproject_exact of IMAGE onto the middle SIDE x SIDE pixels of the grid of a text header: seconds per output pixel."""

import json
import sys
import time
import warnings

from astropy.io import fits
from astropy.wcs import WCS
from reproject import reproject_exact

warnings.simplefilter("ignore")
image, header, side = sys.argv[1], sys.argv[2], int(sys.argv[3])
with fits.open(image) as file:
    pixels, source = file[0].data, WCS(file[0].header)
target = WCS(fits.Header.fromtextfile(header))
height, width = pixels.shape
margin = side // 2 + 100
cut = (slice(height // 2 - margin, height // 2 + margin), slice(width // 2 - margin, width // 2 + margin))
here = target[height // 2 - side // 2 : height // 2 + side // 2, width // 2 - side // 2 : width // 2 + side // 2]
begin = time.perf_counter()
reproject_exact((pixels[cut].astype(float), source[cut]), here, shape_out=(side, side), parallel=False)
print(json.dumps({"seconds_per_pixel": (time.perf_counter() - begin) / side**2}))
