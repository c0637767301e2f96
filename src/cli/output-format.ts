/** The format of an answer by the suffix of its file. */
import { extname } from 'node:path';
import { usageError } from '../base/errors.ts';
import { printable } from './terminal.ts';

/** Media types by suffix. Files of other suffixes may hold anything. */
const suffixes: Readonly<Record<string, string>> = {
  ...{ fits: 'application/fits', fit: 'application/fits', fts: 'application/fits', fz: 'application/fits' },
  ...{ png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', webp: 'image/webp' },
  ...{ vot: 'application/x-votable+xml', xml: 'application/x-votable+xml' },
};

interface Formats {
  /** Names of formats, and the media type of each. */
  readonly types: Readonly<Record<string, string>>;
  /** The name of the format that a text asks for. Throws VignetError usage BAD_VALUE. */
  readonly parse: (text: string) => string;
}

/** Suffixes of files that are compressed as a whole, which no answer is. */
const packed: readonly string[] = ['gz', 'bz2', 'xz', 'zst', 'z', 'zip'];

/** Throws VignetError usage CONTRADICTION for the name of a file that is compressed as a whole; `instead` says what to do. */
export function refusePacked(output: string, instead: string): void {
  if (!packed.includes(extname(output).slice(1).toLowerCase())) return;
  throw usageError(
    'CONTRADICTION',
    `expected a file that is not compressed as a whole for --output, received ${printable(output)}; ${instead}`,
  );
}

/** Forms of FITS have a type of their own behind it. */
const plain = (type: string | undefined) => type?.split(';', 1)[0];

/**
 * The flags with the format that the suffix of --output stands for, where --format is absent. Throws VignetError usage
 * CONTRADICTION where both are there and differ, or where there is no such format.
 */
export function withFormat<Flags extends { readonly output?: string | undefined; readonly format?: unknown }>(
  flags: Flags,
  { types, parse }: Formats,
): Flags {
  const { output = '' } = flags;
  const format = String(flags.format).toLowerCase() === 'jpg' ? 'jpeg' : flags.format;
  const suffix = extname(output).slice(1).toLowerCase();
  refusePacked(
    output,
    'write .fits and compress it afterwards, or where there is --compress use it for tile compression (.fits.fz)',
  );
  const type = suffixes[suffix];
  if (type === undefined) return { ...flags, format };
  const given = format === undefined ? undefined : parse(String(format));
  const named = given === undefined ? Object.values(types) : [types[given]];
  if (named.some((one) => plain(one) === type)) return { ...flags, format: format ?? type };
  const expected = given ?? `one of ${Object.keys(types).join(', ')}`;
  throw usageError(
    'CONTRADICTION',
    `expected a file for --output whose suffix is that of the format (${expected}), received ${printable(output)}; change --output or --format`,
  );
}
