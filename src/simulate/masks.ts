/** Mask dictionaries: which plane is which bit differs from run to run, as in life. */
const CLASSIC = ['BAD', 'SAT', 'INTRP', 'CR', 'EDGE', 'DETECTED', 'DETECTED_NEGATIVE', 'SUSPECT', 'NO_DATA'];

const DICTIONARIES = {
  early: [...CLASSIC, 'CROSSTALK', 'NOT_DEBLENDED', 'UNMASKEDNAN', 'VIGNETTED', 'STREAK'],
  // Alphabetical, with newer planes and without STREAK.
  late: [
    ...['BAD', 'CR', 'CROSSTALK', 'DETECTED', 'DETECTED_NEGATIVE', 'EDGE', 'INTRP', 'ITL_DIP', 'NO_DATA'],
    ...['NOT_DEBLENDED', 'PARTLY_VIGNETTED', 'SAT', 'SPIKE', 'SUSPECT', 'UNMASKEDNAN', 'VIGNETTED'],
  ],
  coadd: [
    ...['NO_DATA', 'INTRP', 'CR', 'SAT', 'EDGE', 'DETECTED', 'BAD', 'SUSPECT', 'CLIPPED', 'REJECTED'],
    ...['INEXACT_PSF', 'SENSOR_EDGE', 'BRIGHT_OBJECT'],
  ],
  difference: [...CLASSIC, 'INJECTED', 'INJECTED_TEMPLATE', 'SAT_TEMPLATE', 'HIGH_VARIANCE', 'STREAK'],
} as const;

export type Dictionary = keyof typeof DICTIONARIES;

/** Plane name to bit number. */
export function maskBits(dictionary: Dictionary): Record<string, number> {
  return Object.fromEntries(DICTIONARIES[dictionary].map((name, bit) => [name, bit]));
}
