/**
 * A region of sky somebody asked for, ICRS degrees.
 * `values`: circle `lon lat radius`; polygon `lon lat lon lat …`; range `lon1 lon2 lat1 lat2` (may be infinite; lon1 > lon2 crosses 0h).
 * @example
 * ```ts
 * import type { Stencil } from 'vignet';
 *
 * const circle: Stencil = { shape: 'circle', values: [150.2987, 2.38812, 0.01] };
 * ```
 */
export interface Stencil {
  readonly shape: 'circle' | 'polygon' | 'range';
  readonly values: readonly number[];
}

/**
 * A half-open pixel rectangle of a plane, 0-based.
 * @example
 * ```ts
 * import type { Box } from 'vignet';
 *
 * const sizeOf = ({ x0, y0, x1, y1 }: Box) => [x1 - x0, y1 - y0];
 * ```
 */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/**
 * Which planes a cutout carries.
 * @example
 * ```ts
 * import { type Detail, parsePos } from 'vignet';
 *
 * const detail: Detail = 'MaskedImage';
 * const request = { stencil: parsePos('CIRCLE 150.2987 2.38812 0.01'), detail };
 * ```
 */
export type Detail = 'Image' | 'MaskedImage' | 'Exposure';
