/** The addon's call that makes a simulated file; `src/simulate/native.ts` types the spec. */

/** Simulated files. */
export interface SimulateCalls {
  /** Makes one simulated file; src/simulate/native.ts types the spec. `sources`: six numbers each. */
  simulateImage(
    spec: object,
    sources: Float64Array,
  ): { bytes: number; imageStep: number; varianceStep: number };
}
