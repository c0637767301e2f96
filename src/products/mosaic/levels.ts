/** What the inputs of a mosaic weigh, and what is added to them so that they agree. */
import type { EngineRequest } from '../../engine/engine.ts';
import type { MosaicPlan } from '../../engine/mosaic-native.ts';
import type { MosaicRequest } from '../../vo/mosaic.ts';
import type { Level, PlannedInput } from './tables.ts';

/** Cells along the side of an ordinary input, and along that of the largest. */
const CELLS = 48;
const MOST_CELLS = 256;

/** The side of the cells in which inputs are compared: the same for all, or they could not be. */
function cellOf(inputs: readonly PlannedInput[]): number {
  const sides = inputs.flatMap(({ placement: { box } }) => (box ? [[box.x1 - box.x0, box.y1 - box.y0]] : []));
  const least = sides.map((side) => Math.min(...side)).sort((a, b) => a - b);
  const ordinary = Math.floor((least[least.length >> 1] ?? 1) / CELLS);
  const largest = Math.ceil(Math.max(1, ...sides.flat()) / MOST_CELLS);
  return Math.max(4, ordinary, largest);
}

/** Reads all of the inputs' parts of the mosaic once, if weights of inverse variance or backgrounds are wanted. An input that cannot be read is neutral; STATUS will tell. */
export async function measureLevels(
  request: EngineRequest,
  plan: MosaicPlan,
  inputs: readonly PlannedInput[],
  { background, combine }: MosaicRequest,
): Promise<Level[]> {
  const weighed = combine === 'weighted' || combine === 'clipped';
  if (!weighed && background === 'none') return inputs.map(() => ({ weight: 1, offset: 0 }));
  const cell = cellOf(inputs);
  const skies = await Promise.all(
    inputs.map(async ({ dataset: { layout, sources, seek }, placement: { box, code }, scale }) => {
      if (!box || code !== undefined) return undefined;
      const input = { ...{ layout, sources, number: 1, scale, box }, ...(seek && { seek }) };
      const task = { frame: plan.frame, input, cell };
      return request.run({ kind: 'mosaic-sky', task } as const);
    }),
  );
  const offsets =
    background === 'match'
      ? await request.run({ kind: 'mosaic-match', skies: skies.map((sky) => sky ?? null) } as const)
      : [];
  return skies.map((sky, at) => ({
    weight: weighed && sky?.variance ? 1 / sky.variance : 1,
    offset: offsets[at] ?? 0,
  }));
}
