/** Where the stamps of many images lie: asked of the pool in batches. */

import { placeColumns } from '../../addon/stack.ts';
import type { Engine, EngineRequest, RequestOptions } from '../../engine/engine.ts';
import { locateTask } from '../../engine/tasks/locate.ts';
import { type Epoch, pixelScale, placeOf, type StampPlace } from './row.ts';

/** Layouts in one task: some milliseconds of work. */
const BATCH = 64;

async function locateBatch(
  request: EngineRequest,
  batch: readonly Epoch[],
  size: number,
): Promise<StampPlace[]> {
  const layouts = batch.map(({ dataset }) => dataset.layout);
  const positions = new Float64Array(2 * batch.length);
  batch.forEach(({ ra, dec }, n) => {
    positions.set([ra, dec], 2 * n);
  });
  const { rows } = await request.run(locateTask, { layouts, positions, size });
  const width = placeColumns.length;
  return batch.map((_, n) => placeOf(rows.subarray(n * width, (n + 1) * width), size));
}

export interface Located {
  readonly size: number;
  /** One per epoch. */
  readonly places: readonly StampPlace[];
}

/** Places of stamps of `size` pixels. */
export async function locate(
  engine: Engine,
  epochs: readonly Epoch[],
  size: number,
  options: RequestOptions,
): Promise<Located> {
  const request = engine.request(options);
  try {
    const batches: Promise<StampPlace[]>[] = [];
    for (let from = 0; from < epochs.length; from += BATCH)
      batches.push(locateBatch(request, epochs.slice(from, from + BATCH), size));
    return { size, places: (await Promise.all(batches)).flat() };
  } finally {
    request.close();
  }
}

/** The same with the size that holds a circle of `radius` degrees in every image. */
export async function locateCircle(
  engine: Engine,
  epochs: readonly Epoch[],
  radius: number,
  most: number,
  options: RequestOptions,
): Promise<Located> {
  const first = await locate(engine, epochs, 1, options);
  const scales = first.places.filter(({ state }) => state >= 0).map(pixelScale);
  const smallest = Math.min(...scales.filter((scale) => scale > 0));
  const half = Number.isFinite(smallest) ? Math.ceil((radius * 3600) / smallest) : 0;
  const size = 2 * half + 1;
  return size > most ? { size, places: [] } : locate(engine, epochs, size, options);
}
