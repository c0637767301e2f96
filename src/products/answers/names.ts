/** Words of file names: where an answer lies and how large it is, so that two answers of one dataset have two names. */
import type { Stencil } from '../../base/sky.ts';

/** "150.29870p2.38812": ICRS degrees; the sign of the declination is a letter, which every file system takes. */
export function positionName(ra: number, dec: number): string {
  return `${ra.toFixed(5)}${dec < 0 ? 'm' : 'p'}${Math.abs(dec).toFixed(5)}`;
}

/** The centre of a circle, the lower corner of a range, the first vertex of a polygon. */
export function stencilName(stencil: Stencil | undefined): string | undefined {
  if (!stencil) return undefined;
  const { shape, values } = stencil;
  const [ra, dec] = shape === 'range' ? [values[0], values[2]] : values;
  return ra === undefined || dec === undefined || !Number.isFinite(ra + dec)
    ? undefined
    : positionName(ra, dec);
}

/** Position, where it is known, and "51x40": columns by rows. */
export function placeNames(position: string | undefined, width: number, height: number): string[] {
  const size = `${width}x${height}`;
  return position === undefined ? [size] : [position, size];
}
