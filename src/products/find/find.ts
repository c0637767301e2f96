/** Datasets that meet conditions, as a table: one row each, in order of collection, type, time and UUID. */
import type { ListedDataset } from '../../archive/dataset-search.ts';
import type { ArchiveView } from '../../archive/view.ts';
import type { Column } from '../../base/column.ts';
import type { Batch, Cell, Table } from '../../base/table.ts';
import { SERVED_COLUMNS } from '../../catalog/obscore.ts';
import type { FindRequest } from '../../vo/find/request.ts';
import { SHOWN_COLUMNS } from '../select/columns.ts';
import { findWhere } from './where.ts';

const [publisherDid] = SERVED_COLUMNS;

/** The publisher ID, then what the catalog has. */
const columns: readonly Column[] = [publisherDid, ...SHOWN_COLUMNS];

const rowOf = (dataset: ListedDataset): Cell[] => [
  dataset.id,
  ...SHOWN_COLUMNS.map(({ name }) => dataset[name]),
];

/** What is found, in batches. Leaving the loop ends the query. */
export async function* findDatasets(
  view: ArchiveView,
  request: FindRequest,
): AsyncGenerator<ListedDataset[], void, undefined> {
  const where = findWhere(await view.census(), request);
  let left = request.maxRec ?? Number.POSITIVE_INFINITY;
  for await (const batch of view.list({ where, regions: request.regions })) {
    yield left < batch.length ? batch.slice(0, left) : batch;
    left -= batch.length;
    if (left < 0) return;
  }
}

/** The same as a table, with all columns of the catalog but those of storage. */
export function findTable(view: ArchiveView, request: FindRequest): Table {
  let rows = 0;
  const most = request.maxRec ?? Number.POSITIVE_INFINITY;
  async function* batches(): AsyncGenerator<Batch> {
    // One more than is given says whether there are more.
    for await (const batch of findDatasets(view, { ...request, maxRec: most + 1 })) {
      const given = batch.slice(0, Math.max(0, most - rows));
      rows += batch.length;
      if (given.length > 0) yield given.map(rowOf);
    }
  }
  return {
    name: 'datasets',
    description: 'Datasets of the archive (ObsCore 1.1 and more)',
    infos: [],
    columns,
    batches: batches(),
    overflow: () => rows > most,
  };
}
