/**
 * Runs: from a stencil (or a position and a size, or a box, or nothing: the whole image) to a box and the plan of a cutout. Reads no file.
 * Costs: the WCS of the image is set up and the outline of the stencil followed; some 10 µs.
 */
import { native } from '../../addon/addon.ts';
import type { CutoutPlan, CutoutRequest, SizedPlace } from '../../addon/cutout.ts';
import type { Stencil } from '../../base/sky.ts';
import { oneCall } from '../task-kind.ts';

export interface Planning {
  readonly layout: Uint8Array;
  readonly where?: Stencil | SizedPlace;
  readonly request: CutoutRequest & { readonly edge?: 'pad' | 'trim' | 'refuse' };
}

/** Undefined: image and stencil do not overlap. */
export const planTask = oneCall<Planning, CutoutPlan | undefined>({
  kind: 'plan',
  run: ({ layout, request, where }) => native.planCutout(layout, request, where),
});
