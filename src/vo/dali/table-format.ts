/** RESPONSEFORMAT of tables: a media type (RFC 9110) or a short name (DALI 1.1, 3.4.3). */
import { MIMEType } from 'node:util';
import { badValue } from './parameter.ts';

export const tableFormats = ['votable', 'binary2', 'csv', 'tsv', 'fits', 'jsonl', 'parquet'] as const;
export type TableFormat = (typeof tableFormats)[number];

/** The media type that an answer of each format has. */
export const tableMediaTypes: Readonly<Record<TableFormat, string>> = {
  votable: 'application/x-votable+xml',
  binary2: 'application/x-votable+xml;serialization=BINARY2',
  csv: 'text/csv;charset=utf-8;header=present',
  tsv: 'text/tab-separated-values;charset=utf-8',
  fits: 'application/fits',
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

const names: Readonly<Record<string, TableFormat>> = {
  'votable/td': 'votable',
  'votable/b2': 'binary2',
  json: 'jsonl',
  ndjson: 'jsonl',
};

const types: Readonly<Record<string, TableFormat>> = {
  'application/x-votable+xml': 'votable',
  'text/xml': 'votable',
  'text/csv': 'csv',
  'text/tab-separated-values': 'tsv',
  'application/fits': 'fits',
  'application/x-ndjson': 'jsonl',
  'application/jsonl': 'jsonl',
  'application/vnd.apache.parquet': 'parquet',
};

const shape = `expected one of ${tableFormats.join(', ')} or one of ${Object.keys(types).join(', ')}`;

function ofType(type: MIMEType): TableFormat | undefined {
  const format = types[type.essence];
  const params = [...type.params].map(([name, value]) => `${name}=${value.toLowerCase()}`);
  const known = params.every(
    (param) => param === 'charset=utf-8' || allowed[format ?? 'fits']?.includes(param),
  );
  if (!known) return undefined;
  return format === 'votable' && params.includes('serialization=binary2') ? 'binary2' : format;
}

/** Parameters of media types that change nothing, or choose what is offered. */
const allowed: Readonly<Partial<Record<TableFormat, readonly string[]>>> = {
  votable: ['serialization=tabledata', 'serialization=binary2'],
  csv: ['header=present'],
  tsv: ['header=present'],
};

/**
 * The format, and the media type of the answer: the one that was asked for. Short names and media types compare without regard to case.
 * Throws VignetError usage BAD_VALUE.
 */
export function parseTableFormat(text: string): { readonly format: TableFormat; readonly mediaType: string } {
  const trimmed = text.trim().toLowerCase();
  const short = tableFormats.find((format) => format === trimmed) ?? names[trimmed];
  if (short) return { format: short, mediaType: tableMediaTypes[short] };
  let type: MIMEType;
  try {
    type = new MIMEType(text.trim());
  } catch {
    throw badValue('RESPONSEFORMAT', text, shape);
  }
  const format = ofType(type);
  if (!format) throw badValue('RESPONSEFORMAT', text, shape);
  const usual = tableMediaTypes[format];
  return { format, mediaType: usual.startsWith(type.essence) ? usual : type.essence };
}
