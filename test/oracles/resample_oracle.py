"""Resampled images by other people's code and by plain double-precision sums, one line per output image row.

Standard input: the path of a file with raw little-endian float32 pixels, its width and height, the path of the input header
(80-character cards), the path of the output header, width and height of the output, and what is wanted, separated by tabs:

`interp`   reproject_interp, bilinear
`exact`    reproject_exact
`clip`     overlaps of polygons of great circles clipped on the sphere, of every 23rd pixel (the others are NaN): with 30
           digits from the cards on, TAN only
`corners`  the same from astropy's positions of the corners: for pixels of degrees, whose corners need no more digits
`lanczos3`, `lanczos4`   sums over the taps, each axis's weights divided by their sum, at astropy's positions
"""

import sys
import warnings

import mpmath as mp
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


mp.mp.dps = 30


class Tan:
    """Directions of pixels of a TAN image, from its cards alone."""

    def __init__(self, path):
        header = fits.Header.fromstring(open(path).read())
        self.crpix = [mp.mpf(header["CRPIX1"]), mp.mpf(header["CRPIX2"])]
        self.cd = [[mp.radians(mp.mpf(header["CD%d_%d" % (i, j)])) for j in (1, 2)] for i in (1, 2)]
        lon, lat = mp.radians(mp.mpf(header["CRVAL1"])), mp.radians(mp.mpf(header["CRVAL2"]))
        self.centre = [mp.cos(lat) * mp.cos(lon), mp.cos(lat) * mp.sin(lon), mp.sin(lat)]
        self.east = [-mp.sin(lon), mp.cos(lon), mp.mpf(0)]
        self.north = [-mp.sin(lat) * mp.cos(lon), -mp.sin(lat) * mp.sin(lon), mp.cos(lat)]

    def direction(self, x, y):
        dx, dy = x + 1 - self.crpix[0], y + 1 - self.crpix[1]
        xi, eta = (row[0] * dx + row[1] * dy for row in self.cd)
        v = [c + xi * e + eta * n for c, e, n in zip(self.centre, self.east, self.north)]
        length = mp.sqrt(sum(a * a for a in v))
        return [a / length for a in v]

    def pixel(self, x, y):
        half = mp.mpf("0.5")
        return [self.direction(x + i * half, y + j * half) for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))]


class Corners(Tan):
    """Directions of pixels by astropy."""

    def __init__(self, wcs):
        self.wcs = wcs

    def direction(self, x, y):
        lon, lat = (mp.radians(mp.mpf(float(a))) for a in self.wcs.all_pix2world(float(x), float(y), 0))
        return [mp.cos(lat) * mp.cos(lon), mp.cos(lat) * mp.sin(lon), mp.sin(lat)]


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def cross(a, b):
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def solid_angle(polygon):
    total = mp.mpf(0)
    for b, c in zip(polygon[1:], polygon[2:]):
        a = polygon[0]
        total += 2 * mp.atan2(dot(a, cross(b, c)), 1 + dot(a, b) + dot(b, c) + dot(c, a))
    return total


def clipped(polygon, by):
    for a, b in zip(by, by[1:] + by[:1]):
        pole = cross(a, b)
        kept = []
        for p, q in zip(polygon[-1:] + polygon[:-1], polygon):
            before, here = dot(pole, p), dot(pole, q)
            if (before > 0) != (here > 0):
                v = [here * s - before * t for s, t in zip(p, q)]
                length = mp.sqrt(dot(v, v)) * (1 if here > before else -1)
                kept.append([s / length for s in v])
            if here > 0:
                kept.append(q)
        polygon = kept
        if len(polygon) < 3:
            return []
    return polygon


def by_clipping(image, source, target, positions, shape, reach):
    out = np.full(shape, np.nan)
    for at in range(0, out.size, 23):
        j, i = divmod(at, shape[1])
        x, y = (p[j, i] for p in positions)
        if not (reach <= x < image.shape[1] - reach - 2 and reach <= y < image.shape[0] - reach - 2):
            continue
        pixel = target.pixel(i, j)
        if solid_angle(pixel) < 0:
            pixel.reverse()
        total, weights = mp.mpf(0), mp.mpf(0)
        for row in range(int(y) - reach, int(y) + reach + 2):
            for column in range(int(x) - reach, int(x) + reach + 2):
                overlap = clipped(source.pixel(column, row), pixel)
                if overlap:
                    weight = abs(solid_angle(overlap))
                    weights += weight
                    total += weight * mp.mpf(float(image[row, column]))
        if abs(weights / solid_angle(pixel) - 1) < 1e-12:
            out[j, i] = total / weights
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
        if what == "clip":
            answer = by_clipping(image, Tan(inner), Tan(outer), (x, y), shape, 2)
        elif what == "corners":
            answer = by_clipping(image, Corners(source), Corners(target), (x, y), shape, 4)
        else:
            answer = lanczos(image, x, y, int(what[-1]))
    for row in answer:
        print(" ".join("%.17g" % value for value in row))
