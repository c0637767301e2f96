/** YAML files of a Butler, as PyYAML reads them (YAML 1.1), within limits: such a file may come from anybody. */
import { open, stat } from 'node:fs/promises';
import { type ParsedNode, parseDocument } from 'yaml';
import { VignetError } from '../../base/errors.ts';
import { codeOf } from '../../bytes/files.ts';

/** A mapping of a configuration. */
export type Tree = { readonly [key: string]: unknown };

/** The file that `!include name` stands for. */
export class Include {
  constructor(readonly names: unknown) {}
}

/** No configuration of a Butler is larger. */
const MAX_BYTES = 2 ** 20;
const MAX_ALIASES = 100;

const INCLUDE = {
  tag: '!include',
  resolve: (name: string) => new Include(name),
};
const INCLUDES = (['seq', 'map'] as const).map((collection) => ({
  tag: '!include',
  collection,
  resolve: (node: unknown) => new Include((node as ParsedNode).toJSON()),
}));

export const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Include);

export const badButler = (detail: string, options?: ErrorOptions): VignetError =>
  new VignetError('data', 'BAD_BUTLER', detail, options);

/** The value of a YAML text; `name` is how messages call it. Throws VignetError data BAD_BUTLER. */
export function parseYaml(text: string, name: string): unknown {
  try {
    const document = parseDocument(text, {
      version: '1.1',
      customTags: [INCLUDE, ...INCLUDES],
      logLevel: 'error',
      prettyErrors: false,
    });
    const [first] = document.errors;
    if (first) throw first;
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw badButler(`expected YAML for ${name}, received another text; correct it`, { cause });
  }
}

/**
 * The text of a small regular file; undefined when it does not exist. Throws VignetError data BAD_BUTLER for one that is too large or
 * cannot be read.
 */
export async function readSmallFile(path: string, name: string): Promise<string | undefined> {
  try {
    // First what kind of file it is: a pipe would block when opened.
    const { size, isRegular } = await stat(path).then((found) => ({ ...found, isRegular: found.isFile() }));
    if (!isRegular || size > MAX_BYTES)
      throw badButler(`expected a file of at most ${MAX_BYTES} bytes for ${name}, received another one`);
    const file = await open(path, 'r');
    try {
      const bytes = Buffer.alloc(MAX_BYTES + 1);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return bytes.toString('utf8', 0, Math.min(bytesRead, MAX_BYTES));
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof VignetError) throw cause;
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw badButler(`${name} cannot be read (${codeOf(cause)}); check its permissions`, { cause });
  }
}
