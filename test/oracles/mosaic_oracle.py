"""Says whether a mosaic of simulated patches is what it should be, from the patches, the skymap's rules and the sky's noise alone."""
import json
import math
import sys

import fitsio
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

NEW_NAMES = {'CR': 'COSMIC_RAY', 'EDGE': 'DETECTION_EDGE', 'INTRP': 'INTERPOLATED', 'SAT': 'SATURATED', 'UNMASKEDNAN': 'UNMASKED_NAN'}


def rings(config):
    """Height of a ring, tracts of each, and the number of each ring's first."""
    n = config['rings']
    height = math.pi / (n + 1)
    start = height * (np.arange(n) + 0.5) - math.pi / 2
    counts = (2 * math.pi * np.cos(np.minimum(abs(start), abs(start + height))) / height).astype(int) + 1
    return height, counts, 1 + np.concatenate([[0], np.cumsum(counts)])


def tracts_of(config, ra, dec):
    height, counts, first = rings(config)
    ring = np.floor((np.radians(dec) + math.pi / 2 - height / 2) / height).astype(int)
    turn = ((ra - config['raStart']) % 360) / 360
    return first[ring] + (turn * counts[ring] + 0.5).astype(int) % counts[ring]


def tract_wcs(config, tract):
    step = config['pixelScale'] / 3600
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ['RA---TAN', 'DEC--TAN']
    wcs.wcs.crval = [tract['center']['ra'], tract['center']['dec']]
    wcs.wcs.cd = [[-step, 0], [0, step]]
    wcs.wcs.crpix = [tract['crpix'][0] + 1, tract['crpix'][1] + 1]
    return wcs


def planes_of(header, renamed):
    found = {}
    for key in header:
        name = key.upper().replace('HIERARCH ', '')
        if name.startswith('MP_'):
            found[NEW_NAMES.get(name[3:], name[3:]) if renamed else name[3:]] = int(header[key])
    return found


def owned(task):
    """Owners by findTract and half-open inner boxes; pixels of the mosaic's own tract bit for bit."""
    sky = task['sky']
    config = json.load(open(f'{sky}/truth/skymap.json'))
    truth = {json.loads(line)['id']: json.loads(line) for line in open(f'{sky}/truth/datasets.ndjson')}
    with fits.open(task['mosaic']) as hdus:
        image, owner = hdus['IMAGE'].data, hdus['OWNER'].data
        mask, variance = hdus['MASK'].data, hdus['VARIANCE'].data
        wcs, names = WCS(hdus['IMAGE'].header), planes_of(hdus['MASK'].header, False)
        provenance = hdus['PROVENANCE'].data
    ny, nx = image.shape
    yy, xx = np.mgrid[:ny, :nx]
    ra, dec = (a.reshape(ny, nx) for a in wcs.all_pix2world(xx.ravel(), yy.ravel(), 0))
    number = {(int(row['TRACT']), int(row['PATCH'])): int(row['INPUT']) for row in provenance}
    mine = tracts_of(config, ra, dec)
    expected = np.zeros((ny, nx), int)
    tract_x, tract_y = np.zeros((ny, nx), int), np.zeros((ny, nx), int)
    for tract in config['tracts']:
        here = mine == tract['id']
        if not here.any():
            continue
        x, y = tract_wcs(config, tract).all_world2pix(ra[here], dec[here], 0)
        x, y = np.floor(x + 0.5).astype(int), np.floor(y + 0.5).astype(int)
        patch = y // config['inner'] * tract['patches'][0] + x // config['inner']
        expected[here] = [number.get((tract['id'], int(p)), 0) for p in patch]
        tract_x[here], tract_y[here] = x, y
    report = {'owners': int((owner != expected).sum()), 'inputs': len(np.unique(owner[owner > 0])), 'copied': 0, 'differ': 0}
    report['notEmpty'] = int(np.isfinite(image[owner == 0]).sum() + (mask[owner == 0] != 1 << names['NO_DATA']).sum())
    for row in provenance:
        if row['METHOD'].strip('\x00 ') != 'copy':
            continue
        dataset = truth[row['ID'].split('id=')[1].strip('\x00 ')]
        here = owner == row['INPUT']
        x, y = tract_x[here] - dataset['xy0'][0], tract_y[here] - dataset['xy0'][1]
        with fitsio.FITS(f"{sky}/{dataset['path']}") as file:
            report['copied'] += int(here.sum())
            for hdu, ours in ((1, image), (3, variance)):
                theirs = file[hdu].read()[y, x].astype('f4')
                report['differ'] += int(((ours[here].astype('f4').view('u4') != theirs.view('u4')) & ~(np.isnan(theirs) & np.isnan(ours[here]))).sum())
            theirs, moved = file[2].read()[y, x], np.zeros(len(x), 'i4')
            for name, bit in planes_of(file[2].read_header(), True).items():
                moved |= ((theirs >> bit) & 1).astype('i4') << names[name]
            report['differ'] += int((mask[here] != moved).sum())
    return report


