"""Small simulated epochs of one piece of sky, and what their combinations should be: plain numpy on the files, and the sky itself."""
import json
import os
import sys

import fitsio
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
from scipy.optimize import least_squares

SCALE = 0.2 / 3600
CENTRE = (150.0, 2.0)
NEVER, UNLESS, MENDED = ('NO_DATA',), ('BAD', 'COSMIC_RAY'), 'INTERPOLATED'
PLANES = {'BAD': 0, 'COSMIC_RAY': 3, 'DETECTED': 5, 'INTERPOLATED': 2, 'NO_DATA': 8}


def wcs_of(epoch, size):
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ['RA---TAN', 'DEC--TAN']
    wcs.wcs.crval = CENTRE
    turn = np.radians(epoch.get('turn', 0))
    wcs.wcs.cd = SCALE * np.array([[-np.cos(turn), np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    wcs.wcs.crpix = [size / 2 + epoch.get('dx', 0), size / 2 + epoch.get('dy', 0)]
    return wcs


def sky_of(offset):
    """Position of (east, north) in arc seconds from the centre, flat to 1e-7 here."""
    return CENTRE[0] + offset[0] / 3600 / np.cos(np.radians(CENTRE[1])), CENTRE[1] + offset[1] / 3600


def make(task):
    """Writes one file per epoch; pixels are (nJy + background) / scale of its unit."""
    random = np.random.default_rng(task['seed'])
    size, folder = task['size'], task['folder']
    os.makedirs(folder, exist_ok=True)
    yy, xx = np.mgrid[:size, :size]
    for n, epoch in enumerate(task['epochs']):
        wcs, sigma, fwhm = wcs_of(epoch, size), epoch.get('sigma', 10.0), epoch.get('fwhm', 4.0)
        image = np.full((size, size), float(epoch.get('background', 0)))
        width = fwhm / 2.3548
        for star in task.get('stars', []):
            flux = star['flux'] * (star['light'][n] if 'light' in star else 1)
            at = star['at'] if 'at' in star else star['track'][n]
            x, y = wcs.all_world2pix(*sky_of(at), 0)
            image += flux * np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / (2 * width**2)) / (2 * np.pi * width**2)
        variance = np.full((size, size), sigma**2) * (1 + 0.2 * np.sin(xx / 9 + n))
        image += random.normal(size=image.shape) * np.sqrt(variance)
        mask = np.zeros((size, size), 'i4')
        for x, y, value in epoch.get('rays', []):
            image[y, x] += value
        for x, y, name in epoch.get('flags', []):
            mask[y, x] |= 1 << PLANES[name]
        for x, y in epoch.get('holes', []):
            image[y, x] = variance[y, x] = np.nan
        factor = 1000.0 if epoch.get('unit') == 'uJy' else 1.0
        header = fits.Header() if epoch.get('noWcs') else wcs.to_header()
        header['BUNIT'] = epoch.get('unit', 'nJy')
        primary = fits.PrimaryHDU()
        identity = {'DATAID BAND': 'r', 'DATAID INSTRUMENT': 'SimCam', 'DATAID DETECTOR': epoch.get('detector', 1), 'DATAID VISIT': epoch.get('visit', 100 + n), 'DATASETTYPE': 'visit_image'}
        for key, value in identity.items():
            primary.header[f'HIERARCH LSST BUTLER {key}'] = value
        primary.header['MJD-OBS'] = 60000.0 + n
        primary.header['TIMESYS'] = 'UTC'
        primary.header['EXPTIME'] = 30.0
        planes = [primary, fits.ImageHDU((image / factor).astype('f4'), header, 'IMAGE')]
        if not epoch.get('bare'):
            flags = header.copy()
            del flags['BUNIT']
            for name, bit in PLANES.items():
                flags[f'MP_{name}'] = bit
            for bit in range(task.get('names', 0)):
                flags[f'MP_EXTRA{n % 2}{bit:02d}'] = 9 + bit
                mask[:, bit] |= 1 << (9 + bit)
            planes += [fits.ImageHDU(mask, flags, 'MASK'), fits.ImageHDU((variance / factor**2).astype('f4'), header, 'VARIANCE')]
        fits.HDUList(planes).writeto(f'{folder}/epoch{n:02d}.fits', overwrite=True)
    return {'epochs': len(task['epochs'])}


def names_of(header):
    return {key[3:]: int(header[key]) for key in header if key.startswith('MP_')}


def inputs_of(task, wcs, shape):
    """Image, variance and mask (in the mosaic's dictionary) of every epoch, shifted onto the mosaic by whole pixels, in time order."""
    found = []
    for n in range(task['epochs']):
        with fits.open(f"{task['folder']}/epoch{n:02d}.fits") as hdus:
            factor = 1000.0 if hdus['IMAGE'].header['BUNIT'] == 'uJy' and task.get('scaled', True) else 1.0
            image, variance = hdus['IMAGE'].data.astype('f8') * factor, hdus['VARIANCE'].data.astype('f8') * factor**2
            mask, names = hdus['MASK'].data, names_of(hdus['MASK'].header)
            x, y = wcs.all_world2pix(*WCS(hdus['IMAGE'].header).all_pix2world(0, 0, 0), 0)
        x, y = round(float(x)), round(float(y))
        bit = lambda which: (mask >> names[which]) & 1 == 1
        gone = ~np.isfinite(image) | ~np.isfinite(variance) | bit('NO_DATA') | ((bit('BAD') | bit('COSMIC_RAY')) & ~bit('INTERPOLATED'))
        image[gone] = np.nan
        planes = []
        for plane, nothing in ((image, np.nan), (variance, np.nan)):
            big = np.full(shape, nothing)
            y0, x0 = max(0, y), max(0, x)
            y1, x1 = min(shape[0], y + plane.shape[0]), min(shape[1], x + plane.shape[1])
            big[y0:y1, x0:x1] = plane[y0 - y : y1 - y, x0 - x : x1 - x]
            planes.append(big)
        bits = np.zeros(shape, 'i8')
        y0, x0 = max(0, y), max(0, x)
        y1, x1 = min(shape[0], y + mask.shape[0]), min(shape[1], x + mask.shape[1])
        moved = np.zeros(mask.shape, 'i8')
        for name, at in names.items():
            if name in task['names']:
                moved |= ((mask.astype('i8') >> at) & 1) << task['names'][name]
        bits[y0:y1, x0:x1] = moved[y0 - y : y1 - y, x0 - x : x1 - x]
        found.append((planes[0], planes[1], bits))
    return [np.array(planes) for planes in zip(*found)]


def range_of(image):
    """Largest less smallest within 2 pixels."""
    padded = np.pad(image, 2, constant_values=np.nan)
    near = np.array([padded[j : j + image.shape[0], i : i + image.shape[1]] for j in range(5) for i in range(5)])
    with np.errstate(all='ignore'):
        span = np.nanmax(near, 0) - np.nanmin(near, 0)
    return np.where(np.isfinite(span), span, 0)


def compare(task):
    """Every plane of a combination of aligned epochs against its definition."""
    with fits.open(task['mosaic']) as hdus:
        ours = {name: hdus[name].data for name in ('IMAGE', 'MASK', 'VARIANCE', 'OWNER')}
        wcs, task['names'] = WCS(hdus['IMAGE'].header), names_of(hdus['MASK'].header)
        weights = hdus['PROVENANCE'].data['WEIGHT']
        unit = hdus['IMAGE'].header.get('BUNIT'), hdus['VARIANCE'].header.get('BUNIT')
    import warnings

    warnings.simplefilter('ignore')
    image, variance, bits = inputs_of(task, wcs, ours['IMAGE'].shape)
    how, used = task['how'], np.isfinite(image)
    n, clipped = used.sum(0), np.zeros(used.shape, bool)
    if how == 'first':
        used &= np.cumsum(used, 0) == 1
    if how == 'clipped':
        middle = np.nanmedian(image, 0)
        far = np.abs(image - middle) > 4 * np.sqrt(variance) + range_of(middle)
        far &= used & (n >= 3)
        few = far.sum(0) <= np.maximum(1, n // 4)
        clipped = far & few
        used &= ~clipped
    w = (weights if how in ('weighted', 'clipped') else np.ones(len(image)))[:, None, None] * used
    total = w.sum(0)
    expected = np.nansum(w * np.where(used, image, 0), 0) / total
    spread = np.nansum(w**2 * np.where(used, variance, 0), 0) / total**2
    if how == 'median':
        expected = np.nanmedian(image, 0)
        many = n > 2
        inverse = np.where(used, 1 / np.sqrt(variance), 0).sum(0)
        spread = np.where(many, np.pi / 2 * n / inverse**2, spread)
    mask = np.bitwise_or.reduce(np.where(used, bits, 0), 0) & ~(1 << task['names']['NO_DATA'])
    if how == 'clipped':
        mask |= np.where(clipped.any(0), 1 << task['names']['CLIPPED'], 0)
    mask = np.where(used.any(0), mask, 1 << task['names']['NO_DATA'])
    key = w if how in ('weighted', 'clipped') else used * 1.0
    owner = np.where(used.any(0), np.argmax(key, 0) + 1, 0)
    finite = used.any(0)
    off = lambda a, b: float(np.nanmax(np.abs(a[finite] - b[finite]) / np.sqrt(np.nanmax(variance))))
    return {
        'pixels': int(finite.sum()), 'empty': int((np.isfinite(ours['IMAGE']) != finite).sum()),
        'image': off(ours['IMAGE'].astype('f8'), expected), 'variance': float(np.nanmax(np.abs(ours['VARIANCE'][finite] / spread[finite] - 1))),
        'mask': int((ours['MASK'].astype('i8') != mask).sum()), 'owner': int((ours['OWNER'] != owner).sum()),
        'clipped': int(clipped.sum()), 'unit': unit,
        'weights': float(np.max(np.abs(weights * np.array([np.nanmedian(v) for v in variance]) - 1))) if how in ('weighted', 'clipped') else 0,
    }


def photometry(task):
    """Fluxes in a combination at places of the sky, in apertures, with their sigmas by the variance plane."""
    with fits.open(task['mosaic']) as hdus:
        image, variance, mask = (hdus[name].data for name in ('IMAGE', 'VARIANCE', 'MASK'))
        wcs, names = WCS(hdus['IMAGE'].header), names_of(hdus['MASK'].header)
    answer = []
    yy, xx = np.mgrid[: image.shape[0], : image.shape[1]]
    for place in task['places']:
        x, y = wcs.all_world2pix(*sky_of(place), 0)
        near = (xx - x) ** 2 + (yy - y) ** 2 < task['radius'] ** 2
        clipped = bool((mask[near] >> names['CLIPPED'] & 1).any()) if 'CLIPPED' in names else False
        answer.append([float(np.nansum(image[near].astype('f8'))), float(np.sqrt(np.nansum(variance[near].astype('f8')))), clipped])
    return answer


def aligned(task):
    """How far stars lie from where they should, in pixels of the mosaic east and north, in mosaics and in the files themselves."""
    def shift(image, wcs):
        yy, xx = np.mgrid[: image.shape[0], : image.shape[1]]
        cosine = np.cos(np.radians(task['stars'][0][1]))

        def model(p):
            east, north, sigma, background = p[:4]
            total = np.full(image.shape, background)
            for flux, (ra, dec) in zip(p[4:], task['stars']):
                x, y = wcs.all_world2pix(ra + east * task['scale'] / 3600 / cosine, dec + north * task['scale'] / 3600, 0)
                total += flux * np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / (2 * sigma**2))
            return total

        x, y = wcs.all_world2pix(*np.mean(task['stars'], 0), 0)
        near = ((xx - x) ** 2 + (yy - y) ** 2 < task['radius'] ** 2) & np.isfinite(image)
        middle, top = np.nanmedian(image), np.nanmax(image[near])
        start = [0, 0, 2, middle] + [top - middle] * len(task['stars'])
        scales = [0.1, 0.1, 1, 0.1 * (top - middle)] + [top - middle] * len(task['stars'])
        found = least_squares(lambda p: ((model(p) - image)[near] / (top - middle)), start, x_scale=scales)
        return [float(v) for v in found.x[:2]]

    answer = []
    for path, file in zip(task['mosaics'], task['files']):
        with fits.open(path) as hdus:
            ours = shift(hdus['IMAGE'].data.astype('f8'), WCS(hdus['IMAGE'].header))
        with fits.open(file) as hdus:
            own = next(hdu for hdu in hdus if hdu.header['NAXIS'] == 2)
            answer.append([ours, shift(own.data.astype('f8'), WCS(own.header))])
    return answer


def seams(task):
    """The step of plain sky across every border between two owners, and its sigma."""
    with fits.open(task['mosaic']) as hdus:
        image, variance, owner = hdus['IMAGE'].data.astype('f8'), hdus['VARIANCE'].data, hdus['OWNER'].data
        names = names_of(hdus['MASK'].header)
        image[(hdus['MASK'].data >> names['DETECTED']) & 1 == 1] = np.nan
        tracts = {int(row['INPUT']): int(row['TRACT']) for row in hdus['PROVENANCE'].data}
    sides = {}
    for axis in (0, 1):
        for shift in range(1, 6):
            a, b = np.roll(owner, shift, axis), np.roll(owner, 1 - shift, axis)
            near = np.roll(owner, 1, axis) != owner
            for plane, number, value in ((np.roll(image, shift, axis), a, -1), (np.roll(image, 1 - shift, axis), b, 1)):
                here = near & (a > 0) & (b > 0) & (a != b) & np.isfinite(plane)
                for first, second, x in zip(a[here], b[here], plane[here]):
                    low = first < second
                    sides.setdefault((min(first, second), max(first, second)), ([], []))[int((value > 0) == low)].append(x)
    sigma = float(np.sqrt(np.nanmedian(variance)))
    steps = []
    for left, right in sides.values():
        if min(len(left), len(right)) > 100:
            # Of resampled pixels about one in two is independent.
            steps.append([float(np.median(right) - np.median(left)), sigma * 1.25 * 2 / np.sqrt(min(len(left), len(right)))])
    found = [pair for pair, (left, right) in sides.items() if min(len(left), len(right)) > 100]
    return {'steps': steps, 'between': sum(tracts[int(a)] != tracts[int(b)] for a, b in found)}


def owners(task):
    """How many inputs own pixels of an aperture."""
    with fits.open(task['mosaic']) as hdus:
        owner, wcs = hdus['OWNER'].data, WCS(hdus['IMAGE'].header)
    yy, xx = np.mgrid[: owner.shape[0], : owner.shape[1]]
    places = [wcs.all_world2pix(*sky_of(place), 0) for place in task['places']]
    return {'owners': [len(np.unique(owner[(xx - x) ** 2 + (yy - y) ** 2 < task['radius'] ** 2])) for x, y in places]}


def copied(task):
    """Whether the pixels that were copied are those of the file, and whether all mask names lived."""
    with fits.open(task['mosaic']) as hdus:
        image, mask, owner = (hdus[n].data for n in ('IMAGE', 'MASK', 'OWNER'))
        wcs, names, rows = WCS(hdus['IMAGE'].header), names_of(hdus['MASK'].header), hdus['PROVENANCE'].data
        answer = {'methods': sorted(m.strip('\x00 ') for m in rows['METHOD']), 'bits': hdus['MASK'].header['BITPIX'], 'differ': 0, 'lost': 0}
    for row in rows:
        with fits.open(task['files'][row['ID'].strip('\x00 ')]) as hdus:
            own, theirs, there = hdus['IMAGE'].data, hdus['MASK'].data, WCS(hdus['IMAGE'].header)
            known = names_of(hdus['MASK'].header)
        answer['lost'] += sum(name not in names for name in known)
        if row['METHOD'].strip('\x00 ') != 'copy':
            continue
        y, x = np.nonzero(owner == row['INPUT'])
        u, v = (np.rint(a).astype(int) for a in there.all_world2pix(*wcs.all_pix2world(x, y, 0), 0))
        moved = np.zeros(len(x), 'i8')
        for name, bit in known.items():
            moved |= ((theirs[v, u].astype('i8') >> bit) & 1) << names[name]
        answer['differ'] += int((own[v, u].astype('f4').view('u4') != image[y, x].astype('f4').view('u4')).sum() + (mask[y, x] != moved).sum())
    return answer


def camera(task):
    """Whether every detector's pixels lie in its box bit for bit, turned by some quarter; what lies between; how far the WCS misses."""
    with fits.open(task['mosaic']) as hdus:
        planes = {name: hdus[name].data for name in ('IMAGE', 'MASK', 'VARIANCE', 'OWNER')}
        header, names = hdus['IMAGE'].header, names_of(hdus['MASK'].header)
        wcs, rows = WCS(header), hdus['PROVENANCE'].data
    empty, theirs = np.ones(planes['IMAGE'].shape, bool), {}
    report = {'detectors': 0, 'differ': 0, 'overlaps': 0, 'turned': 0, 'error': 0.0, 'stated': header['NOMERR']}
    for row in rows:
        box = np.s_[row['Y0'] : row['Y1'], row['X0'] : row['X1']]
        report['overlaps'] += int((~empty[box]).sum())
        empty[box] = False
        path = task['files'][row['ID'].strip('\x00 ')]
        with fitsio.FITS(path) as file:
            image, mask, variance = (file[n].read() for n in (1, 2, 3))
        theirs = theirs or names_of(fits.getheader(path, 2))
        moved = np.zeros(mask.shape, 'i8')
        for name, bit in theirs.items():
            name = {'CR': 'COSMIC_RAY', 'EDGE': 'DETECTION_EDGE', 'INTRP': 'INTERPOLATED', 'SAT': 'SATURATED', 'UNMASKEDNAN': 'UNMASKED_NAN'}.get(name, name)
            moved |= ((mask.astype('i8') >> bit) & 1) << names[name]
        same = lambda a, b: int((a.astype('>f4').tobytes() != b.astype('>f4').tobytes()))
        quarters = [k for k in range(4) if np.rot90(image, -k).shape == planes['IMAGE'][box].shape and not same(np.rot90(image, -k), planes['IMAGE'][box])]
        report['detectors'] += 1
        if not quarters:
            report['differ'] += 1
            continue
        k = quarters[0]
        report['turned'] += k > 0
        report['differ'] += same(np.rot90(variance, -k), planes['VARIANCE'][box]) + int((np.rot90(moved, -k) != planes['MASK'][box]).any()) + int((planes['OWNER'][box] != row['INPUT']).any())
        if len(rows) > 20 and row['INPUT'] % 7:
            continue
        plain = WCS(fits.getheader(path, 1))
        # Corners: where the WCS says that they are, and where they lie.
        h, w = image.shape
        yy, xx = (np.rot90(grid, -k) for grid in np.mgrid[:h, :w])
        for j, i in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
            ra, dec = plain.all_pix2world(xx[j, i], yy[j, i], 0)
            x, y = wcs.all_world2pix(ra, dec, 0)
            at = (row['X0'] if i == 0 else row['X1'] - 1, row['Y0'] if j == 0 else row['Y1'] - 1)
            report['error'] = max(report['error'], float(np.hypot(x - at[0], y - at[1])))
    report['between'] = int(np.isfinite(planes['IMAGE'][empty]).sum() + (planes['MASK'][empty] != 1 << names['NO_DATA']).sum() + (planes['OWNER'][empty] != 0).sum())
    report['shape'] = list(planes['IMAGE'].shape)
    return report


def table(task):
    """A table of a mosaic, column by column."""
    with fits.open(task['mosaic']) as hdus:
        data = hdus[task['name']].data
        return {name: [v.strip('\x00 ') if isinstance(v, str) else v for v in data[name].tolist()] for name in data.names}


CHECKS = {'owners': owners, 'copied': copied, 'camera': camera, 'make': make, 'compare': compare, 'photometry': photometry, 'aligned': aligned, 'seams': seams, 'table': table}
for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(CHECKS[task['check']](task)), flush=True)
