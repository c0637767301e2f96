/** What a row of a stack says without its pixels: every column declared once, for FITS and VOTable alike. */
import { pixelScale, type StackRow } from './row.ts';

/** FITS letters: double, float, 32 and 64 bits, text. */
export type ColumnForm = 'D' | 'E' | 'J' | 'K' | 'A';
export type Cell = number | string | null | undefined;

export interface Column {
  readonly name: string;
  readonly form: ColumnForm;
  readonly unit?: string;
  readonly ucd: string;
  readonly description: string;
  readonly value: (row: StackRow, context: RowContext) => Cell;
}

export interface RowContext {
  /** Side of the stamps, pixels. */
  readonly size: number;
  /** The address of a cutout of the same piece of sky; absent where no service is known. */
  readonly link: ((row: StackRow) => string) | undefined;
}

/** Whole numbers that are not known; visits and detectors are never negative. */
export const NULL_INTEGER = -1;

const FWHM = 2 * Math.sqrt(2 * Math.log(2));

/** Full width at half maximum of the Gaussian with the area of the PSF's moments, arc seconds. */
function fwhm({ psf, place }: StackRow): number | null {
  const area = psf ? psf.ixx * psf.iyy - psf.ixy * psf.ixy : 0;
  return area > 0 ? FWHM * area ** 0.25 * pixelScale(place) : null;
}

const cd = (n: 0 | 1 | 2 | 3) => (row: StackRow) => row.place.cd[n];

const column = (
  name: string,
  form: ColumnForm,
  unit: string,
  ucd: string,
  description: string,
  value: Column['value'],
): Column => ({ name, form, ...(unit && { unit }), ucd, description, value });

const wcs = 'Linear WCS of the stamp';

