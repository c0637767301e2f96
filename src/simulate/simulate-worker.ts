/** One file at a time, in a thread of its own. */
import { type PlainError, plainError } from '../base/to-vignet-error.ts';
import type { Calibration } from './calibrations.ts';
import type { Dataset } from './datasets.ts';
import type { SimulationWritten } from './native.ts';
import type { Settings } from './options.ts';
import { renderCalibration, renderDataset } from './render.ts';
import { Sky } from './sources.ts';

export interface Order {
  readonly item: Dataset | Calibration;
  readonly settings: Settings;
  readonly out: string;
}

export type Outcome = { readonly written: SimulationWritten } | { readonly error: PlainError };

let held: { readonly key: string; readonly sky: Sky } | undefined;

/** The sky of these settings; kept, because orders come by the hundred with the same. */
function skyOf({ seed, density, variables }: Settings): Sky {
  const key = JSON.stringify([seed, density, variables]);
  if (held?.key !== key) held = { key, sky: new Sky({ seed, density, variables }) };
  return held.sky;
}

/** Piscina's entry. Errors travel as values: their properties would be lost between threads. */
export default function work({ item, settings, out }: Order): Outcome {
  try {
    if ('validity' in item) return { written: renderCalibration(item, settings, out) };
    return { written: renderDataset(item, settings, skyOf(settings), out) };
  } catch (error) {
    return { error: plainError(error) };
  }
}
