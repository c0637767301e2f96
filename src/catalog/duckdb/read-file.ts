/** Tables in files, read by DuckDB: CSV as texts, Parquet with its types. Nothing but the file itself is read. */
import { DuckDBInstance } from '@duckdb/node-api';
import { clip } from '../../base/clip.ts';
import { usageError } from '../../base/errors.ts';
import type { SiteCell, SiteColumn } from '../site-table.ts';

export interface FileTable {
  /** `type` of Parquet; CSV has none. */
  readonly columns: readonly { readonly name: string; readonly type?: SiteColumn['type'] }[];
  /** Rows in the order of the columns; of CSV texts, an empty one being null. */
  readonly rows: AsyncIterable<readonly (readonly SiteCell[])[]>;
}

const CSV = 'read_csv($path, header = true, all_varchar = true, strict_mode = true, auto_detect = true)';
const PARQUET = 'read_parquet($path)';

const WHOLE = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT)$/;
const REAL = /^(FLOAT|DOUBLE|DECIMAL\(.*\))$/;

function typeOf(name: string, type: string): SiteColumn['type'] {
  if (type === 'VARCHAR') return 'char';
  if (WHOLE.test(type)) return 'long';
  if (REAL.test(type)) return 'double';
  throw usageError(
    'BAD_SITE_TABLE',
    `expected text, whole numbers or numbers for column ${clip(name)} of the Parquet file, received ${clip(type)}; write it in another type (times as MJD)`,
  );
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function unreadable(error: unknown): never {
  const [why = ''] = error instanceof Error ? error.message.split('\n') : [];
  throw usageError('BAD_SITE_TABLE', `the file of the table cannot be read: ${clip(why, 200)}`, {
    cause: error,
  });
}

/** The table in a file. Throws VignetError usage BAD_SITE_TABLE. */
export async function readTableFile(path: string, form: 'csv' | 'parquet'): Promise<FileTable> {
  if (/[*?[\]{}]/.test(path))
    throw usageError(
      'BAD_SITE_TABLE',
      'expected a file name without *, ?, [, ], { and } for the table; rename it',
    );
  const source = form === 'csv' ? CSV : PARQUET;
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '512MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const about = await connection
    .runAndReadAll(`DESCRIBE SELECT * FROM ${source}`, { path })
    .catch(unreadable);
  const found = about
    .getRowObjectsJS()
    .map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  const columns =
    form === 'csv'
      ? found.map(({ name }) => ({ name }))
      : found.map(({ name, type }) => ({ name, type: typeOf(name, type) }));
  const list = found
    .map(({ name, type }) => `${quoted(name)}${REAL.test(type) ? '::DOUBLE' : ''}`)
    .join(', ');
  async function* rows() {
    try {
      const result = await connection.stream(`SELECT ${list} FROM ${source}`, { path });
      for await (const batch of result.yieldRowsJs())
        yield batch.map((row) =>
          row.map((cell) => (typeof cell === 'bigint' ? Number(cell) : (cell as SiteCell))),
        );
    } catch (error) {
      unreadable(error);
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }
  return { columns, rows: rows() };
}