/** Positions in pixels count from 0 at the centre of the first pixel, but for CRPIX, which FITS counts from 1. */
export const columns: readonly Column[] = [
  column('ID', 'A', '', 'meta.id;meta.dataset', 'Publisher ID of the dataset', (row) => row.dataset.id),
  column('VISIT', 'K', '', 'meta.id;obs', 'Visit', (row) => row.dataset.observation.visit),
  column('DETECTOR', 'J', '', 'meta.id;instr.det', 'Detector', (row) => row.dataset.observation.detector),
  column('BAND', 'A', '', 'instr.bandpass', 'Band', (row) => row.dataset.observation.band),
  column(
    'FILTER',
    'A',
    '',
    'instr.filter',
    'Filter as the file names it',
    (row) => row.dataset.observation.filter,
  ),
  column('MJD_TAI', 'D', 'd', 'time.epoch', 'Middle of the exposure, MJD, TAI', (row) => row.tai),
  column('MJD_UTC', 'D', 'd', 'time.epoch', 'Middle of the exposure, MJD, UTC', (row) => row.utc),
  column(
    'BJD_TDB',
    'D',
    'd',
    'time.epoch',
    'Middle of the exposure at the barycentre, JD, TDB',
    (row) => row.bjd,
  ),
  column(
    'EXPTIME',
    'D',
    's',
    'time.duration;obs.exposure',
    'Exposure time',
    (row) => row.dataset.observation.exptime,
  ),
  column('RA', 'D', 'deg', 'pos.eq.ra;meta.main', 'Position of the target, ICRS', (row) => row.ra),
  column('DEC', 'D', 'deg', 'pos.eq.dec;meta.main', 'Position of the target, ICRS', (row) => row.dec),
  column(
    'X_STAMP',
    'D',
    'pix',
    'pos.cartesian.x;instr.pixel',
    'Position in the stamp, 0-based',
    ({ place }) => place.x - place.originX,
  ),
  column(
    'Y_STAMP',
    'D',
    'pix',
    'pos.cartesian.y;instr.pixel',
    'Position in the stamp, 0-based',
    ({ place }) => place.y - place.originY,
  ),
  column(
    'X_PARENT',
    'D',
    'pix',
    'pos.cartesian.x;instr.pixel',
    'Position in the image, 0-based',
    ({ place }) => place.x,
  ),
  column(
    'Y_PARENT',
    'D',
    'pix',
    'pos.cartesian.y;instr.pixel',
    'Position in the image, 0-based',
    ({ place }) => place.y,
  ),
  column(
    'X0',
    'J',
    'pix',
    'pos.cartesian.x;instr.pixel',
    'First pixel of the stamp in the image, 0-based',
    ({ place }) => place.originX,
  ),
  column(
    'Y0',
    'J',
    'pix',
    'pos.cartesian.y;instr.pixel',
    'First pixel of the stamp in the image, 0-based',
    ({ place }) => place.originY,
  ),
  column(
    'ON_IMAGE',
    'J',
    '',
    'meta.code',
    '1: the position falls on the image; 0: the stamp alone does',
    ({ place }) => Number(place.state === 2),
  ),
  column('WCSAXES', 'J', '', 'meta.number', wcs, () => 2),
  column('CTYPE1', 'A', '', 'meta.code', wcs, () => 'RA---TAN'),
  column('CTYPE2', 'A', '', 'meta.code', wcs, () => 'DEC--TAN'),
  column('CUNIT1', 'A', '', 'meta.unit', wcs, () => 'deg'),
  column('CUNIT2', 'A', '', 'meta.unit', wcs, () => 'deg'),
  column(
    'CRPIX1',
    'D',
    'pix',
    'pos.wcs.crpix',
    'Linear WCS of the stamp, 1-based',
    ({ place }) => place.x - place.originX + 1,
  ),
  column(
    'CRPIX2',
    'D',
    'pix',
    'pos.wcs.crpix',
    'Linear WCS of the stamp, 1-based',
    ({ place }) => place.y - place.originY + 1,
  ),
  column('CRVAL1', 'D', 'deg', 'pos.wcs.crval', wcs, ({ place }) => place.crval[0]),
  column('CRVAL2', 'D', 'deg', 'pos.wcs.crval', wcs, ({ place }) => place.crval[1]),
  column('CD1_1', 'D', 'deg/pix', 'pos.wcs.cdmatrix', wcs, cd(0)),
  column('CD1_2', 'D', 'deg/pix', 'pos.wcs.cdmatrix', wcs, cd(1)),
  column('CD2_1', 'D', 'deg/pix', 'pos.wcs.cdmatrix', wcs, cd(2)),
  column('CD2_2', 'D', 'deg/pix', 'pos.wcs.cdmatrix', wcs, cd(3)),
  column('RADESYS', 'A', '', 'meta.code', wcs, () => 'ICRS'),
  column(
    'WCSERR',
    'D',
    'pix',
    'stat.error;pos.wcs',
    'Largest distance of the linear WCS from the full one',
    ({ place }) => place.wcsError,
  ),
  column('UNIT', 'A', '', 'meta.unit', 'Unit of the pixels', (row) => row.unit),
  column(
    'FLUXSCAL',
    'D',
    '',
    'phot.calib',
    'nJy per unit of the pixels, at the position',
    (row) => row.flux?.scale,
  ),
  column('FLUXSERR', 'D', '', 'stat.error;phot.calib', 'Error of FLUXSCAL', (row) => row.flux?.error),
  column(
    'PSF_FWHM',
    'E',
    'arcsec',
    'instr.obsty.seeing',
    'Width of the PSF at the position: 2.3548 det^(1/4)',
    fwhm,
  ),
  column(
    'PSF_IXX',
    'E',
    'pix**2',
    'instr.det.psf',
    'Second moment of the PSF at the position',
    (row) => row.psf?.ixx,
  ),
  column(
    'PSF_IYY',
    'E',
    'pix**2',
    'instr.det.psf',
    'Second moment of the PSF at the position',
    (row) => row.psf?.iyy,
  ),
  column(
    'PSF_IXY',
    'E',
    'pix**2',
    'instr.det.psf',
    'Second moment of the PSF at the position',
    (row) => row.psf?.ixy,
  ),
  column('AIRMASS', 'E', '', 'obs.airMass', 'Airmass', (row) => row.dataset.observation.airmass),
  column('CUTOUT', 'A', '', 'meta.ref.url', 'A cutout of this place from this dataset', (row, { link }) =>
    link?.(row),
  ),
];

/** The unit of a variance. */
export function squared(unit: string): string {
  return /^[A-Za-z]+$/.test(unit) ? `${unit}2` : `(${unit})**2`;
}
