/** When and how the telescope looked: one visit is one exposure of the whole focal plane. */
import { BAND_FACTS, type Band } from './bands.ts';
import { PIXEL_SCALE, type Pointing } from './camera.ts';
import { Random } from './random.ts';
import { offset, type SkyPoint } from './sphere.ts';
import { dayObsOf, type Horizontal, horizontal } from './time.ts';

export interface Conditions {
  /** PSF full width at half maximum, arc seconds. */
  readonly fwhm: number;
  /** AB magnitude of one electron a second through this visit's air and clouds. */
  readonly zeroPoint: number;
  /** Electrons per pixel of sky. */
  readonly sky: number;
  /** Seconds. */
  readonly exposure: number;
  /** Electrons. */
  readonly readNoise: number;
}

export interface Visit extends Conditions, Pointing {
  readonly id: number;
  readonly band: Band;
  readonly run: string;
  /** Middle of the exposure, TAI. */
  readonly mjd: number;
  readonly airmass: number;
  readonly pointing: Horizontal;
}

export const EXPOSURE = 30;
export const READ_NOISE = 6;

/** Seconds in which charge gathers without light too. */
export const darkTimeOf = ({ exposure }: Pick<Conditions, 'exposure'>): number => exposure + 0.5;

/** nJy of one electron. */
export function unitsPerElectron(c: Pick<Conditions, 'zeroPoint' | 'exposure'>): number {
  return 10 ** (0.4 * (31.4 - c.zeroPoint)) / c.exposure;
}

/** Electrons per pixel of a sky of so many magnitudes per square arc second. */
export function skyElectrons(magnitude: number, zeroPoint: number, exposure: number): number {
  return 10 ** (-0.4 * (magnitude - zeroPoint)) * exposure * PIXEL_SCALE ** 2;
}

export interface Survey {
  readonly seed: number;
  readonly center: SkyPoint;
  readonly bands: readonly Band[];
  readonly count: number;
  readonly years: number;
  /** Largest dither from the centre, degrees. */
  readonly dither: number;
  /** Sets one survey's visits apart from another's of the same seed. */
  readonly label: string;
  /** How the names of its runs begin. */
  readonly root: string;
}

const FIRST_NIGHT = 60980; // 2025-11-01

/** The visits of a survey in order of time; every band gets its share. */
export function visitsOf(survey: Survey): Visit[] {
  const times = Array.from({ length: survey.count }, (_, i) => nightTime(survey, i)).sort((a, b) => a - b);
  return times.map((mjd, i) => visitAt(survey, mjd, i));
}

/** A time of night when the field is near the meridian: the hour angle is drawn and nights that do not fit are drawn again. */
function nightTime(survey: Survey, index: number): number {
  const random = new Random(survey.seed, survey.label, 'time', index);
  for (let tries = 0; ; tries++) {
    const mjd =
      FIRST_NIGHT + Math.floor(random.between(0, 365.25 * survey.years)) + random.between(0.02, 0.38);
    const { altitude } = horizontal(survey.center, mjd);
    if (altitude > 35 || tries > 2000) return Math.round(mjd * 86400e3) / 86400e3;
  }
}

function visitAt(survey: Survey, mjd: number, index: number): Visit {
  const random = new Random(survey.seed, survey.label, 'visit', index);
  const band = survey.bands[index % survey.bands.length] as Band;
  const facts = BAND_FACTS[band];
  const center = offset(survey.center, random.between(0, 360), survey.dither * Math.sqrt(random.uniform()));
  const pointing = horizontal(center, mjd);
  const airmass = 1 / Math.max(0.2, Math.sin((pointing.altitude * Math.PI) / 180));
  const clouds = Math.abs(0.06 * random.normal()) + 0.1 * (airmass - 1);
  const zeroPoint = facts.zeroPoint - clouds;
  const skyMagnitude = facts.sky - Math.abs(0.35 * random.normal());
  return {
    id: dayObsOf(mjd) * 100000 + index + 1,
    band,
    run: `${survey.root}/${mjd < FIRST_NIGHT + 365.25 * 0.5 * survey.years ? 'early' : 'late'}`,
    mjd,
    airmass,
    pointing,
    center,
    rotation: random.between(0, 360),
    fwhm: facts.seeing * airmass ** 0.6 * Math.exp(0.12 * random.normal()),
    zeroPoint,
    sky: skyElectrons(skyMagnitude, zeroPoint, EXPOSURE),
    exposure: EXPOSURE,
    readNoise: READ_NOISE,
  };
}
