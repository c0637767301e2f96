/** What differs from band to band: throughput, sky and seeing of a Rubin-like telescope (after SMTN-002). */
export const BANDS = ['u', 'g', 'r', 'i', 'z', 'y'] as const;
export type Band = (typeof BANDS)[number];

export interface BandFacts {
  readonly physicalFilter: string;
  /** AB magnitude of a source that gives one electron a second, at the zenith. */
  readonly zeroPoint: number;
  /** Dark sky, AB magnitudes per square arc second. */
  readonly sky: number;
  /** Median seeing at the zenith, FWHM in arc seconds. */
  readonly seeing: number;
  /** Effective wavelength, nm. */
  readonly wavelength: number;
}

export const BAND_FACTS: Readonly<Record<Band, BandFacts>> = {
  u: { physicalFilter: 'u_24', zeroPoint: 26.52, sky: 22.95, seeing: 0.92, wavelength: 368 },
  g: { physicalFilter: 'g_6', zeroPoint: 28.51, sky: 22.24, seeing: 0.87, wavelength: 480 },
  r: { physicalFilter: 'r_57', zeroPoint: 28.36, sky: 21.2, seeing: 0.83, wavelength: 622 },
  i: { physicalFilter: 'i_39', zeroPoint: 28.17, sky: 20.47, seeing: 0.8, wavelength: 754 },
  z: { physicalFilter: 'z_20', zeroPoint: 27.78, sky: 19.6, seeing: 0.78, wavelength: 869 },
  y: { physicalFilter: 'y_10', zeroPoint: 26.82, sky: 18.63, seeing: 0.76, wavelength: 971 },
};

export function isBand(name: string): name is Band {
  return (BANDS as readonly string[]).includes(name);
}

/** nJy of an AB magnitude. */
export function fluxOf(magnitude: number): number {
  return 10 ** (0.4 * (31.4 - magnitude));
}
