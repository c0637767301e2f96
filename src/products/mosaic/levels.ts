/** What the inputs of a mosaic weigh, and what is added to them so that they agree. */

import type { MosaicPlan, MosaicSky } from '../../addon/mosaic.ts';
import { defined } from '../../base/defined.ts';
import { mapConcurrently } from '../../base/map-concurrently.ts';
import type { Box } from '../../base/sky.ts';
import type { EngineRequest } from '../../engine/engine.ts';
import { mosaicMatchTask } from '../../engine/tasks/mosaic-match.ts';
import { mosaicSkyTask } from '../../engine/tasks/mosaic-sky.ts';
import type { MosaicRequest } from '../../vo/mosaic/request.ts';
import { taskInput } from './place.ts';
import type { Level, PlannedInput } from './tables.ts';

/** Cells along the side of an ordinary input, and along that of the largest. */
const CELLS = 48;
const MOST_CELLS = 256;
/** Pixels that are looked at (and held) at once, and tasks that wait at once. */
const PIECE = 1 << 21;
const AT_ONCE = 16;

/** The side of the cells in which inputs are compared: the same for all, or they could not be. */
function cellOf(inputs: readonly PlannedInput[]): number {
  const sides = inputs.flatMap(({ placement: { box } }) => (box ? [[box.x1 - box.x0, box.y1 - box.y0]] : []));
  const least = sides.map((side) => Math.min(...side)).sort((a, b) => a - b);
  const ordinary = Math.floor((least[least.length >> 1] ?? 1) / CELLS);
  const largest = Math.ceil(Math.max(1, ...sides.flat()) / MOST_CELLS);
  return Math.max(4, ordinary, largest);
}

/** A box in pieces that end where cells do. */
function piecesOf({ x0, y0, x1, y1 }: Box, cell: number): Box[] {
  const rows = cell * Math.max(1, Math.floor(PIECE / (x1 - x0) / cell));
  const pieces: Box[] = [];
  for (let y = y0; y < y1; ) {
    const end = Math.min(y1, y - (y % cell) + rows);
    pieces.push({ x0, y0: y, x1, y1: end });
    y = end;
  }
  return pieces;
}

const middleOf = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Pieces that lie on each other, as one. */
function joined(pieces: readonly MosaicSky[]): MosaicSky | undefined {
  const [first] = pieces;
  if (!first) return undefined;
  const variance = middleOf(pieces.flatMap((piece) => piece.variance ?? []));
  const { x0, y0, width } = first;
  return {
    ...{ x0, y0, width },
    height: pieces.reduce((sum, piece) => sum + piece.height, 0),
    medians: Buffer.concat(pieces.map(({ medians }) => medians)),
    ...defined({ variance }),
  };
}

/** Reads all of the inputs' parts of the mosaic once, if weights of inverse variance or backgrounds are wanted. An input that cannot be read is neutral; STATUS reports it. */
export async function measureLevels(
  request: EngineRequest,
  plan: MosaicPlan,
  inputs: readonly PlannedInput[],
  { background, combine, flux }: Pick<MosaicRequest, 'background' | 'combine'> & { readonly flux: boolean },
): Promise<Level[]> {
  const weighed = combine === 'weighted' || combine === 'clipped';
  if (!weighed && background === 'none') return inputs.map(() => ({ weight: 1, offset: 0 }));
  const cell = cellOf(inputs);
  const pieces = inputs.flatMap(({ placement: { box, code } }, at) =>
    box && code === undefined ? piecesOf(box, cell).map((piece) => ({ at, box: piece })) : [],
  );
  const measured = await mapConcurrently(pieces, AT_ONCE, async ({ at, box }) => {
    const input = taskInput(inputs[at] as PlannedInput, 1, box);
    const sky = await request.run(mosaicSkyTask, { frame: plan.frame, input, flux, cell });
    request.stopClock()();
    return { at, sky };
  });
  const parts: MosaicSky[][] = inputs.map(() => []);
  for (const { at, sky } of measured) parts[at]?.push(sky);
  const skies = parts.map(joined);
  const offsets =
    background === 'match'
      ? await request.run(
          mosaicMatchTask,
          skies.map((sky) => sky ?? null),
        )
      : [];
  return skies.map((sky, at) => ({
    weight: weighed && sky?.variance ? 1 / sky.variance : 1,
    offset: offsets[at] ?? 0,
  }));
}
