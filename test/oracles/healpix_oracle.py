"""Answers of healpy, one per line of questions on standard input.

`cell ORDER LON LAT` -> nested cell; `centre ORDER CELL` -> LON LAT of its centre; `disc ORDER LON LAT RADIUS` -> the cells
that a disc (degrees) may overlap.
"""

import sys

import healpy
import numpy

for line in sys.stdin:
    what, order, *rest = line.split()
    side = 1 << int(order)
    if what == "cell":
        print(healpy.ang2pix(side, float(rest[0]), float(rest[1]), nest=True, lonlat=True))
    elif what == "centre":
        print("%.17g %.17g" % healpy.pix2ang(side, int(rest[0]), nest=True, lonlat=True))
    else:
        lon, lat, radius = map(float, rest)
        centre = healpy.ang2vec(lon, lat, lonlat=True)
        cells = healpy.query_disc(side, centre, numpy.radians(radius), nest=True)  # cells whose centre is inside
        print(*sorted(cells))
