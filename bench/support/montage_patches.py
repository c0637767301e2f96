"""Nine overlapping patches on one TAN grid as plain FITS: folder, side, overlap, how many planes.

With one plane also the header that Montage's mAdd wants; with three IMAGE, MASK and VARIANCE."""
import sys

import numpy as np
from astropy.io import fits

folder, side, overlap, planes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
step = side - overlap
whole = side + 2 * step
random = np.random.default_rng(1)


def cards(x0, y0):
    header = fits.Header()
    for axis, kind, value in ((1, 'RA---TAN', 150.0), (2, 'DEC--TAN', 2.0)):
        header[f'CTYPE{axis}'], header[f'CRVAL{axis}'], header[f'CUNIT{axis}'] = kind, value, 'deg'
    header['CRPIX1'], header['CRPIX2'] = whole / 2 + 0.5 - x0, whole / 2 + 0.5 - y0
    header['CDELT1'], header['CDELT2'] = -0.2 / 3600, 0.2 / 3600
    header['RADESYS'], header['EQUINOX'] = 'ICRS', 2000.0
    return header


for j in range(3):
    for i in range(3):
        data = random.standard_normal((side, side), dtype='f4')
        header = cards(i * step, j * step)
        hdus = [fits.PrimaryHDU(data, header)]
        if planes == 3:
            mask = fits.ImageHDU((random.random((side, side), dtype='f4') < 0.01).astype('i4'), header, name='MASK')
            mask.header['MP_BAD'], mask.header['MP_SAT'] = 0, 1
            variance = fits.ImageHDU(1 + data * 0, header, name='VARIANCE')
            hdus = [fits.PrimaryHDU(), fits.ImageHDU(data, header, name='IMAGE'), mask, variance]
        fits.HDUList(hdus).writeto(f'{folder}/patch-{j}{i}.fits', overwrite=True)
if planes == 3:
    sys.exit()
with open(f'{folder}/template.hdr', 'w') as out:
    for line in ['SIMPLE  = T', 'BITPIX  = -32', 'NAXIS   = 2', f'NAXIS1  = {whole}', f'NAXIS2  = {whole}']:
        out.write(line + '\n')
    out.write(cards(0, 0).tostring(sep='\n', endcard=True, padding=False).rstrip() + '\n')
