/** The place of an image on the sky, as the catalog holds it. */
import { native } from '../../addon/addon.ts';
import type { LayoutInfo } from '../../addon/layout.ts';
import type { SearchRegion } from '../source.ts';

export interface Place {
  /** Degrees ICRS. */
  readonly ra: number | null;
  readonly dec: number | null;
  /** Diameter in degrees of a circle that holds the image. */
  readonly fov: number | null;
  readonly region: string | null;
  /** `wcs`: the footprint of the image's WCS; `butler`: where a Butler says that it may be found. */
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

/** Nine decimals. Rounding by arithmetic is ten times as fast, and gives the same where it is clear. */
function degrees(value: number): string {
  const scaled = value * 1e9;
  const rounded = Math.round(scaled);
  const isClear = Math.abs(Math.abs(scaled - rounded) - 0.5) > 1e-3;
  return String(isClear ? rounded / 1e9 : Number(value.toFixed(9)));
}

/** STC-S: `POLYGON ICRS lon lat …`, nine decimals (4 µas); `CIRCLE ICRS lon lat radius` for images too wide for a polygon. */
export function regionText(footprint: readonly number[]): string {
  return `${footprint.length === 3 ? 'CIRCLE' : 'POLYGON'} ICRS ${footprint.map(degrees).join(' ')}`;
}

/** By the WCS of the image; without one, by the region in which a Butler searches for it. */
export function placeOf(info: LayoutInfo, search?: SearchRegion): Place {
  const { footprint, center, radius, wcsNote } = info;
  const note = wcsNote ?? null;
  if (footprint && footprint.length >= 3 && center && footprint.every(Number.isFinite))
    return checked({ footprint, center, radius, origin: 'wcs', note });
  if (!search) return { ...NOWHERE, note };
  const said = `${note ?? 'the header has no celestial WCS'}; its region is the one in which the Butler searches for it`;
  return checked({ ...search, origin: 'butler', note: said });
}

interface Outline {
  readonly footprint: readonly number[];
  readonly center: readonly [number, number];
  readonly radius: number | undefined;
  readonly origin: string;
  readonly note: string | null;
}

/** The index takes no footprint that this test does not. */
function checked({ footprint, center, radius, origin, note }: Outline): Place {
  try {
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
    region: regionText(footprint),
    origin,
    footprint,
    note,
  };
}
