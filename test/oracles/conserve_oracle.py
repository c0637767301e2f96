"""Distorted images of isolated stars, and what resampling must keep of them: sums by numpy, areas of pixels by wcslib (astropy), pixels by reproject."""
import json
import os
import sys

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
from reproject import reproject_exact, reproject_interp

CENTRE = (150.0, 2.0)
FLUX = 1000.0


def wcs_of(size, scale, turn=7.0):
    """TAN-SIP whose pixels grow by some 4 % from side to side."""
    header = fits.Header()
    cosine, sine = np.cos(np.radians(turn)) * scale / 3600, np.sin(np.radians(turn)) * scale / 3600
    header.update({'CTYPE1': 'RA---TAN-SIP', 'CTYPE2': 'DEC--TAN-SIP', 'CRVAL1': CENTRE[0], 'CRVAL2': CENTRE[1],
                   'CRPIX1': size / 2 + 0.3, 'CRPIX2': size / 2 - 0.2, 'CD1_1': -cosine, 'CD1_2': sine, 'CD2_1': sine, 'CD2_2': cosine,
                   'A_ORDER': 2, 'B_ORDER': 2, 'A_2_0': 0.02 / size, 'A_1_1': 0.004 / size, 'B_0_2': -0.01 / size, 'B_1_1': 0.006 / size,
                   'RADESYS': 'ICRS'})
    return header


def make(task):
    """One file per epoch: stars of 4 pixels' width, each of FLUX in its image, 60 pixels apart; or a flat sky of 1."""
    os.makedirs(task['folder'], exist_ok=True)
    size = task['size']
    yy, xx = np.mgrid[:size, :size]
    for n, epoch in enumerate(task['epochs']):
        header = wcs_of(size, epoch['scale'])
        wcs = WCS(header)
        image = np.full((size, size), float(epoch.get('flat', 0)))
        for east, north in task['stars']:
            x, y = wcs.all_world2pix(CENTRE[0] + east / 3600 / np.cos(np.radians(CENTRE[1])), CENTRE[1] + north / 3600, 0)
            width = epoch['fwhm'] / 2.3548 / epoch['scale']
            image += FLUX * np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / (2 * width**2)) / (2 * np.pi * width**2)
        mask = np.where((xx % 17 == 3) & (yy % 13 == 5), 2, 0).astype('i4')
        if 'unit' in epoch:
            header['BUNIT'] = epoch['unit']
        primary = fits.PrimaryHDU()
        for key, value in {'DATAID BAND': 'r', 'DATAID INSTRUMENT': 'SimCam', 'DATAID DETECTOR': 1, 'DATAID VISIT': 100 + n, 'DATASETTYPE': 'visit_image'}.items():
            primary.header[f'HIERARCH LSST BUTLER {key}'] = value
        primary.header['MJD-OBS'], primary.header['TIMESYS'], primary.header['EXPTIME'] = 60000.0 + n, 'UTC', 30.0
        flags = header.copy()
        flags.remove('BUNIT', ignore_missing=True)
        flags['MP_DETECTED'] = 1
        variance = flags.copy()
        del variance['MP_DETECTED']
        planes = [primary, fits.ImageHDU(image.astype('f4'), header, 'IMAGE'), fits.ImageHDU(mask, flags, 'MASK'),
                  fits.ImageHDU(np.full((size, size), 4.0, 'f4'), variance, 'VARIANCE')]
        fits.HDUList(planes).writeto(f"{task['folder']}/epoch{n}.fits", overwrite=True)
    return {}


def areas_of(wcs, x, y):
    """Relative solid angles of pixels: cross products of central differences on the sphere."""
    def vector(px, py):
        ra, dec = np.radians(wcs.all_pix2world(px, py, 0))
        return np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
    dx, dy = vector(x + 0.5, y) - vector(x - 0.5, y), vector(x, y + 0.5) - vector(x, y - 0.5)
    return np.sqrt((np.cross(dx, dy, axis=0) ** 2).sum(0))


def planes(path):
    with fits.open(path) as hdus:
        return {hdu.name: hdu.data.astype(hdu.data.dtype.newbyteorder('=')) for hdu in hdus if hdu.is_image and hdu.data is not None}, hdus['IMAGE'].header, hdus[0].header


