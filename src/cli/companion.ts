/** A mask or weight that is named in place of its image: the image is used, and that is said. */
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fileOf, roleOf } from '../ingest/files/companions.ts';
import { meaningWords, walk } from '../ingest/files/walk.ts';
import { surveyOf } from './describe-option.ts';
import { printable } from './terminal.ts';

/** What happens to the image. */
type Done = 'cut' | 'joined' | 'described';

async function fileAt(word: string): Promise<string | undefined> {
  const path = await realpath(word).catch(() => undefined);
  return path !== undefined && (await stat(path)).isFile() ? path : undefined;
}

/** Prints on standard error, of each companion whose image is not named too, of which image it is. */
export async function sayCompanions(
  words: readonly string[],
  done: Done,
  describe: string | undefined,
): Promise<void> {
  const { survey } = await surveyOf(describe);
  const paths = new Set<string>();
  for (const word of words) {
    const path = await fileAt(word);
    if (path !== undefined) paths.add(path);
  }
  for (const path of paths) {
    const companion = basename(path);
    const { is } = fileOf(companion, survey);
    if (is === 'science') continue;
    for await (const found of walk(path, dirname(path), survey)) {
      if ('problem' in found || paths.has(found.candidate.path)) continue;
      const { candidate } = found;
      const role = candidate.companions.some((one) => one.path === path) && roleOf(is);
      const added = done === 'cut' && role ? `--planes IMAGE,${role.toUpperCase()} adds it; ` : '';
      console.error(
        `${printable(companion)} is the ${meaningWords[is]} of ${printable(basename(candidate.path))}, which is ${done}; ${added}with --describe plain it is ${done} by itself`,
      );
    }
  }
}
