/** How much a mosaic costs, before any of it is done. docs/mosaics.md says how near that comes. */
import type { MosaicPlan, Resampling } from '../../addon/mosaic.ts';
import { VignetError } from '../../base/errors.ts';
import type { MosaicRequest } from '../../vo/mosaic/request.ts';
import type { Limits } from '../limits.ts';
import type { PlannedInput } from './tables.ts';

/** Pixels that one thread decodes in a second. */
const DECODED = 150e6;
/** Pixels that one thread combines in a second. */
const COMBINED = 25e6;
/** Pixels of the mosaic that one thread resamples in a second. */
const RESAMPLED: Readonly<Record<Resampling['kernel'], number>> = {
  nearest: 40e6,
  bilinear: 35e6,
  lanczos3: 25e6,
  lanczos4: 20e6,
  exact: 6e6,
};
/** Pixels of an input that `exact` shares out in a second. */
const SHARED = 40e6;
/** Where inputs own pixels, the rectangles that hold what they own overlap: by no more than this, all together. */
const OVERLAP = 2;

export type Asked = Pick<MosaicRequest, 'resample' | 'combine' | 'background'>;

/** Seconds of one thread. Each plane of a streamed mosaic is computed by itself. */
export function workOf(
  { frame, planes, decodedPixels }: MosaicPlan,
  inputs: readonly PlannedInput[],
  { resample, combine, background }: Asked,
): number {
  const area = (some: readonly PlannedInput[]) =>
    some.reduce((sum, { placement: { box } }) => sum + (box ? (box.x1 - box.x0) * (box.y1 - box.y0) : 0), 0);
  const resampled = area(inputs.filter(({ placement }) => !placement.shift));
  const pixels = combine ? resampled : Math.min(resampled, OVERLAP * frame.width * frame.height);
  const read = decodedPixels / Math.max(1, planes.length);
  const shared = resample === 'exact' && pixels > 0 ? read / SHARED : 0;
  const pass = pixels / RESAMPLED[resample] + shared + (combine ? area(inputs) / COMBINED : 0);
  const matched = background === 'match' ? read / DECODED : 0;
  return decodedPixels / DECODED + planes.length * pass + matched;
}

/** Throws usage TOO_LARGE, naming the limit and what was asked for. */
export function checkWork(seconds: number, { maxWorkSeconds }: Pick<Limits, 'maxWorkSeconds'>): void {
  if (seconds <= maxWorkSeconds) return;
  const detail = `the mosaic would take some ${seconds.toPrecision(2)} s of one processor, the limit maxWorkSeconds is ${maxWorkSeconds}; ask for a smaller region, larger pixels, another RESAMPLE or fewer planes`;
  throw new VignetError('usage', 'TOO_LARGE', detail);
}
