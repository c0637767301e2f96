/** The place of an image on the sky, as the catalog holds it. */
import { type LayoutInfo, native } from '../../engine/native.ts';

export interface Place {
  /** Degrees ICRS. */
  readonly ra: number | null;
  readonly dec: number | null;
  /** Diameter in degrees of a circle that holds the image. */
  readonly fov: number | null;
  readonly region: string | null;
  /** `wcs`: the footprint of the image's WCS. */
  readonly origin: string | null;
  readonly footprint: readonly number[] | null;
  readonly note: string | null;
}

const NOWHERE: Place = {
  ra: null,
  dec: null,
  fov: null,
  region: null,
  origin: null,
  footprint: null,
  note: null,
};

const degrees = (value: number) => String(Number(value.toFixed(9)));

/** STC-S of DALI: `POLYGON ICRS lon lat …`, nine decimals (4 µas). */
export function polygonText(footprint: readonly number[]): string {
  return `POLYGON ICRS ${footprint.map(degrees).join(' ')}`;
}

export function placeOf(info: LayoutInfo): Place {
  const { footprint, center, radius, wcsNote } = info;
  const note = wcsNote ?? null;
  if (!footprint || footprint.length < 6 || !center || !footprint.every(Number.isFinite))
    return { ...NOWHERE, note };
  try {
    // The index takes no footprint that this test does not.
    native.overlaps(footprint, { point: center });
  } catch (error) {
    return {
      ...NOWHERE,
      note: `${note === null ? '' : `${note}; `}no footprint: ${(error as Error).message}`,
    };
  }
  return {
    ra: center[0],
    dec: center[1],
    fov: radius === undefined ? null : 2 * radius,
    region: polygonText(footprint),
    origin: 'wcs',
    footprint,
    note,
  };
}
