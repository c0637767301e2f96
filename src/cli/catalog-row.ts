/** A row of the catalog for people. */
import type { ListedDataset } from '../archive/dataset-search.ts';
import { COLUMNS } from '../catalog/schema.ts';
import { printable, shortened } from './terminal.ts';

/** Where things lie inside the archive, and what is said elsewhere. */
const hidden = [
  'uuid',
  'repo',
  'root',
  'hdu',
  'stamps',
  'planes',
  'pack',
  'pack_offset',
  'pack_length',
  'footprint',
];
const LONGEST = 100;

/** What is known of a dataset, a line for each column that has a value: name, value, unit. */
export function rowLines(row: ListedDataset): string[] {
  const values = row as unknown as Readonly<Record<string, unknown>>;
  const shown = COLUMNS.filter(({ name }) => {
    const value = values[name];
    return !hidden.includes(name) && value !== null && value !== undefined && value !== '' && value !== '[]';
  });
  const width = Math.max(...shown.map(({ name }) => name.length));
  return shown.map((column) => {
    const value = shortened(printable(String(values[column.name])), LONGEST);
    const unit = 'unit' in column && column.unit ? ` ${column.unit}` : '';
    return `  ${column.name.padEnd(width)}  ${value}${unit}`;
  });
}
