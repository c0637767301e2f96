/** Points of the track of a moving target, as somebody gives them. */

/** Scales of time that epochs may be in. */
export type EpochScale = 'UTC' | 'TAI' | 'TT';

export interface TrackPoint {
  /** MJD. */
  readonly epoch: number;
  readonly scale: EpochScale;
  /** ICRS degrees, as seen from the telescope. */
  readonly ra: number;
  readonly dec: number;
}
