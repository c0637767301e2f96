/** Whether what an ingest is given makes sense, before anything is read. */
import { isAuthority } from '../archive/config.ts';
import { clip } from '../base/clip.ts';
import { isRepoLabel } from '../base/dataset-id.ts';
import { VignetError } from '../base/errors.ts';
import type { IngestOptions } from './options.ts';

/** Throws VignetError usage BAD_COLLECTION, BAD_REPO, BAD_AUTHORITY, BAD_DATE. */
export function checkOptions({ collection, repo, authority, releaseDate }: IngestOptions): void {
  if (collection.trim() === '' || collection.length > 256) {
    throw new VignetError(
      'usage',
      'BAD_COLLECTION',
      `expected 1 to 256 characters for the collection, received ${collection.length}`,
    );
  }
  if (!isRepoLabel(repo)) {
    throw new VignetError(
      'usage',
      'BAD_REPO',
      `expected at most 64 letters, digits, '.', '_' and '-' for the release label, received '${clip(repo)}'`,
    );
  }
  if (authority !== undefined && !isAuthority(authority)) {
    throw new VignetError(
      'usage',
      'BAD_AUTHORITY',
      `expected an IVOA authority (such as example.org), received '${clip(authority)}'`,
    );
  }
  if (releaseDate !== undefined && !/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z?)?$/.test(releaseDate)) {
    throw new VignetError(
      'usage',
      'BAD_DATE',
      `expected YYYY-MM-DD[Thh:mm:ss] for the release date, received '${clip(releaseDate)}'`,
    );
  }
}
