// Which units of pixels depend on the size of pixels. The units are BUNITs of real surveys and missions, and FITS paper I's spellings.
import { expect, it } from 'vitest';
import { type PixelUnitKind, pixelUnitKind } from '../../src/astronomy/pixel-unit.ts';

const units: Readonly<Record<PixelUnitKind, readonly string[]>> = {
  flux: [
    ...[
      'nJy',
      'Jy',
      'mJy',
      'uJy',
      'µJy',
      'MJy',
      'janskys',
      'Jy/pixel',
      'Jy/pix',
      'nanomaggy',
      'nanomaggies',
      'nmgy',
      'nMgy',
    ],
    ...[
      'adu',
      'ADU',
      'ADU/s',
      'DN',
      'DN/s',
      'dn/pixel',
      'electron',
      'electrons',
      'ELECTRONS/S',
      'e-',
      'e-/s',
      'e-/sec',
      'e/s',
    ],
    ...[
      'electron/s',
      'electron s-1',
      'counts',
      'COUNTS/S',
      'counts/sec',
      'count',
      'ct/s',
      'cts',
      'cps',
      'photon/s',
      'ph/(s cm2)',
    ],
    ...[
      'erg/s/cm2/Hz',
      'erg/(s cm2 Angstrom)',
      '10**(-20)*erg/s/cm**2/Angstrom',
      '1e-20 erg s**-1 cm**-2 Angstrom**-1',
    ],
    ...['W m-2 Hz-1', 'W/m^2', 'photoelectrons', ' nJy '],
  ],
  brightness: [
    ...[
      'MJy/sr',
      'MJy sr-1',
      'Jy/beam',
      'JY/BEAM',
      'mJy/beam',
      'Jy beam**-1',
      'Jy/arcsec2',
      'Jy/arcsec^2',
      'nJy arcsec-2',
    ],
    ...[
      'erg/s/cm2/arcsec2',
      'erg s-1 cm-2 arcsec**(-2)',
      'electron/(s arcsec2)',
      'nW m-2 sr-1',
      'W/m2/sr',
      'counts/s/arcmin2',
    ],
    ...['K', 'mK', 'uK', 'K_CMB', 'mK_RJ', 'K km/s', 'Kelvin', 'nanomaggy/arcsec^2'],
  ],
  logarithmic: [
    'mag',
    'mag/arcsec2',
    'mag arcsec-2',
    'ABmag',
    'mag(AB)',
    'STmag',
    'log(Jy)',
    'dex',
    'dB',
    'magnitude',
  ],
  unknown: [
    ...[
      '',
      'nJy**2',
      'furlong',
      'arcsec',
      's',
      'adu/arcsec',
      'nJy/pixel2',
      'MJy/sr2',
      'count/pixel/arcsec2',
      'sigma',
    ],
    ...[
      'nJy)',
      '(((',
      'm',
      '1',
      'pixel',
      '/',
      'nJy adu',
      '%',
      'nJy*sr',
      'MJy/sr/pixel',
      'Solar',
      'a'.repeat(70),
    ],
  ],
};

it.each(Object.entries(units))('of %s', (kind, all) => {
  expect(
    all.filter((unit) => pixelUnitKind(unit) !== kind).map((unit) => [unit, pixelUnitKind(unit)]),
  ).toEqual([]);
});

it('of no unit are unknown', () => {
  expect(pixelUnitKind(null)).toBe('unknown');
});
