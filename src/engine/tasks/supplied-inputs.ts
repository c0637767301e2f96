/** The inputs of a mosaic's task on their way to a thread. */
import type { AddonSource } from '../../addon/sources.ts';
import type { Source } from '../../base/sources.ts';
import type { Supply } from '../task-kind.ts';

type Input<S> = { readonly sources: readonly S[] };

export function suppliedInputs<I extends Input<Source>>(
  inputs: readonly I[],
  supply: Supply,
): (Omit<I, 'sources'> & Input<AddonSource>)[] {
  return inputs.map((input) => ({ ...input, sources: input.sources.map(supply) }));
}
