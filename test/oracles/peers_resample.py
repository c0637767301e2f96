"""A TPV image on a TAN grid by Vignet, SWarp (Lanczos3) and Montage's mProject (areas): how far they are from each other.

Arguments: a folder that is emptied, then the command that is Vignet.
"""
import json
import os
import shutil
import subprocess
import sys

import numpy as np
from astropy.io import fits

folder, vignet = sys.argv[1], sys.argv[2:]
SIDE, SCALE, TURN = 800, 0.263 / 3600, np.radians(1)
TPV = {'PV1_1': 1.0013, 'PV1_2': -0.0072, 'PV1_4': -0.0081, 'PV1_5': 0.0096, 'PV1_6': -0.0035, 'PV1_7': 0.0057,
       'PV1_8': -0.0063, 'PV1_9': 0.0044, 'PV1_10': -0.0021, 'PV2_1': 1.0011, 'PV2_2': -0.0059, 'PV2_4': -0.0068,
       'PV2_5': 0.0077, 'PV2_6': -0.0049, 'PV2_7': 0.0031, 'PV2_8': -0.0045, 'PV2_9': 0.0062, 'PV2_10': -0.0027}


def header(projection, crpix, matrix, more=()):
    cards = fits.Header()
    for axis, name in ((1, 'RA---'), (2, 'DEC--')):
        cards[f'CTYPE{axis}'], cards[f'CUNIT{axis}'] = name + projection, 'deg'
        cards[f'CRPIX{axis}'], cards[f'CRVAL{axis}'] = crpix[axis - 1], (244.8, 12.1)[axis - 1]
        for other in (1, 2):
            cards[f'CD{axis}_{other}'] = matrix[axis - 1][other - 1]
    cards['RADESYS'], cards['EQUINOX'] = 'ICRS', 2000.0
    cards.update(more)
    return cards


def run(*command):
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


shutil.rmtree(folder, ignore_errors=True)
os.makedirs(f'{folder}/inputs')
random = np.random.default_rng(1)
pixels = random.normal(100, 5, (SIDE, SIDE))  # the noise is 5
y, x = np.mgrid[0:SIDE, 0:SIDE]
for _ in range(200):  # stars of four pixels' width
    x0, y0, flux = random.uniform(20, SIDE - 20), random.uniform(20, SIDE - 20), random.uniform(1e3, 1e5)
    pixels += flux / 18.1 * np.exp(-((x - x0) ** 2 + (y - y0) ** 2) / 5.77)
c, s = np.cos(TURN) * SCALE, np.sin(TURN) * SCALE
# A corner of a detector: where the distortion is largest.
tpv = header('TPV', (2036.0, 2000.0), ((-c, s), (s, c)), TPV)
tan = header('TAN', (2020.3, 1980.7), ((-SCALE, 0), (0, SCALE)))
fits.PrimaryHDU(pixels.astype('f4'), tpv).writeto(f'{folder}/inputs/in.fits')
size = [f'SIMPLE  = {"T":>20}', f'BITPIX  = {-32:>20}', f'NAXIS   = {2:>20}', f'NAXIS1  = {SIDE:>20}', f'NAXIS2  = {SIDE:>20}']
text = '\n'.join([*size, *(str(card).rstrip() for card in tan.cards), 'END', ''])
for name in ('out.head', 'template.hdr'):
    with open(f'{folder}/{name}', 'w') as out:
        out.write(text)

run(*vignet, 'ingest', '--archive', 'archive', 'inputs', '--collection', 'peers', '--repo', 'peers')
rows = subprocess.run([*vignet, 'ls', '--archive', 'archive', '--json'], cwd=folder, check=True, stdout=subprocess.PIPE).stdout
dataset = json.loads(rows.splitlines()[0])['id']
for kernel in ('lanczos3', 'exact'):
    run(*vignet, 'mosaic', dataset, '--archive', 'archive', '--wcs', text, '--resample', kernel, '-o', f'{kernel}.fits')
