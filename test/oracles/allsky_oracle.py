"""Images of the whole sky or of much of it, and what a mosaic of one must be: every output pixel -> sky -> input pixel by wcslib (astropy), without a plan."""
import json
import sys
import warnings

import numpy as np
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter('ignore')
AXES = {'icrs': ('RA---', 'DEC--'), 'galactic': ('GLON-', 'GLAT-')}
# Pixels this near to the border between two input pixels, or to the rim of the sky, are not compared.
DOUBT = 1e-3


def header_of(spec):
    header = fits.Header()
    for axis, name in enumerate(AXES[spec['frame']], 1):
        header[f'CTYPE{axis}'], header[f'CUNIT{axis}'] = name + spec['projection'], 'deg'
        header[f'CRVAL{axis}'], header[f'CRPIX{axis}'] = spec['crval'][axis - 1], spec['crpix'][axis - 1]
    turn = np.radians(spec.get('turn', 0))
    step = spec['step']
    header['CD1_1'], header['CD1_2'] = -step * np.cos(turn), step * np.sin(turn)
    header['CD2_1'], header['CD2_2'] = step * np.sin(turn), step * np.cos(turn)
    for key, value in spec.get('more', {}).items():
        header[key] = value
    if spec['frame'] == 'icrs':
        header['RADESYS'] = 'ICRS'
    return header


def cards(task):
    """The header of a grid as text, for WCS."""
    return '\n'.join(str(card).rstrip() for card in header_of(task['spec']).cards)


def make(task):
    for n, spec in enumerate(task['images']):
        width, height = spec['size']
        y, x = np.mgrid[:height, :width]
        primary = fits.PrimaryHDU()
        for key, value in {'DATAID BAND': 'r', 'DATAID INSTRUMENT': 'SimCam', 'DATAID DETECTOR': 1, 'DATAID VISIT': n, 'DATASETTYPE': 'visit_image'}.items():
            primary.header[f'HIERARCH LSST BUTLER {key}'] = value
        image = fits.ImageHDU((1 + x + 1000 * y).astype('f4'), header_of(spec), 'IMAGE')
        fits.HDUList([primary, image]).writeto(f"{task['folder']}/{n:02d}.fits", overwrite=True)
    return {}


def icrs(header, x, y):
    """ICRS degrees of pixels; NaN where they are not on the sky: wcslib's answer must lead back."""
    wcs = WCS(header)
    lon, lat = wcs.all_pix2world(x, y, 0)
    with np.errstate(invalid='ignore'):
        lon, lat = (np.where(abs(lat) <= 90, v, np.nan) for v in (lon, lat))
    if header['CTYPE1'].startswith('GLON'):
        good = np.isfinite(lon)
        sky = SkyCoord(np.where(good, lon, 0) * u.deg, np.where(good, lat, 0) * u.deg, frame='galactic').icrs
        lon, lat = np.where(good, sky.ra.deg, np.nan), np.where(good, sky.dec.deg, np.nan)
    return lon, lat


def pixels(header, ra, dec):
    """Pixel positions of ICRS degrees; NaN where they cannot be projected."""
    good = np.isfinite(ra)
    lon, lat = np.where(good, ra, 0), np.where(good, dec, 0)
    if header['CTYPE1'].startswith('GLON'):
        sky = SkyCoord(lon * u.deg, lat * u.deg, frame='icrs').galactic
        lon, lat = sky.l.deg, sky.b.deg
    wcs = WCS(header)
    x, y = np.full(lon.shape, np.nan), np.full(lon.shape, np.nan)
    try:
        x, y = (np.array(v) for v in wcs.wcs_world2pix(lon, lat, 0))
    except Exception:  # some cannot be projected: one by one
        for k in np.ndindex(lon.shape):
            try:
                x[k], y[k] = wcs.wcs_world2pix(lon[k], lat[k], 0)
            except Exception:
                pass
    x[~good], y[~good] = np.nan, np.nan
    return x, y


def within(task, ra, dec):
    """Degrees from the circle's edge to positions, positive inside; infinite without one."""
    if 'circle' not in task:
        return np.where(np.isfinite(ra), np.inf, np.nan)
    lon, lat, radius = task['circle']
    return radius - apart(ra, dec, lon, lat)


def expected(image, ra, dec):
    """Values of the input pixels nearest to positions (NaN: none), and which of them are in doubt."""
    header, data = image
    x, y = pixels(header, ra, dec)
    height, width = data.shape
    with np.errstate(invalid='ignore'):
        on = (x >= -0.5) & (x < width - 0.5) & (y >= -0.5) & (y < height - 0.5)
        fraction = [abs((v + 0.5) - np.round(v + 0.5)) for v in (x, y)]
        doubt = (fraction[0] < DOUBT) | (fraction[1] < DOUBT)
    column, row = (np.where(on, np.floor(np.where(on, v, 0) + 0.5), 0).astype(int) for v in (x, y))
    return np.where(on, data[row, column], np.nan), doubt


