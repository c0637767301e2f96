/** One observation in a stack: what is known of it before any pixel is read. */
import { native } from '../../addon/addon.ts';
import type { ReadableDataset } from '../../archive/dataset-search.ts';
import { isNanojansky, type PsfHere, photometryAt, psfAt } from '../../astronomy/observation.ts';
import { mjdUtcOfTai } from '../../astronomy/time.ts';
import type { VignetError } from '../../base/errors.ts';

/** Where the stamp lies; pixels of the image are 0-based. */
export interface StampPlace {
  readonly x: number;
  readonly y: number;
  /** 2: the position's pixel is in the image; 1: the stamp touches the image, the position does not. */
  readonly state: number;
  /** Of the stamp's first pixel. */
  readonly originX: number;
  readonly originY: number;
  readonly crval: readonly [number, number];
  /** CD1_1, CD1_2, CD2_1, CD2_2, degrees per pixel. */
  readonly cd: readonly [number, number, number, number];
  /** Largest error of the linear WCS in the stamp, pixels; NaN where part of the stamp is off the map. */
  readonly wcsError: number;
}

/** An image that may belong to the stack, and where the target is at its time. */
export interface Epoch {
  readonly dataset: ReadableDataset;
  /** ICRS degrees. */
  readonly ra: number;
  readonly dec: number;
  /** Why its files cannot be read. */
  readonly problem?: VignetError | undefined;
}

export interface StackRow extends Epoch {
  readonly place: StampPlace;
  /** Middle of the exposure, MJD. */
  readonly tai: number | null;
  readonly utc: number | null;
  readonly bjd: number | null;
  /** From the unit of the pixels as they are returned to nJy. */
  readonly flux: { readonly scale: number; readonly error: number | null } | null;
  /** IMAGE is multiplied by this. */
  readonly factor: number;
  /** Of the pixels as they are returned. */
  readonly unit: string | null;
  /** Pixels². */
  readonly psf: PsfHere | null;
}

/** `numbers`: of `locateStamps` for one layout. */
export function placeOf(numbers: Float64Array, size: number): StampPlace {
  const number = (at: number) => numbers[at] ?? NaN;
  const [x, y, half] = [number(0), number(1), Math.floor(size / 2)];
  return {
    x,
    y,
    state: number(2),
    originX: Math.floor(x + 0.5) - half,
    originY: Math.floor(y + 0.5) - half,
    crval: [number(3), number(4)],
    cd: [number(5), number(6), number(7), number(8)],
    wcsError: number(9),
  };
}

export function rowOf(epoch: Epoch, place: StampPlace, unit: 'native' | 'nJy'): StackRow {
  const { dataset, ra, dec } = epoch;
  const { tMid, site, photometry, psf, unit: nativeUnit } = dataset.observation;
  const [px, py] = [place.x + dataset.xy0[0], place.y + dataset.xy0[1]];
  const here = photometry
    ? photometryAt(photometry, px, py)
    : isNanojansky(nativeUnit)
      ? { scale: 1, error: null }
      : null;
  const scaled = unit === 'nJy' && here !== null;
  const relative = here?.error == null || here.scale === 0 ? null : here.error / Math.abs(here.scale);
  return {
    ...epoch,
    place,
    tai: tMid,
    utc: tMid === null ? null : mjdUtcOfTai(tMid),
    bjd: tMid === null ? null : (native.bjdTdb(tMid, ra, dec, site) ?? null),
    flux: scaled ? { scale: 1, error: relative } : here,
    factor: scaled ? here.scale : 1,
    unit: scaled ? 'nJy' : nativeUnit,
    psf: (psf && psfAt(psf, px, py)) ?? null,
  };
}

/** Side of a pixel at the position, arc seconds. */
export function pixelScale({ cd: [a, b, c, d] }: StampPlace): number {
  return 3600 * Math.sqrt(Math.abs(a * d - b * c));
}
