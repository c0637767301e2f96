/** A provenance in the form that was asked for. */
import type { Column } from '../../base/column.ts';
import type { Batch, Cell, Table } from '../../base/table.ts';
import { TABLES } from '../../catalog/tables.ts';
import type { ProvenanceFormat } from '../../vo/datasets/provenance.ts';
import type { Answer } from '../answers/answer.ts';
import { tableForms } from '../tables/forms.ts';
import { TableAnswer } from '../tables/table-answer.ts';
import { provJson } from './prov-json.ts';
import type { Provenance } from './provenance.ts';

/** Inputs, and beside them calibrations that could apply, which are in no place of a list. */
const columns: readonly Column[] = [
  ...TABLES.dataset_input.columns.map((column) =>
    column.name === 'position' ? { ...column, required: false } : column,
  ),
  {
    name: 'use',
    type: 'char',
    description:
      'used: an input; applicable: a calibration that could apply by its validity, and is not said to be used',
    ucd: 'meta.code',
    required: true,
  },
];

/** Rows of a batch. */
const BATCH = 1_000;

function rowsOf({ datasets: [first], inputs, calibrations }: Provenance): Record<string, Cell>[] {
  const applicable = new Map(
    calibrations.filter(({ use }) => use === 'applicable').map((one) => [one.uuid, one]),
  );
  return [
    ...inputs.map((row) => ({ ...row, use: 'used' })),
    ...[...applicable.values()].map(({ uuid, dataset_type: type, use }) => ({
      ...{ output: first?.uuid ?? null, input: uuid, role: type, named: uuid, input_type: type, use },
    })),
  ];
}

function tableOf(provenance: Provenance): Table {
  const { id, direction, depth, more } = provenance;
  const rows = rowsOf(provenance);
  async function* batches(): AsyncGenerator<Batch> {
    for (let at = 0; at < rows.length; at += BATCH)
      yield rows.slice(at, at + BATCH).map((row) => columns.map(({ name }) => row[name] ?? null));
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
    rows: rows.length,
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
