/** Data IDs that a run has twice: the database forbids it, unless it is damaged or was made by something else. */
import { VignetError } from '../../../base/errors.ts';
import { nameOf } from '../facts.ts';
import type { ButlerDataset } from '../registry/datasets.ts';
import { wordOf } from '../registry/row.ts';
import type { ButlerFault } from './check.ts';

/** `pages`: of one type and collection after another, each in the order of its data IDs. */
export async function* repeatedDataIds(
  pages: AsyncIterable<readonly ButlerDataset[]>,
): AsyncGenerator<ButlerFault, void, undefined> {
  let before: { readonly key: string; readonly uuid: string } | undefined;
  for await (const page of pages) {
    for (const dataset of page) {
      const { type, runKey, uuid, dataId, problem } = dataset;
      const key = problem ? uuid : wordOf([type.key, runKey, Object.entries(dataId).sort()]);
      if (before?.key === key && before.uuid !== uuid)
        yield {
          part: 'dataset',
          uuid,
          path: nameOf(dataset),
          error: new VignetError(
            'data',
            'DUPLICATE_DATASET',
            `expected one dataset of a type and data ID in a run, received ${before.uuid} and ${uuid}; restore the registry from a backup`,
          ),
        };
      before = { key, uuid };
    }
  }
}