def apart(ra, dec, lon, lat):
    """Degrees."""
    a, b, d = np.radians(dec), np.radians(lat), np.radians(ra - lon)
    away = np.hypot(np.cos(a) * np.sin(d), np.cos(b) * np.sin(a) - np.sin(b) * np.cos(a) * np.cos(d))
    return np.degrees(np.arctan2(away, np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(d)))


def owned(images, ra, dec):
    """The same of several: of the images that a pixel lies on, that whose own centre is nearest."""
    if len(images) == 1:
        return expected(images[0], ra, dec)
    want, nearest, doubt = np.full(ra.shape, np.nan), np.full(ra.shape, np.inf), np.zeros(ra.shape, bool)
    for header, data in images:
        values, unsure = expected((header, data), ra, dec)
        height, width = data.shape
        distance = apart(ra, dec, *icrs(header, np.array([(width - 1) / 2]), np.array([(height - 1) / 2])))
        doubt |= unsure | (abs(distance - nearest) < 1e-3)
        better = np.isfinite(values) & (distance < nearest)
        want[better], nearest[better] = values[better], distance[better]
    return want, doubt


def check(task):
    """`wrong`: pixels of the answer that differ; `missed`: pixels with data in the region that are not in the answer (absent: no answer)."""
    images = []
    for number in task['images']:
        with fits.open(f"{task['folder']}/{number:02d}.fits") as hdus:
            images.append((hdus['IMAGE'].header, hdus['IMAGE'].data.astype('f8')))
    grid = header_of(task['grid'])
    x0 = y0 = width = height = 0
    report = {'wrong': 0, 'compared': 0, 'missed': 0, 'there': 0}
    if 'mosaic' in task:
        with fits.open(task['mosaic']) as hdus:
            found, header = hdus['IMAGE'].data.astype('f8'), hdus['IMAGE'].header
        height, width = found.shape
        x0, y0 = (round(grid[f'CRPIX{a}'] - header[f'CRPIX{a}']) for a in (1, 2))
        y, x = np.mgrid[y0:y0 + height, x0:x0 + width]
        ra, dec = icrs(grid, x, y)
        want, doubt = owned(images, ra, dec)
        same = (found == want) | (np.isnan(found) & np.isnan(want)) | doubt
        report['wrong'], report['compared'] = int((~same).sum()), int((np.isfinite(found) & ~doubt).sum())
        if (~same).any():
            j, i = np.argwhere(~same)[0]
            report['first'] = [int(i), int(j), float(np.nan_to_num(found[j, i], nan=-1)), float(np.nan_to_num(want[j, i], nan=-1)), float(ra[j, i]), float(dec[j, i])]
    # All pixels of the grid that may have something.
    left, low, right, high = task['lattice']
    y, x = np.mgrid[low:high, left:right]
    ra, dec = icrs(grid, x, y)
    want, doubt = owned(images, ra, dec)
    # A region covers the pixels whose centres are inside: by more than rounding.
    there = np.isfinite(want) & ~doubt & (np.nan_to_num(within(task, ra, dec), nan=-1) > 1e-6)
    outside = (x < x0) | (x >= x0 + width) | (y < y0) | (y >= y0 + height)
    report['there'], report['missed'] = int(there.sum()), int((there & outside).sum())
    return report


def cutout(task):
    """Pixels of the image whose centres are in the circle, and how many of them a cutout has not."""
    with fits.open(f"{task['folder']}/{task['image']:02d}.fits") as hdus:
        header, data = hdus['IMAGE'].header, hdus['IMAGE'].data
    y, x = np.mgrid[:data.shape[0], :data.shape[1]]
    inside = np.nan_to_num(within(task, *icrs(header, x, y)), nan=-1) > 1e-6
    have = set()
    if 'cutout' in task:
        with fits.open(task['cutout']) as hdus:
            have = set(next(hdu.data for hdu in hdus if hdu.data is not None and hdu.data.ndim == 2).astype(int).ravel().tolist())
    return {'inside': int(inside.sum()), 'missed': len(set(data[inside].astype(int).tolist()) - have)}


def values(task):
    """How many pixels have which value, to 1e-4."""
    with fits.open(task['mosaic']) as hdus:
        found, counts = np.unique(np.round(hdus['IMAGE'].data.astype('f8'), 4), return_counts=True)
    return {f'{value:g}': int(count) for value, count in zip(found, counts)}


CHECKS = {'values': values, 'make': make, 'cards': cards, 'check': check, 'cutout': cutout}
for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(CHECKS[task['check']](task)), flush=True)
