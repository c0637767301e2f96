/** The addon's calls that make simulated files; `src/simulate/native.ts` types the specs. */

/** Simulated files. */
export interface SimulateCalls {
  /** Makes one simulated file; src/simulate/native.ts types the spec. `sources`: six numbers each. */
  simulateImage(
    spec: object,
    sources: Float64Array,
    subtracted?: Float64Array,
  ): { bytes: number; imageStep: number; varianceStep: number };
  /** Makes one calibration file. */
  simulateCalibration(spec: object): { bytes: number; imageStep: number; varianceStep: number };
}
