/** `vignet ls --tables`: the tables of a catalog beside its datasets, with their columns. */
import type { ArchiveView } from '../archive/view.ts';
import type { Column } from '../base/column.ts';
import { TABLES } from '../catalog/tables.ts';
import { printable, table } from './terminal.ts';

interface Listed {
  readonly name: string;
  readonly description: string;
  /** `site`: brought by `vignet ingest --table`. */
  readonly origin: 'catalog' | 'site';
  readonly columns: readonly Column[];
}

async function listed(view: ArchiveView): Promise<Listed[]> {
  const { site_table: _, ...own } = TABLES;
  const site = await view.siteTables();
  return [
    ...Object.values(own).map((one) => ({ ...one, origin: 'catalog' as const })),
    ...site.map((one) => ({ ...one, origin: 'site' as const })),
  ];
}

/** Lines to be printed: with `json` an object per table, else a line per column of tables of the site, and one per table. */
export async function tableLines(view: ArchiveView, json: boolean): Promise<string> {
  const tables = await listed(view);
  if (json)
    return tables
      .map(({ name, description, origin, columns }) => JSON.stringify({ name, description, origin, columns }))
      .join('\n');
  const rows = tables.map(({ name, origin, columns, description }) => [
    name,
    origin,
    String(columns.length),
    description,
  ]);
  const ofSite = tables
    .filter(({ origin }) => origin === 'site')
    .flatMap(({ name, columns }) =>
      columns.map((column) => [
        `${name}.${column.name}`,
        column.type,
        column.unit ?? '-',
        column.description,
      ]),
    );
  const parts = [
    table([['table', 'origin', 'columns', 'description'], ...rows.map((row) => row.map(printable))]),
  ];
  if (ofSite.length > 0)
    parts.push(
      '',
      table([['column', 'type', 'unit', 'description'], ...ofSite.map((row) => row.map(printable))]),
    );
  return parts.join('\n');
}
