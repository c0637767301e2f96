"""Resampled images by other people's code and by plain double-precision sums, one line per output image row.

Standard input: the path of a file with raw little-endian float32 pixels, its width and height, the path of the input header
(80-character cards), the path of the output header, width and height of the output, and what is wanted, separated by tabs:

`interp`   reproject_interp, bilinear
`exact`    reproject_exact
`lanczos3`, `lanczos4`   sums over the taps, each axis's weights divided by their sum, at astropy's positions
"""

import sys
import warnings

import numpy as np
from astropy import log
from astropy.io import fits
from astropy.wcs import WCS
from reproject import reproject_exact, reproject_interp

warnings.simplefilter("ignore")
log.setLevel("ERROR")


def wcs_of(path):
    return WCS(fits.Header.fromstring(open(path).read()))


def lanczos(image, x, y, a):
    height, width = image.shape

    def weights(at):
        first = np.floor(at).astype(int) - a + 1
        taps = first[..., None] + np.arange(2 * a)
        distance = at[..., None] - taps
        w = np.sinc(distance) * np.sinc(distance / a)
        return taps, w / w.sum(-1, keepdims=True)

    out = np.full(x.shape, np.nan)
    inside = (np.floor(x) >= a - 1) & (np.floor(x) + a < width) & (np.floor(y) >= a - 1) & (np.floor(y) + a < height)
    columns, wx = weights(x[inside])
    rows, wy = weights(y[inside])
    pixels = image[rows[:, :, None], columns[:, None, :]]
    out[inside] = np.einsum("njk,nj,nk->n", pixels, wy, wx)
    return out


for line in sys.stdin:
    raw, width, height, inner, outer, out_width, out_height, what = line.rstrip("\n").split("\t")
    image = np.fromfile(raw, "<f4").astype(float).reshape(int(height), int(width))
    source, target = wcs_of(inner), wcs_of(outer)
    shape = (int(out_height), int(out_width))
    if what == "interp":
        answer, _ = reproject_interp((image, source), target, shape_out=shape, order="bilinear", roundtrip_coords=False)
    elif what == "exact":
        answer, _ = reproject_exact((image, source), target, shape_out=shape, parallel=False)
    else:
        rows, columns = np.indices(shape)
        x, y = source.all_world2pix(*target.all_pix2world(columns, rows, 0), 0, tolerance=1e-9, maxiter=50)
        answer = lanczos(image, x, y, int(what[-1]))
    for row in answer:
        print(" ".join("%.17g" % value for value in row))