def noise(task):
    """How far plain sky is from nothing, in its own sigma, along the seams and elsewhere: mean and spread."""
    with fits.open(task['mosaic']) as hdus:
        image, variance = hdus['IMAGE'].data.astype('f8'), hdus['VARIANCE'].data.astype('f8')
        mask, owner, names = hdus['MASK'].data, hdus['OWNER'].data, planes_of(hdus['MASK'].header, False)
        methods = {int(row['INPUT']): row['METHOD'].strip('\x00 ') for row in hdus['PROVENANCE'].data}
    copied = np.isin(owner, [n for n, method in methods.items() if method == 'copy'])
    plain = np.isfinite(image) & np.isfinite(variance) & (mask & (1 << names['DETECTED']) == 0)
    seam = np.zeros(owner.shape, bool)
    for axis in (0, 1):
        for shift in (-2, -1, 1, 2):
            seam |= np.roll(owner, shift, axis) != owner
    result = {}
    for name, where in (('seams', plain & seam), ('copied', plain & copied & ~seam), ('resampled', plain & ~copied & ~seam)):
        pull = image[where] / np.sqrt(variance[where])
        result[name] = [int(where.sum()), float(np.median(pull)), float(0.7413 * np.subtract(*np.percentile(pull, [75, 25])))] if where.any() else [0, 0, 0]
    return result


def stars(task):
    """Fluxes of bright stars in the mosaic over those in the patch that owns them, and how far their centroids are apart, by method."""
    sky = task['sky']
    truth = {json.loads(line)['id']: json.loads(line) for line in open(f'{sky}/truth/datasets.ndjson')}
    found = {'copy': [], 'resample': []}
    with fits.open(task['mosaic']) as hdus:
        image, owner, wcs = hdus['IMAGE'].data.astype('f8'), hdus['OWNER'].data, WCS(hdus['IMAGE'].header)
        rows = {int(row['INPUT']): (row['METHOD'].strip('\x00 '), row['ID'].split('id=')[1].strip('\x00 ')) for row in hdus['PROVENANCE'].data}
    sources = np.genfromtxt(f'{sky}/truth/sources.csv', delimiter=',', names=True, dtype=None, encoding='utf8')
    bright = sources[(sources['type'] == 'star') & (sources['flux_r'] > task['flux'])]

    def measure(data, x, y, radius=7):
        x0, y0 = int(round(x)), int(round(y))
        if min(x0, y0) < radius or x0 + radius >= data.shape[1] or y0 + radius >= data.shape[0]:
            return None
        cut = data[y0 - radius : y0 + radius + 1, x0 - radius : x0 + radius + 1]
        yy, xx = np.mgrid[-radius : radius + 1, -radius : radius + 1]
        weight = np.exp(-((xx - (x - x0)) ** 2 + (yy - (y - y0)) ** 2) / (2 * 4.0**2))
        total = (cut * weight).sum()
        if not np.isfinite(total) or total <= 0:
            return None
        return total, (cut * weight * (xx + x0 - x)).sum() / total, (cut * weight * (yy + y0 - y)).sum() / total

    for star in bright:
        x, y = wcs.all_world2pix(star['ra'], star['dec'], 0)
        if not (9 < x < image.shape[1] - 9 and 9 < y < image.shape[0] - 9):
            continue
        around = owner[int(y) - 8 : int(y) + 9, int(x) - 8 : int(x) + 9]
        if around.min() != around.max() or around.min() == 0:
            continue
        method, identity = rows[int(around[0, 0])]
        path = f"{sky}/{truth[identity]['path']}"
        with fitsio.FITS(path) as file:
            theirs = file[1].read().astype('f8')
            header = fits.Header.fromstring(truth[identity]['wcs'], sep='\n')
        there = measure(theirs, *(float(a) for a in WCS(header).all_world2pix(star['ra'], star['dec'], 0)))
        here = measure(image, float(x), float(y))
        if here and there:
            found[method].append([here[0] / there[0], math.hypot(here[1] - there[1], here[2] - there[2])])
    return {m: [len(v), max((abs(r - 1) for r, _ in v), default=0), max((d for _, d in v), default=0)] for m, v in found.items()}


for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps({'owned': owned, 'noise': noise, 'stars': stars}[task['check']](task)), flush=True)
