/** `vignet ingest --table`: a table of the site, from CSV, Parquet or VOTable. */
import { readFile, stat } from 'node:fs/promises';
import { clip } from '../base/clip.ts';
import { count } from '../base/count.ts';
import { usageError } from '../base/errors.ts';
import type { SiteColumn } from '../catalog/site-table.ts';
import { readColumns } from '../ingest/site/columns.ts';
import { ingestTable, type TableOptions } from '../ingest/site/ingest-table.ts';
import { type RawTable, rawTable, siteSource } from '../ingest/site/source.ts';
import { readVotable, type VotableField } from '../vo/dali/votable-read.ts';

/** It is read whole. */
const MOST_VOTABLE_BYTES = 256 * 2 ** 20;

const TYPES: Readonly<Record<string, SiteColumn['type']>> = {
  char: 'char',
  unicodeChar: 'char',
  unsignedByte: 'long',
  short: 'long',
  int: 'long',
  long: 'long',
  float: 'double',
  double: 'double',
};

function columnOf({ name, datatype = '', arraysize, unit, ucd, utype, xtype, description }: VotableField) {
  const type = TYPES[datatype];
  if (type === undefined || (type !== 'char' && arraysize !== undefined && arraysize !== '1'))
    throw usageError(
      'BAD_SITE_TABLE',
      `expected text or single numbers for column ${clip(name)} of the VOTable, received ${clip(datatype)}[${clip(arraysize ?? '')}]`,
    );
  const about = Object.entries({ unit, ucd, utype, xtype, description }).filter(
    ([, value]) => value !== undefined,
  );
  return { name, type, ...Object.fromEntries(about) };
}

async function votable(path: string): Promise<RawTable> {
  const { size } = await stat(path);
  if (size > MOST_VOTABLE_BYTES)
    throw usageError(
      'BAD_SITE_TABLE',
      `expected at most ${MOST_VOTABLE_BYTES / 2 ** 20} MiB for a VOTable, received ${Math.ceil(size / 2 ** 20)}; write it as Parquet`,
    );
  const { fields, rows } = readVotable(await readFile(path, 'utf8'), '--table');
  async function* batches() {
    yield rows.map((row) => row.map((cell) => (cell === '' ? null : cell)));
  }
  return { columns: fields.map(columnOf), rows: batches() };
}

/** Throws VignetError usage BAD_SITE_TABLE, BAD_TABLE_NAME, NOTHING_TO_INGEST. */
export async function ingestSiteTable(
  archive: string,
  paths: readonly string[],
  columns: string | undefined,
  options: TableOptions,
): Promise<string> {
  const [path, ...others] = paths;
  if (path === undefined || others.length > 0)
    throw usageError('NOTHING_TO_INGEST', `expected one file for --table, received ${paths.length}`);
  const raw = await (/\.(vot|votable|xml)$/i.test(path) ? votable(path) : rawTable(path));
  const given = columns === undefined ? undefined : await readColumns(columns);
  const { rows, generation } = await ingestTable(archive, siteSource(raw, given), options);
  return `${count(rows, 'row')} in table ${options.name} (generation ${generation})`;
}
