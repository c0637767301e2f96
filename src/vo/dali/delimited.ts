/** Rows as CSV (RFC 4180) and TSV, names of the columns first. */
import type { Column } from '../../base/column.ts';
import { rowsAsText } from '../../base/rows-as-text.ts';
import type { Row, Table } from '../../base/table.ts';
import { cellText } from './cell-text.ts';

export interface Delimiters {
  readonly separator: ',' | '\t';
  readonly lineEnd: '\r\n' | '\n';
}

export const csv: Delimiters = { separator: ',', lineEnd: '\r\n' };
/** With the quotes of CSV: what holds a tab, a quote or the end of a line would be lost without. */
export const tsv: Delimiters = { separator: '\t', lineEnd: '\n' };

/** Quoted where it must be; an empty text is quoted too, for nothing at all is null. */
function quoted(text: string | null): string {
  if (text === null) return '';
  return text === '' || /[",\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function line(columns: readonly Column[], row: Row, { separator, lineEnd }: Delimiters): string {
  return columns.map((column, at) => quoted(cellText(column, row[at]))).join(separator) + lineEnd;
}

/** Throws when the rows fail: the text cannot say so, and must not end as if it were whole. */
export async function* delimited(
  { columns, batches }: Table,
  delimiters: Delimiters,
): AsyncGenerator<string, void, undefined> {
  const { separator, lineEnd } = delimiters;
  yield columns.map(({ name }) => quoted(name)).join(separator) + lineEnd;
  yield* rowsAsText(batches, (row) => line(columns, row, delimiters));
}
