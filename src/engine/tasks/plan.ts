/**
 * Runs: from a stencil (or a box, or nothing: the whole image) to a box and the plan of a cutout. Reads no file.
 * Costs: the WCS of the image is set up and the outline of the stencil followed; some 10 µs.
 */
import { native } from '../../addon/addon.ts';
import type { CutoutPlan, CutoutRequest } from '../../addon/cutout.ts';
import type { Stencil } from '../../base/sky.ts';
import { oneCall } from '../task-kind.ts';

export interface Planning {
  readonly layout: Uint8Array;
  readonly stencil?: Stencil;
  readonly request: CutoutRequest;
}

/** Undefined: image and stencil do not overlap. */
export const planTask = oneCall<Planning, CutoutPlan | undefined>({
  kind: 'plan',
  run: ({ layout, request, stencil }) => native.planCutout(layout, request, stencil),
});
