/** Writes VOTable 1.4: one results resource with one table, in pieces so that no large text is held. */
import { isText } from '../../base/cells.ts';
import type { Column } from '../../base/column.ts';
import { rowsAsText } from '../../base/rows-as-text.ts';
import type { Batch, Row, Table } from '../../base/table.ts';
import { binary2 } from './binary2.ts';
import { cellText } from './cell-text.ts';
import { attribute, fieldElement, systemElements } from './votable-field.ts';
import { escapeXml } from './xml.ts';

/** How the rows are written: as elements, or as bytes in base64. */
export type Serialization = 'TABLEDATA' | 'BINARY2';

const info = (name: string, value: string, content?: string) =>
  `<INFO${attribute('name', name)}${attribute('value', value)}${content === undefined ? '/>' : `>${escapeXml(content)}</INFO>`}\n`;

/** Astropy before 7 reads texts of BINARY2 that have a largest length as if all had it. */
const unbounded = (column: Column) => (isText(column) ? '*' : undefined);

/** All that comes before the data. */
export function votableHead(
  { name, description, infos, columns }: Omit<Table, 'batches' | 'rows' | 'overflow'>,
  serialization: Serialization = 'TABLEDATA',
): string {
  const arraysize = serialization === 'BINARY2' ? unbounded : () => undefined;
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n' +
    '<RESOURCE type="results">\n' +
    info('QUERY_STATUS', 'OK') +
    infos.map(([key, value]) => info(key, value)).join('') +
    systemElements(columns) +
    `<TABLE${attribute('name', name)}>\n<DESCRIPTION>${escapeXml(description)}</DESCRIPTION>\n` +
    columns.map((column) => fieldElement(column, arraysize(column))).join('')
  );
}

/** All that comes after the data: what went wrong, or that rows were left out, where DALI wants it. */
export function votableTail(overflow: boolean, failure?: string): string {
  const status =
    failure !== undefined
      ? info('QUERY_STATUS', 'ERROR', failure)
      : overflow
        ? info('QUERY_STATUS', 'OVERFLOW')
        : '';
  return `</TABLE>\n${status}</RESOURCE>\n</VOTABLE>\n`;
}

/** Null, and text without a character, is an empty cell. */
function rowElement(columns: readonly Column[], row: Row): string {
  let cells = '';
  columns.forEach((column, at) => {
    const text = cellText(column, row[at]);
    cells += text === null || text === '' ? '<TD/>' : `<TD>${isText(column) ? escapeXml(text) : text}</TD>`;
  });
  return `<TR>${cells}</TR>\n`;
}

const tabledata = (columns: readonly Column[], batches: AsyncIterable<Batch>) =>
  rowsAsText(batches, (row) => rowElement(columns, row));

const wrappers = {
  TABLEDATA: ['<DATA>\n<TABLEDATA>\n', '</TABLEDATA>\n</DATA>\n', tabledata],
  BINARY2: ['<DATA>\n<BINARY2>\n<STREAM encoding="base64">\n', '</STREAM>\n</BINARY2>\n</DATA>\n', binary2],
} as const;

/**
 * The whole document, piece by piece. When the rows fail it still ends well-formed, with `reason(error)` in a trailing QUERY_STATUS ERROR as
 * DALI 1.1 (4.4.2) wants it, and then throws that error: whoever writes it knows that the document is whole and its rows are not.
 */
export async function* votable(
  table: Table,
  serialization: Serialization = 'TABLEDATA',
  reason: (error: unknown) => string = String,
): AsyncGenerator<string, void, undefined> {
  const [before, after, rows] = wrappers[serialization];
  yield votableHead(table, serialization) + before;
  let failure: { error: unknown } | undefined;
  try {
    yield* rows(table.columns, table.batches);
  } catch (error) {
    failure = { error };
  }
  yield after + votableTail(table.overflow(), failure && reason(failure.error));
  if (failure) throw failure.error;
}
