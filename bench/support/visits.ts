/** Many full-size visit images, for claims about stacks: simulated ones, and copies of them on blocks of their own. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { simulate } from '../../src/simulate/index.ts';
import type { BenchContext } from './claim.ts';

/** Different visits; everything else is a copy of one of them. */
const ORIGINALS = 8;
/** All files have this modification time, so that copies share the layout of their original. Seconds since 1970. */
const TIME = 1_000_000_000;

export interface Visits {
  /** Absolute; `files` lie below. Copy `i` is of original `i % originals`, whose files come first. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly originals: number;
}

async function originals(folder: string): Promise<readonly string[]> {
  const find = () =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.fits'))
          .sort()
      : [];
  if (find().length < ORIGINALS) {
    await simulate({
      out: folder,
      preset: 'bench',
      visits: ORIGINALS,
      bands: ['r'],
      types: ['visit_image'],
      fullSize: 0,
    });
  }
  return find().slice(0, ORIGINALS);
}

/** 400 files of 25 MB, or 40 when quick; made once, below .vignet/bench. */
export async function visitFiles({ root, quick }: BenchContext): Promise<Visits> {
  const folder = join(root, '.vignet/bench/visits');
  mkdirSync(join(folder, 'copies'), { recursive: true });
  const first = await originals(join(folder, 'originals'));
  const files = Array.from({ length: quick ? 40 : 400 }, (_, i) => {
    const name = `copies/${String(i).padStart(3, '0')}.fits`;
    const path = join(folder, name);
    if (!existsSync(path)) {
      copyFileSync(join(folder, 'originals', first[i % first.length] ?? ''), `${path}.part`);
      utimesSync(`${path}.part`, TIME, TIME);
      renameSync(`${path}.part`, path);
    }
    return name;
  });
  return { folder, files, originals: first.length };
}
