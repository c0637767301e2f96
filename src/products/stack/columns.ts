/** What a row of a stack says without its pixels: every column declared once, for FITS and VOTable alike. */

import { isWhole } from '../../base/cells.ts';
import type { Column, ColumnType, SystemId } from '../../base/column.ts';
import { pixelScale, type StackRow } from './row.ts';

export interface StackColumn extends Column {
  readonly value: (row: StackRow, context: RowContext) => number | string | null | undefined;
}

export interface RowContext {
  /** Side of the stamps, pixels. */
  readonly size: number;
  /** Addresses of cutouts of the same pieces of sky; absent where no service is known. */
  readonly links: ReadonlyMap<StackRow, string> | undefined;
}

/** Whole numbers that are not known; visits and detectors are never negative. */
const NULL_INTEGER = -1;

const FWHM = 2 * Math.sqrt(2 * Math.log(2));

/** Full width at half maximum of the Gaussian with the area of the PSF's moments, arc seconds. */
function fwhm({ psf, place }: StackRow): number | null {
  const area = psf ? psf.ixx * psf.iyy - psf.ixy * psf.ixy : 0;
  return area > 0 ? FWHM * area ** 0.25 * pixelScale(place) : null;
}

const cd = (n: 0 | 1 | 2 | 3) => (row: StackRow) => row.place.cd[n];

const systems: Readonly<Record<string, SystemId>> = {
  MJD_TAI: 'mjd_tai',
  MJD_UTC: 'mjd_utc',
  BJD_TDB: 'bjd_tdb',
  RA: 'icrs',
  DEC: 'icrs',
};

const column = (
  name: string,
  type: ColumnType,
  unit: string,
  ucd: string,
  description: string,
  value: StackColumn['value'],
): StackColumn => ({
  ...{ name, type, ucd, description, value },
  unit: unit || undefined,
  ref: systems[name],
  null: isWhole(type) ? NULL_INTEGER : undefined,
});

const wcs = 'Linear WCS of the stamp';

