/** Light curves. */
import { BAND_FACTS, type Band } from './bands.ts';

export interface Variability {
  readonly kind: 'rrlyrae' | 'sinusoid';
  /** Days. */
  readonly period: number;
  /** Peak to peak in g, magnitudes. */
  readonly amplitude: number;
  /** Fraction of a period at MJD (TAI) 60000. */
  readonly phase: number;
}

const EPOCH = 60000;

/** Magnitudes fainter than the mean flux at a time: what simulated images and the truth's light curves both use. */
export function dimming(v: Variability, band: Band, mjdTai: number): number {
  const amplitude = v.amplitude * Math.min(1.2, 480 / BAND_FACTS[band].wavelength);
  const turn = (mjdTai - EPOCH) / v.period + v.phase;
  const phase = turn - Math.floor(turn);
  if (v.kind === 'sinusoid') return 0.5 * amplitude * Math.sin(2 * Math.PI * phase);
  // A quick rise over a seventh of the period, then a slow decline.
  const rise = 1 / 7;
  return amplitude * (phase < rise ? 0.5 - phase / rise : (phase - rise) / (1 - rise) - 0.5);
}

/** The factor on the mean flux. */
export function brightness(v: Variability | undefined, band: Band, mjdTai: number): number {
  return v ? 10 ** (-0.4 * dimming(v, band, mjdTai)) : 1;
}
