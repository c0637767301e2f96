/**
 * A region of sky somebody asked for, ICRS degrees.
 * `values`: circle `lon lat radius`; polygon `lon lat lon lat …`; range `lon1 lon2 lat1 lat2` (may be infinite; lon1 > lon2 crosses 0h).
 */
export interface Stencil {
  readonly shape: 'circle' | 'polygon' | 'range';
  readonly values: readonly number[];
}

/** A half-open pixel rectangle of a plane, 0-based. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Which planes a cutout carries. */
export type Detail = 'Image' | 'MaskedImage' | 'Exposure';