def stars(task):
    """Sums of the pixels within 20 pixels of the image (in arc seconds, 4) of each star, over the true flux; and BUNIT."""
    data, header, primary = planes(task['mosaic'])
    wcs, image = WCS(header), np.nan_to_num(data['IMAGE'])
    yy, xx = np.mgrid[:image.shape[0], :image.shape[1]]
    step = abs(header['CD2_2']) * 3600 if 'CD2_2' in header else abs(header['CDELT2']) * 3600
    sums = []
    for east, north in task['stars']:
        x, y = wcs.all_world2pix(CENTRE[0] + east / 3600 / np.cos(np.radians(CENTRE[1])), CENTRE[1] + north / 3600, 0)
        sums.append(float(image[np.hypot(xx - x, yy - y) < 4 / step].sum() / FLUX))
    return {'sums': sums, 'unit': header.get('BUNIT'), 'kept': primary.get('VIGNETFX'), 'how': primary.comments['VIGNETFX']}


def factors(task):
    """Pixels that keep flux over those that keep values: the largest relative difference from the areas' ratio; of the variances from its square; masks that differ."""
    flux, header, _ = planes(task['flux'])
    values, _, _ = planes(task['values'])
    out, image = WCS(header), WCS(fits.getheader(f"{task['folder']}/epoch0.fits", 1))
    y, x = np.nonzero(abs(values['IMAGE']) > 1e-3)  # and not the last bits of the stars' wings
    px, py = image.all_world2pix(*out.all_pix2world(x, y, 0), 0)
    ratio = areas_of(out, x.astype(float), y.astype(float)) / areas_of(image, px, py)
    found = flux['IMAGE'][y, x] / values['IMAGE'][y, x]
    noise = flux['VARIANCE'][y, x] / values['VARIANCE'][y, x]
    return {'pixels': len(x), 'image': float(abs(found / ratio - 1).max()), 'variance': float(abs(noise / ratio**2 - 1).max()),
            'masks': int((flux['MASK'] != values['MASK']).sum()), 'spread': float(ratio.max() / ratio.min() - 1), 'mean': float(ratio.mean())}


def by_reproject(task):
    """Pixels against reproject_exact's mean of surface brightness times the areas' ratio, in units of the largest pixel."""
    flux, header, _ = planes(task['flux'])
    with fits.open(f"{task['folder']}/epoch0.fits") as hdus:
        theirs, _ = reproject_exact((hdus[1].data, WCS(hdus[1].header)), WCS(header), shape_out=flux['IMAGE'].shape, parallel=False)
        y, x = np.nonzero(np.isfinite(flux['IMAGE']) & np.isfinite(theirs))
        image = WCS(hdus[1].header)
    out = WCS(header)
    px, py = image.all_world2pix(*out.all_pix2world(x, y, 0), 0)
    ratio = areas_of(out, x.astype(float), y.astype(float)) / areas_of(image, px, py)
    difference = abs(flux['IMAGE'][y, x] - theirs[y, x] * ratio)
    return {'pixels': len(x), 'difference': float(difference.max() / np.nanmax(flux['IMAGE']))}


def by_interpolation(task):
    """Bilinear pixels against reproject_interp (positions by wcslib for every pixel), in units of the largest pixel."""
    ours, header, _ = planes(task['mosaic'])
    with fits.open(f"{task['folder']}/epoch0.fits") as hdus:
        theirs, _ = reproject_interp((hdus[1].data, WCS(hdus[1].header)), WCS(header), shape_out=ours['IMAGE'].shape, order='bilinear')
        image = hdus[1].data
    both = np.isfinite(ours['IMAGE']) & np.isfinite(theirs)
    difference = abs(ours['IMAGE'] - theirs)[both] / image.max()
    return {'pixels': int(both.sum()), 'largest': float(difference.max()), 'share': float((difference > 1e-6).mean())}


def cube(task):
    """The mean of the pixels of a cube of stamps, and what its header says is kept."""
    with fits.open(task['cube']) as hdus:
        image = next(hdu for hdu in hdus if hdu.is_image and hdu.data is not None)
        kept = next(hdu.header['CONSERVE'] for hdu in hdus if 'CONSERVE' in hdu.header)
        return {'mean': float(np.mean(image.data, dtype='f8')), 'kept': kept}


CHECKS = {'cube': cube, 'make': make, 'stars': stars, 'factors': factors, 'reproject': by_reproject, 'interpolation': by_interpolation}
for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(CHECKS[task['check']](task)), flush=True)
