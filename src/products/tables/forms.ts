/** All the ways in which a table is written. */

import { csv, delimited, tsv } from '../../vo/dali/delimited.ts';
import { type TableFormat, tableMediaTypes } from '../../vo/dali/table-format.ts';
import { votable } from '../../vo/dali/votable.ts';
import { fitsForm } from './fits-form.ts';
import { streamedForm, type TableForm, textForm } from './form.ts';
import { jsonLines } from './json-lines.ts';
import { parquet } from './parquet.ts';

const silent = (format: TableFormat, ending: string) => ({
  contentType: tableMediaTypes[format],
  ending,
  reportsFailure: false,
});
const reporting = (format: TableFormat) => ({ ...silent(format, 'vot'), reportsFailure: true });

export const tableForms: Readonly<Record<TableFormat, TableForm>> = {
  votable: textForm(reporting('votable'), (table, { reason }) => votable(table, 'TABLEDATA', reason)),
  binary2: textForm(reporting('binary2'), (table, { reason }) => votable(table, 'BINARY2', reason)),
  csv: textForm(silent('csv', 'csv'), (table) => delimited(table, csv)),
  tsv: textForm(silent('tsv', 'tsv'), (table) => delimited(table, tsv)),
  fits: fitsForm,
  jsonl: textForm(silent('jsonl', 'jsonl'), jsonLines),
  parquet: streamedForm(silent('parquet', 'parquet'), parquet),
};
