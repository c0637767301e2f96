"""Checks a MOC in a FITS file against images: `moc_oracle.py MOC ORDER IMAGE...` prints JSON.

By astropy: the cards of the MOC; the sky at pixels of the images, drawn and along the edges. By healpy: their cells, and how far each cell
of the MOC is from the nearest image, in radii of the circle around a cell.
"""

import json
import sys
import warnings

import healpy
import numpy
from astropy.io import fits
from astropy.wcs import WCS
from scipy.spatial import cKDTree

warnings.simplefilter("ignore")
path, order, *images = sys.argv[1:]
order = int(order)
side = 1 << order
with fits.open(path, checksum=True) as hdus:
    table = hdus[1]
    names = ("MOCVERS", "MOCDIM", "ORDERING", "COORDSYS", "MOCORD_S", "TTYPE1", "TFORM1")
    cards = {name: table.header[name] for name in names}
    uniq = table.data["UNIQ"].astype(numpy.int64)
cells = set()
for number in uniq:
    at = (int(number).bit_length() - 1) // 2 - 1
    cell = int(number) - 4 * 4**at
    assert 0 <= at <= order and 0 <= cell < healpy.nside2npix(1 << at)
    cells.update(range(cell << 2 * (order - at), (cell + 1) << 2 * (order - at)))
random = numpy.random.default_rng(5)
missing, places = 0, []
for image in images:
    header = fits.getheader(image)
    width, height = header["NAXIS1"], header["NAXIS2"]
    s = numpy.linspace(0.001, 0.999, 500)
    sides = numpy.concatenate([(s, 0 * s + 0.001), (s, 0 * s + 0.999), (0 * s + 0.001, s), (0 * s + 0.999, s), random.uniform(0, 1, (2, 20000))], axis=1)
    x, y = sides[0] * width - 0.5, sides[1] * height - 0.5
    lon, lat = WCS(header).all_pix2world(x, y, 0)
    missing += len(set(healpy.ang2pix(side, lon, lat, nest=True, lonlat=True).tolist()) - cells)
    places.append(healpy.ang2vec(lon, lat, lonlat=True))
centres = numpy.array(healpy.pix2vec(side, sorted(cells), nest=True)).T
chord = float(cKDTree(numpy.concatenate(places)).query(centres)[0].max()) if cells else 0.0
farthest = 2 * numpy.arcsin(chord / 2) / healpy.max_pixrad(side)
print(json.dumps({"cards": cards, "missing": missing, "cells": len(cells), "rows": len(uniq), "farthest": farthest,
                  "share": len(cells) / healpy.nside2npix(side), "ascending": bool((numpy.diff(uniq) > 0).all())}))
