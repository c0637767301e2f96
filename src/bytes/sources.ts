/** From the file records of a dataset to sources that can be read, after a look at gzipped originals. */
import { join } from 'node:path';
import { VignetError } from '../base/errors.ts';
import type { FileSource } from '../base/sources.ts';
import type { FileRecord } from './file-record.ts';
import { stampFile } from './files.ts';
import type { Scratch } from './scratch.ts';

/**
 * Plain files are checked on the open descriptor. Of a gzipped one it is the original that must be unchanged.
 * Throws VignetError data FILE_GONE, FILE_CHANGED; fatal NO_ROOT.
 */
export async function sourcesOf(
  files: readonly FileRecord[],
  roots: Readonly<Record<string, string>>,
  scratch: Scratch,
  signal?: AbortSignal,
): Promise<FileSource[]> {
  const sources: FileSource[] = [];
  for (const file of files) {
    const root = roots[file.root];
    if (root === undefined) {
      throw new VignetError(
        'fatal',
        'NO_ROOT',
        `the archive has no root '${file.root}'; add it to archive.json`,
      );
    }
    if (!file.gzip) {
      sources.push({ root, path: file.path });
      continue;
    }
    const absolute = join(root, file.path);
    const { size, mtimeNs } = await stampFile(absolute);
    if (size !== file.size || String(mtimeNs) !== file.mtimeNs) {
      throw new VignetError(
        'data',
        'FILE_CHANGED',
        'a file of this dataset has changed since it was ingested; ingest it again',
      );
    }
    sources.push(await scratch.inflate(root, file, signal));
  }
  return sources;
}
