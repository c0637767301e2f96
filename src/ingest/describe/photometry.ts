/** From pixel values to nJy. */

import type { ExposureInfo, PlaneInfo } from '../../addon/layout.ts';
import { type ChebyshevField, fieldAt, type Photometry } from '../../astronomy/observation.ts';
import { type Cards, numberOf, textOf } from './cards.ts';
import { at, fieldsAt, type Tree } from './tree.ts';

/** Flux in nJy of AB magnitude 0: 10^((23 - 48.6 / 2.5) + 9) (Oke & Gunn 1983, ApJ 266, 713). */
const AB_ZERO = 10 ** 12.56;

/** nJy of the units that are flux densities already; a maggy is the flux of AB magnitude 0. */
const FLUX_UNITS: ReadonlyMap<string, number> = new Map([
  ['nJy', 1],
  ['uJy', 1e3],
  ['mJy', 1e6],
  ['Jy', 1e9],
  ['nanomaggy', AB_ZERO * 1e-9],
  ['nanomaggies', AB_ZERO * 1e-9],
  ['nmgy', AB_ZERO * 1e-9],
  ['maggy', AB_ZERO],
]);

const known = (error: number | undefined) => (error !== undefined && error > 0 ? error : null);

/** FLUXMAG0 of afw's files before EXPINFO_V = 1: pixel value of AB magnitude 0. */
function ofFluxMag0(cards: Cards): Photometry | undefined {
  const zero = numberOf(cards, 'FLUXMAG0');
  if (zero === undefined || zero <= 0 || (numberOf(cards, 'EXPINFO_V') ?? 0) >= 1) return undefined;
  const scale = AB_ZERO / zero;
  const error = numberOf(cards, 'FLUXMAG0ERR');
  return { scale, error: known(error === undefined ? undefined : (scale * error) / zero) };
}

/**
 * MAGZERO of NOIRLab's community pipelines: AB magnitude of one BUNIT; MAGZERO1 is the CCD's own, whatever its number. MAGZSIG is the
 * scatter of the stars it was found with: a bound rather than the error.
 */
function ofMagZero(cards: Cards): Photometry | undefined {
  if (!/^success/i.test(textOf(cards, 'PHOTCAL') ?? '')) return undefined;
  const zero = numberOf(cards, 'MAGZERO1', 'MAGZERO');
  if (zero === undefined || zero < 10 || zero > 40) return undefined;
  const scale = AB_ZERO * 10 ** (-0.4 * zero);
  const scatter = numberOf(cards, numberOf(cards, 'MAGZERO1') === undefined ? 'MAGZSIG' : 'MAGZSIG1');
  return { scale, error: known(scatter === undefined ? undefined : scale * 0.4 * Math.LN10 * scatter) };
}

/** A product of fields with its value in the middle of the image as the scale. */
function varying(
  fields: readonly ChebyshevField[],
  { width, height, xy0 }: PlaneInfo,
): Photometry | undefined {
  const [x, y] = [xy0[0] + (width - 1) / 2, xy0[1] + (height - 1) / 2];
  const scale = fields.reduce((product, field) => product * fieldAt(field, x, y), 1);
  return Number.isFinite(scale) && scale > 0 ? { scale, error: null, fields } : undefined;
}

/** The scaling of an lsst.images file whose pixels are still in the instrument's unit. */
function ofTree(tree: Tree, unit: string | null, plane: PlaneInfo): Photometry | undefined {
  const found = fieldsAt(at(tree, 'photometric_scaling'));
  if (!found || unit === null || found.unit?.replaceAll(' ', '') !== `nJy/${unit}`) return undefined;
  return varying(found.fields, plane);
}

/** Null when nothing is known; raw images have no calibration of their own. */
export function photometryOf(
  cards: Cards,
  exposure: ExposureInfo,
  tree: Tree | undefined,
  unit: string | null,
  plane: PlaneInfo,
): Photometry | null {
  const flux = unit === null ? undefined : FLUX_UNITS.get(unit);
  const calib = exposure.photometry;
  if (flux !== undefined) return { scale: flux, error: calib?.scale === flux ? known(calib.error) : null };
  if (calib) {
    const { scale, error, fields } = calib;
    return { scale, error: known(error), ...(fields.length > 0 && { fields }) };
  }
  return (tree && ofTree(tree, unit, plane)) ?? ofFluxMag0(cards) ?? ofMagZero(cards) ?? null;
}
