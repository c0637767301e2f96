/** A table as its file has it, with the types, units and descriptions that it or `--columns` states. Nothing is inferred from values. */
import { clip } from '../../base/clip.ts';
import { usageError } from '../../base/errors.ts';
import { readTableFile } from '../../catalog/open.ts';
import type { SiteCell, SiteColumn, SiteRow } from '../../catalog/site-table.ts';
import type { ColumnsFile } from './columns.ts';

/** What a reader of some form gives: cells as text, or already of their types. */
export interface RawTable {
  readonly description?: string | undefined;
  readonly columns: readonly (Pick<SiteColumn, 'name'> & Partial<SiteColumn>)[];
  readonly rows: AsyncIterable<readonly (readonly SiteCell[])[]>;
}

export interface SiteSource {
  readonly description: string;
  readonly columns: readonly SiteColumn[];
  readonly rows: AsyncIterable<readonly SiteRow[]>;
}

/** A CSV or Parquet file by its name. Throws VignetError usage BAD_SITE_TABLE. */
export async function rawTable(path: string): Promise<RawTable> {
  return readTableFile(path, /\.(parquet|pq)$/i.test(path) ? 'parquet' : 'csv');
}

/** Names are those of the catalog in lower case. Throws VignetError usage BAD_SITE_TABLE for a column whose type nobody states. */
export function siteSource(raw: RawTable, given: ColumnsFile | undefined): SiteSource {
  const said = new Map(given?.columns.map((column) => [column.name.toLowerCase(), column]));
  const columns = raw.columns.map((own): SiteColumn => {
    const name = own.name.toLowerCase();
    const { type, ...other } = { ...own, ...said.get(name) };
    said.delete(name);
    if (type === undefined)
      throw usageError(
        'BAD_SITE_TABLE',
        `expected the type of column ${clip(name)} in --columns, received none`,
      );
    // Types that are none are refused where the table is checked.
    return { ...other, name, type, description: other.description ?? '' };
  });
  const [missing] = said.keys();
  if (missing !== undefined)
    throw usageError(
      'BAD_SITE_TABLE',
      `expected column ${clip(missing)} of --columns in the table, received none`,
    );
  const description = given?.description ?? raw.description ?? '';
  return { description, columns, rows: typedRows(raw.rows, columns) };
}

async function* typedRows(rows: RawTable['rows'], columns: readonly SiteColumn[]): AsyncGenerator<SiteRow[]> {
  let number = 0;
  for await (const batch of rows)
    yield batch.map((row) => {
      number += 1;
      const cells = columns.map((column, n) => [column.name, cellOf(row[n] ?? null, column, number)]);
      return Object.fromEntries(cells) as SiteRow;
    });
}

function cellOf(cell: SiteCell, { name, type }: SiteColumn, row: number): SiteCell {
  if (cell === null) return null;
  if (type === 'char') return String(cell);
  const text = String(cell).trim();
  if (text === '' || text.toLowerCase() === 'nan') return null;
  const number = Number(text);
  if (type === 'long' ? Number.isSafeInteger(number) : !Number.isNaN(number)) return number;
  const expected = type === 'long' ? 'a whole number' : 'a number';
  throw usageError(
    'BAD_SITE_TABLE',
    `expected ${expected} for column ${name} in row ${row} of the table, received '${clip(String(cell))}'`,
  );
}
