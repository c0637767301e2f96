/** From pixel values to nJy. */

import type { ExposureInfo, PlaneInfo } from '../../addon/layout.ts';
import { type ChebyshevField, fieldAt, type Photometry } from '../../astronomy/observation.ts';
import { type FileFacts, whyHolds } from '../survey/matching.ts';
import type { SurveyDescription } from '../survey/schema.ts';
import { type Cards, numberOf } from './cards.ts';
import { exposureOf } from './exposure-time.ts';
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

/** The AB zero point that a survey description names. Its error may be a scatter: a bound rather than the error. */
function ofZeroPoint({ cards, survey, file }: Calibrated): Photometry | undefined {
  for (const { when, card, value, error, perSecond } of survey.zeroPoint ?? []) {
    if (when && whyHolds(when, file) === undefined) continue;
    const zero = value ?? (card === undefined ? undefined : numberOf(cards, card));
    if (zero === undefined || zero < 10 || zero > 40) continue;
    const seconds = perSecond ? exposureOf(cards, survey) : 1;
    if (!seconds) continue;
    const scale = (AB_ZERO * 10 ** (-0.4 * zero)) / seconds;
    const scatter = error === undefined ? undefined : numberOf(cards, error);
    return { scale, error: known(scatter === undefined ? undefined : scale * 0.4 * Math.LN10 * scatter) };
  }
  return undefined;
}

/** Light's speed in Ångström per second. */
const LIGHT = 2.99792458e18;

/** STScI's: PHOTFLAM is erg/s/cm²/Å of one count per second, PHOTPLAM the pivot wavelength in Å. */
function ofPhotFlam({ cards, unit, survey }: Calibrated): Photometry | undefined {
  const [flam, pivot] = [numberOf(cards, 'PHOTFLAM'), numberOf(cards, 'PHOTPLAM')];
  const counts = /^(?:electrons?|counts?)(\s*\/\s*s(?:ec)?)?$/i.exec(unit ?? '');
  if (!counts || flam === undefined || pivot === undefined || !(flam > 0 && pivot > 0)) return undefined;
  const seconds = counts[1] === undefined ? exposureOf(cards, survey) : 1;
  return seconds ? { scale: ((flam * pivot * pivot) / LIGHT / seconds) * 1e32, error: null } : undefined;
}

/** Surface brightness, of pixels whose solid angle is known (JWST). */
function ofSurface({ cards, unit }: Calibrated): Photometry | undefined {
  const area = numberOf(cards, 'PIXAR_SR');
  if (unit?.replaceAll(' ', '') !== 'MJy/sr' || area === undefined || !(area > 0)) return undefined;
  return { scale: area * 1e15, error: null };
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

/** What is known of an image when its calibration is sought. */
export interface Calibrated {
  readonly cards: Cards;
  readonly exposure: ExposureInfo;
  readonly tree: Tree | undefined;
  readonly unit: string | null;
  readonly plane: PlaneInfo;
  readonly survey: SurveyDescription;
  readonly file: FileFacts;
}

/** Null when nothing is known; raw images have no calibration of their own. */
export function photometryOf(image: Calibrated): Photometry | null {
  const { cards, exposure, tree, unit, plane } = image;
  const flux = unit === null ? undefined : FLUX_UNITS.get(unit);
  const calib = exposure.photometry;
  if (flux !== undefined) return { scale: flux, error: calib?.scale === flux ? known(calib.error) : null };
  if (calib) {
    const { scale, error, fields } = calib;
    return { scale, error: known(error), ...(fields.length > 0 && { fields }) };
  }
  return (
    (tree && ofTree(tree, unit, plane)) ??
    ofFluxMag0(cards) ??
    ofZeroPoint(image) ??
    ofPhotFlam(image) ??
    ofSurface(image) ??
    null
  );
}
