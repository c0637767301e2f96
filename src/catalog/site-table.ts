/** Tables that a site brings, such as a log of the telescope: their columns are theirs, their names and types are checked here. */
import { clip } from '../base/clip.ts';
import type { Column } from '../base/column.ts';
import { usageError } from '../base/errors.ts';
import { meets } from './evaluate.ts';
import type { Predicate } from './predicate.ts';
import { type RowOf, rowFor, TABLES, type Table } from './tables.ts';

/** Single values: text, whole numbers of 64 bits, or numbers. */
export type SiteColumn = Pick<Column, 'name' | 'description' | 'unit' | 'ucd' | 'utype' | 'xtype'> & {
  readonly type: 'char' | 'long' | 'double';
};

export type SiteCell = string | number | null;
export type SiteRow = Readonly<Record<string, SiteCell>>;

/**
 * A table that a site brings.
 * @example
 * ```ts
 * import type { SiteTable } from 'vignet';
 *
 * const unitsOf = ({ columns }: SiteTable) => columns.map(({ name, unit }) => `${name} [${unit ?? ''}]`);
 * ```
 */
export interface SiteTable {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly SiteColumn[];
  /** As of datasets: `public`, `secure` or `proprietary`, when it becomes public, and whose it is until then. */
  readonly dataRights: string;
  readonly releaseDate: string | null;
  readonly owner: string | null;
  readonly group: string | null;
}

const MOST_COLUMNS = 1000;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const TYPES = ['char', 'long', 'double'];
/** Columns that an engine adds. */
const RESERVED = ['gen_from', 'gen_to'];

/** Throws VignetError usage BAD_TABLE_NAME, BAD_SITE_TABLE. */
export function checkSiteTable(table: SiteTable): SiteTable {
  if (!NAME.test(table.name) || Object.hasOwn(TABLES, table.name))
    throw usageError(
      'BAD_TABLE_NAME',
      `expected at most 40 lower-case letters, digits and '_' that name none of the catalog's own tables for the table, received '${clip(table.name)}'`,
    );
  const { length } = table.columns;
  if (length === 0 || length > MOST_COLUMNS)
    throw usageError(
      'BAD_SITE_TABLE',
      `expected 1 to ${MOST_COLUMNS} columns for the table, received ${length}`,
    );
  const names = new Set<string>();
  for (const { name, type } of table.columns) {
    if (!NAME.test(name) || RESERVED.includes(name) || names.has(name))
      throw usageError(
        'BAD_SITE_TABLE',
        `expected different names of at most 40 lower-case letters, digits and '_' for the columns, received '${clip(name)}'`,
      );
    if (!TYPES.includes(type))
      throw usageError(
        'BAD_SITE_TABLE',
        `expected char, long or double for the type of column ${name}, received '${clip(String(type))}'`,
      );
    names.add(name);
  }
  return table;
}

/** As the engines hold it. */
export function storedTable(stored: string, { description, columns }: SiteTable): Table {
  return { name: stored, description, columns, key: [] };
}

export function registryRow(stored: string, table: SiteTable): RowOf<'site_table'> {
  const { name, description, columns, dataRights, releaseDate, owner, group } = table;
  return rowFor('site_table', {
    ...{ name, stored, description, columns: JSON.stringify(columns), owner, grp: group },
    data_rights: dataRights,
    obs_release_date: releaseDate,
  });
}

export function tableOfRow(row: RowOf<'site_table'>): SiteTable & { readonly stored: string } {
  const { name, stored, description, owner, grp: group } = row;
  return {
    ...{ name, stored, description, owner, group },
    // Written by `registryRow`.
    columns: JSON.parse(row.columns) as SiteColumn[],
    dataRights: row.data_rights,
    releaseDate: row.obs_release_date,
  };
}

/**
 * Whether a policy lets a table be read: as a dataset of type `table`, with the rights of the table and nothing else. What a policy asks of
 * other tables is not answered for it.
 */
export function mayReadTable(
  { dataRights, releaseDate, owner, group }: SiteTable,
  mayRead: Predicate,
): boolean {
  const row = {
    ...{ dataset_type: 'table', data_rights: dataRights, obs_release_date: releaseDate },
    ...{ owner, grp: group },
  };
  return meets(row, mayRead) === true;
}
