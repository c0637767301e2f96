/** Plain FITS files as an archive of their own, which lasts as long as a command needs it. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPERATOR } from '../access/principal.ts';
import { usageError, VignetError } from '../base/errors.ts';
import { ingest } from '../ingest/index.ts';
import { Vignet } from '../products/vignet.ts';
import { isFile } from './dataset.ts';
import { surveyOf } from './describe-option.ts';
import { engineOptions } from './engine-options.ts';
import { printable } from './terminal.ts';

/** Whether words are files; throws VignetError usage CONTRADICTION where some are and some are not. */
export async function areFiles(words: readonly string[]): Promise<boolean> {
  const files = await Promise.all(words.map(isFile));
  if (files.every((file) => file === files[0])) return files[0] ?? false;
  const other = words.find((_, n) => !files[n]);
  throw usageError(
    'CONTRADICTION',
    `expected files, or datasets of an archive, received both; '${other}' is not a file; ingest the files first, or name files only`,
  );
}

const isCannotWrite = (error: unknown): error is VignetError =>
  error instanceof VignetError && error.code === 'CANNOT_WRITE';

/** The archive is nothing that the user knows of. */
function cannotWriteThere(error: VignetError): VignetError {
  const { code = '' } = (error.cause ?? {}) as NodeJS.ErrnoException;
  const detail = `the folder of temporary files, ${printable(tmpdir())}, cannot be written${code && ` (${code})`}; check its free space and rights, or set TMPDIR to another folder`;
  return new VignetError('transient', 'CANNOT_WRITE', detail, { cause: error });
}

/** Calls `use` with an archive of all images in the files, masks and weights beside them included. What
 * cannot be read is said; throws its VignetError if that is all. */
export async function withFiles(
  files: readonly string[],
  describe: string | undefined,
  use: (vignet: Vignet, ids: readonly string[]) => Promise<void>,
): Promise<void> {
  const folder = join(tmpdir(), `vignet-${randomUUID()}`);
  try {
    const labels = { collection: 'file', repo: 'file', ...(await surveyOf(describe)) };
    const { failures } = await ingest(folder, files, { ...labels, seek: false }).catch((error: unknown) => {
      throw isCannotWrite(error) ? cannotWriteThere(error) : error;
    });
    const vignet = await Vignet.open(folder, { engine: engineOptions });
    try {
      const ids: string[] = [];
      for await (const batch of vignet.archive.as(OPERATOR).list()) ids.push(...batch.map(({ id }) => id));
      for (const { path, reason } of failures) {
        if (ids.length === 0) throw new VignetError('data', 'NO_IMAGE', `${path}: ${reason}`);
        console.error(`${path} was left out: ${printable(reason)}`);
      }
      await use(vignet, ids);
    } finally {
      await vignet.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
