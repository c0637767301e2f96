/** From the record of a file to what the addon opens. */
import { VignetError } from '../base/errors.ts';
import type { FileSource } from '../base/sources.ts';
import type { FileRecord } from './file-record.ts';

/** A file, or a member of one, that is read as it is. */
export function sourceOf(root: string, { path, size, member }: FileRecord): FileSource {
  if (!member) return { root, path };
  if (!member.place)
    throw new VignetError('fatal', 'INTERNAL', 'the place of a member of a zip file is not known');
  return { root, path, part: { ...member.place, of: size } };
}
