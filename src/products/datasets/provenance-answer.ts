/** A provenance in the form that was asked for. */
import type { Batch, Table } from '../../base/table.ts';
import { TABLES } from '../../catalog/tables.ts';
import type { ProvenanceFormat } from '../../vo/datasets/provenance.ts';
import type { Answer } from '../answers/answer.ts';
import { tableForms } from '../tables/forms.ts';
import { TableAnswer } from '../tables/table-answer.ts';
import { provJson } from './prov-json.ts';
import type { Provenance } from './provenance.ts';

const { columns } = TABLES.dataset_input;

/** Rows of a batch. */
const BATCH = 1_000;

function tableOf({ id, direction, depth, more, inputs }: Provenance): Table {
  async function* batches(): AsyncGenerator<Batch> {
    for (let at = 0; at < inputs.length; at += BATCH)
      yield inputs.slice(at, at + BATCH).map((row) => columns.map(({ name }) => row[name]));
  }
  return {
    name: 'provenance',
    description: TABLES.dataset_input.description,
    infos: [
      ['ID', id],
      ['DIRECTION', direction],
      ['DEPTH', String(depth)],
      ['more', String(more)],
    ],
    columns,
    rows: inputs.length,
    batches: batches(),
    overflow: () => false,
  };
}

export function provenanceAnswer(
  provenance: Provenance,
  format: ProvenanceFormat,
): Answer | { readonly contentType: string; readonly content: string } {
  if (format === 'json')
    return { contentType: 'application/json; charset=utf-8', content: `${JSON.stringify(provenance)}\n` };
  if (format === 'prov-json')
    return { contentType: 'application/json; charset=utf-8', content: provJson(provenance) };
  return new TableAnswer(tableOf(provenance), tableForms[format], { name: 'provenance' });
}