/** Positions in pixels count from 0 at the centre of the first pixel, but for CRPIX, which FITS counts from 1. */
export const columns: readonly StackColumn[] = [
  column('ID', 'char', '', 'meta.id;meta.dataset', 'Publisher ID of the dataset', (row) => row.dataset.id),
  column('VISIT', 'long', '', 'meta.id;obs', 'Visit', (row) => row.dataset.observation.visit),
  column('DETECTOR', 'int', '', 'meta.id;instr.det', 'Detector', (row) => row.dataset.observation.detector),
  column('BAND', 'char', '', 'instr.bandpass', 'Band', (row) => row.dataset.observation.band),
  column(
    'FILTER',
    'char',
    '',
    'instr.filter',
    'Filter as the file names it',
    (row) => row.dataset.observation.filter,
  ),
  column('MJD_TAI', 'double', 'd', 'time.epoch', 'Middle of the exposure, MJD, TAI', (row) => row.tai),
  column('MJD_UTC', 'double', 'd', 'time.epoch', 'Middle of the exposure, MJD, UTC', (row) => row.utc),
  column(
    'BJD_TDB',
    'double',
    'd',
    'time.epoch',
    'Middle of the exposure at the barycentre, JD, TDB',
    (row) => row.bjd,
  ),
  column(
    'EXPTIME',
    'double',
    's',
    'time.duration;obs.exposure',
    'Exposure time',
    (row) => row.dataset.observation.exptime,
  ),
  column('RA', 'double', 'deg', 'pos.eq.ra;meta.main', 'Position of the target, ICRS', (row) => row.ra),
  column('DEC', 'double', 'deg', 'pos.eq.dec;meta.main', 'Position of the target, ICRS', (row) => row.dec),
  column(
    'X_STAMP',
    'double',
    'pix',
    'pos.cartesian.x;instr.pixel',
    'Position in the stamp, 0-based',
    ({ place }) => place.x - place.originX,
  ),
  column(
    'Y_STAMP',
    'double',
    'pix',
    'pos.cartesian.y;instr.pixel',
    'Position in the stamp, 0-based',
    ({ place }) => place.y - place.originY,
  ),
  column(
    'X_PARENT',
    'double',
    'pix',
    'pos.cartesian.x;instr.pixel',
    'Position in the image, 0-based',
    ({ place }) => place.x,
  ),
  column(
    'Y_PARENT',
    'double',
    'pix',
    'pos.cartesian.y;instr.pixel',
    'Position in the image, 0-based',
    ({ place }) => place.y,
  ),
  column(
    'X0',
    'int',
    'pix',
    'pos.cartesian.x;instr.pixel',
    'First pixel of the stamp in the image, 0-based',
    ({ place }) => place.originX,
  ),
  column(
    'Y0',
    'int',
    'pix',
    'pos.cartesian.y;instr.pixel',
    'First pixel of the stamp in the image, 0-based',
    ({ place }) => place.originY,
  ),
  column(
    'ON_IMAGE',
    'int',
    '',
    'meta.code',
    '1: the position falls on the image; 0: the stamp alone does',
    ({ place }) => Number(place.state === 2),
  ),
  column('WCSAXES', 'int', '', 'meta.number', wcs, () => 2),
  column('CTYPE1', 'char', '', 'meta.code', wcs, () => 'RA---TAN'),
  column('CTYPE2', 'char', '', 'meta.code', wcs, () => 'DEC--TAN'),
  column('CUNIT1', 'char', '', 'meta.unit', wcs, () => 'deg'),
  column('CUNIT2', 'char', '', 'meta.unit', wcs, () => 'deg'),
  column(
    'CRPIX1',
    'double',
    'pix',
    'pos.wcs.crpix',
    'Linear WCS of the stamp, 1-based',
    ({ place }) => place.x - place.originX + 1,
  ),
  column(
    'CRPIX2',
    'double',
    'pix',
    'pos.wcs.crpix',
    'Linear WCS of the stamp, 1-based',
    ({ place }) => place.y - place.originY + 1,
  ),
  column('CRVAL1', 'double', 'deg', 'pos.wcs.crval', wcs, ({ place }) => place.crval[0]),
  column('CRVAL2', 'double', 'deg', 'pos.wcs.crval', wcs, ({ place }) => place.crval[1]),
  column('CD1_1', 'double', 'deg/pix', 'pos.wcs.cdmatrix', wcs, cd(0)),
  column('CD1_2', 'double', 'deg/pix', 'pos.wcs.cdmatrix', wcs, cd(1)),
  column('CD2_1', 'double', 'deg/pix', 'pos.wcs.cdmatrix', wcs, cd(2)),
  column('CD2_2', 'double', 'deg/pix', 'pos.wcs.cdmatrix', wcs, cd(3)),
  column('RADESYS', 'char', '', 'meta.code', wcs, () => 'ICRS'),
  column(
    'WCSERR',
    'double',
    'pix',
    'stat.error;pos.wcs',
    'Largest distance of the linear WCS from the full one',
    ({ place }) => place.wcsError,
  ),
  column('UNIT', 'char', '', 'meta.unit', 'Unit of the pixels', (row) => row.unit),
  column(
    'FLUXSCAL',
    'double',
    '',
    'phot.calib',
    'nJy per unit of the pixels, at the position',
    (row) => row.flux?.scale,
  ),
  column('FLUXSERR', 'double', '', 'stat.error;phot.calib', 'Error of FLUXSCAL', (row) => row.flux?.error),
  column(
    'PSF_FWHM',
    'float',
    'arcsec',
    'instr.obsty.seeing',
    'Width of the PSF at the position: 2.3548 det^(1/4)',
    fwhm,
  ),
  column(
    'PSF_IXX',
    'float',
    'pix**2',
    'instr.det.psf',
    'Second moment of the PSF at the position',
    (row) => row.psf?.ixx,
  ),
  column(
    'PSF_IYY',
    'float',
    'pix**2',
    'instr.det.psf',
    'Second moment of the PSF at the position',
    (row) => row.psf?.iyy,
  ),
  column(
    'PSF_IXY',
    'float',
    'pix**2',
    'instr.det.psf',
    'Second moment of the PSF at the position',
    (row) => row.psf?.ixy,
  ),
  column(
    'APCORR',
    'float',
    '',
    'arith.factor;phot.flux',
    'Aperture correction: all light of a point source is APFLUX times this',
    ({ psf }) => (psf?.enclosed === undefined ? null : 1 / psf.enclosed),
  ),
  column('AIRMASS', 'float', '', 'obs.airMass', 'Airmass', (row) => row.dataset.observation.airmass),
  column('CUTOUT', 'char', '', 'meta.ref.url', 'A cutout of this place from this dataset', (row, { links }) =>
    links?.get(row),
  ),
];

/** The unit of a variance. */
export function squared(unit: string): string {
  return /^[A-Za-z]+$/.test(unit) ? `${unit}2` : `(${unit})**2`;
}
