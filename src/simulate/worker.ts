/** One file at a time, in a thread of its own. */
import type { Dataset } from './datasets.ts';
import type { SimulationWritten } from './native.ts';
import type { Settings } from './options.ts';
import { renderDataset } from './render.ts';
import { Sky } from './sources.ts';

export interface Order {
  readonly dataset: Dataset;
  readonly settings: Settings;
  readonly out: string;
}

let sky: Sky | undefined;

/** Piscina's entry: every order of one pool has the same settings, so the sky is kept. */
export default function work({ dataset, settings, out }: Order): SimulationWritten {
  sky ??= new Sky(settings);
  return renderDataset(dataset, settings, sky, out);
}
