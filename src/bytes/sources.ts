/** From the file records of a dataset to sources that can be read, after a look at gzipped originals. */
import { join } from 'node:path';
import { VignetError } from '../base/errors.ts';
import type { FileSource } from '../base/sources.ts';
import { type FileRecord, isAsIngested } from './file-record.ts';
import { sourceOf } from './file-source.ts';
import { stampFile } from './files.ts';
import { folderOf } from './roots.ts';
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
    const root = folderOf(file.root, roots);
    if (!file.gzip) {
      sources.push(sourceOf(root, file));
      continue;
    }
    if (!isAsIngested(await stampFile(join(root, file.path)), file)) {
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
