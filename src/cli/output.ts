/** Where a command may write: over an existing file only with --force, and never over a file that it reads. */
import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Option } from 'commander';
import { OPERATOR } from '../access/principal.ts';
import type { Archive } from '../archive/archive.ts';
import { usageError } from '../base/errors.ts';
import { withoutMember } from '../bytes/file-record.ts';
import { printable } from './terminal.ts';

export const forceOption = () => new Option('--force', 'overwrite an existing file (never an input)');

/** The same file by another path, link or case has the same device and number. */
async function identityOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino}`;
}

/** Whether one of `inputs` is the file at `path`. */
async function isOneOf(path: string, inputs: Iterable<string> | AsyncIterable<string>): Promise<boolean> {
  const identity = await identityOf(path);
  if (identity === undefined) return false;
  for await (const input of inputs) if ((await identityOf(input)) === identity) return true;
  return false;
}

/** Every file that the archive has datasets of, and the masks and weights beside them. */
export async function* filesOf(archive: Archive): AsyncGenerator<string> {
  for await (const piece of archive.as(OPERATOR).list()) {
    for (const { absolutePath, path, companions } of piece) {
      yield withoutMember(absolutePath);
      const root = absolutePath.slice(0, absolutePath.length - path.length);
      for (const companion of JSON.parse(companions) as readonly string[])
        yield withoutMember(join(root, companion));
    }
  }
}

/** A rename would put a file in the place of a device or of a link. Throws VignetError usage BAD_OUTPUT. */
async function refuseSpecial(output: string): Promise<void> {
  const found = await lstat(output).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  const what = found.isSymbolicLink() ? 'a symbolic link' : found.isDirectory() ? 'a folder' : 'a device';
  const detail = `expected the name of a file for --output, received ${what} (${printable(output)}); name a file, or use - for standard output`;
  throw usageError('BAD_OUTPUT', detail);
}

/**
 * Throws VignetError usage OUTPUT_EXISTS when `output` is there and `force` does not say to write over it, OUTPUT_IS_INPUT when it is a
 * file that is read, with `force` too, BAD_OUTPUT when it is there and no file.
 */
export async function checkOutput(
  output: string,
  force: boolean,
  inputs: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  if (output === '-') return;
  if ((await identityOf(output)) === undefined) return refuseSpecial(output);
  const name = printable(output);
  if (await isOneOf(output, inputs)) {
    const detail = `expected a file other than the inputs for --output, received ${name}, which is read; name another file`;
    throw usageError('OUTPUT_IS_INPUT', detail);
  }
  if (!force) {
    const detail = `expected a file that does not exist for --output, received ${name}; name another, or write over it with --force`;
    throw usageError('OUTPUT_EXISTS', detail);
  }
  await refuseSpecial(output);
}