options = {'IMAGEOUT_NAME': 'out.fits', 'WEIGHTOUT_NAME': 'out.weight.fits', 'RESAMPLING_TYPE': 'LANCZOS3', 'OVERSAMPLING': '1',
           'SUBTRACT_BACK': 'N', 'FSCALASTRO_TYPE': 'NONE', 'COMBINE': 'N', 'WRITE_XML': 'N', 'VERBOSE_TYPE': 'QUIET', 'RESAMPLE_DIR': '.'}
open(f'{folder}/empty.swarp', 'w').close()
run('SWarp', 'inputs/in.fits', '-c', 'empty.swarp', *(word for key, value in options.items() for word in (f'-{key}', value)))
options.update({'FSCALASTRO_TYPE': 'VARIABLE', 'RESAMPLE_SUFFIX': '.flux.fits'})
run('SWarp', 'inputs/in.fits', '-c', 'empty.swarp', *(word for key, value in options.items() for word in (f'-{key}', value)))
run(*vignet, 'mosaic', dataset, '--archive', 'archive', '--wcs', text, '--resample', 'lanczos3', '--conserve', 'flux', '-o', 'flux.fits')
run('mProject', '-f', 'inputs/in.fits', 'projected.fits', 'template.hdr')


def on_grid(path):
    """Pixels of the common grid (NaN: none) wherever the file begins."""
    with fits.open(f'{folder}/{path}') as hdus:
        hdu = next(hdu for hdu in hdus if hdu.data is not None and hdu.data.ndim == 2)
        dx, dy = (round(tan[f'CRPIX{a}'] - hdu.header[f'CRPIX{a}']) for a in (1, 2))
        grid = np.full((2 * SIDE, 2 * SIDE), np.nan)
        h, w = hdu.data.shape
        grid[SIDE // 2 + dy:SIDE // 2 + dy + h, SIDE // 2 + dx:SIDE // 2 + dx + w] = hdu.data
        return grid


def compare(ours, theirs):
    """Differences where both have pixels, four and more from where either ends, in ascending order of size."""
    a, b = on_grid(ours), on_grid(theirs)
    inside = np.isfinite(a) & np.isfinite(b) & (b != 0)
    for shift in ((4, 0), (-4, 0), (0, 4), (0, -4)):
        inside &= np.roll(inside, shift, (0, 1))
    d = np.sort(np.abs(a - b)[inside])
    assert len(d) > 0.8 * SIDE**2, f'{theirs}: only {len(d)} pixels to compare'
    return d


# SWarp has its own table of the kernel, and positions that it interpolates to 0.001 pixel.
d, noise = compare('lanczos3.fits', 'in.resamp.fits'), 5
rms = np.sqrt(np.mean(d**2)) / noise
print(f'SWarp: rms {rms:.1e}, largest {d[-1] / noise:.1e} of the noise, of {len(d)} pixels')
assert rms < 1e-3 and d[-1] < 0.05 * noise
# Its factor is the ratio of the areas where each pixel lies (FSCALASTRO_TYPE VARIABLE), as it is in Vignet.
with np.errstate(invalid='ignore'):
    factor, theirs = (on_grid(flux) / on_grid(values) for flux, values in (('flux.fits', 'lanczos3.fits'), ('in.flux.fits', 'in.resamp.fits')))
both = np.isfinite(factor) & np.isfinite(theirs)
off = np.sort(abs(factor / theirs - 1)[both])
print(f'SWarp: factors of {theirs[both].min():.4f} to {theirs[both].max():.4f}; 99 % within {off[int(0.99 * len(off))]:.1e}, of {len(off)} pixels')
assert off[int(0.99 * len(off))] < 1e-5
# mProject clips on the sphere, too, but gets a pixel here and there wrong by a few per cent.
d = compare('exact.fits', 'projected.fits')
median, most = (d[int(share * len(d))] / noise for share in (0.5, 0.99))
print(f'mProject: half within {median:.1e}, 99 % within {most:.1e} of the noise, of {len(d)} pixels; largest {d[-1] / noise:.1f}')
assert median < 1e-3 and most < 0.03
