/** What names sources on its way to a thread. */
import type { AddonSource } from '../../addon/sources.ts';
import type { Source } from '../../base/sources.ts';
import type { Supply } from '../task-kind.ts';

type Input<S> = { readonly sources: readonly S[] };

export const suppliedInput =
  (supply: Supply) =>
  <I extends Input<Source>>(input: I): Omit<I, 'sources'> & Input<AddonSource> => ({
    ...input,
    sources: input.sources.map(supply),
  });
