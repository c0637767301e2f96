/** What `--columns` says of a table's columns, as JSON. */
import { readFile } from 'node:fs/promises';
import { clip } from '../../base/clip.ts';
import { usageError } from '../../base/errors.ts';
import type { SiteColumn } from '../../catalog/site-table.ts';

export interface ColumnsFile {
  readonly description?: string;
  readonly columns: readonly (Pick<SiteColumn, 'name'> & Partial<SiteColumn>)[];
}

const TEXTS = ['type', 'unit', 'ucd', 'utype', 'xtype', 'description'] as const;

function bad(why: string) {
  return usageError(
    'BAD_SITE_TABLE',
    `expected {"columns": [{"name", "type", …}]} for --columns, received ${why}`,
  );
}

/** Throws VignetError usage BAD_SITE_TABLE. */
export async function readColumns(path: string): Promise<ColumnsFile> {
  let value: { description?: unknown; columns?: unknown } | null;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    throw bad('a file that cannot be read or is not JSON');
  }
  const { description, columns } = value ?? {};
  if (!Array.isArray(columns)) throw bad('no list of columns');
  const list = columns.map((column: unknown) => columnOf(column));
  return { columns: list, ...(typeof description === 'string' && { description }) };
}

function columnOf(value: unknown): ColumnsFile['columns'][number] {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { name } = given;
  if (typeof name !== 'string') throw bad('a column without name');
  const texts = TEXTS.flatMap((key) => {
    const text = given[key];
    if (text === undefined) return [];
    if (typeof text !== 'string') throw bad(`${key} of column ${clip(name)} as another value than text`);
    return [[key, text]];
  });
  return { name, ...Object.fromEntries(texts) };
}
