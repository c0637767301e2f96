/**
 * catalog.publish: 1,000 rows more in an archive of 10⁷ (10⁵ with --quick), from rows in memory until readers may open the generation, synced.
 * The peer is one COPY of 1,000 rows into the table of PostgreSQL with as many rows, which syncs nothing.
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { currentGeneration, generationPath } from '../src/archive/generation.ts';
import { PackWriter } from '../src/archive/pack-writer.ts';
import { openCatalog } from '../src/catalog/open.ts';
import type { Claim } from './support/claim.ts';
import { entries, LAYOUTS, publishRows, rowsOf, skyArchive } from './support/sky-archive.ts';
import { copyMore, skyPostgres } from './support/sky-postgres.ts';

const ROWS = 1000;

const claim: Claim = {
  name: 'catalog.publish',
  peerName: 'PostgreSQL 15, pgSphere, GiST: COPY',
  pair: async (context, quick) => {
    const rows = rowsOf(context);
    const made = await entries(context);
    const { folder } = await skyArchive(context, made, rows);
    const current = await openCatalog(generationPath(folder, currentGeneration(folder)));
    const [end, held] = [await current.packEnd(), await current.count({ op: 'true' })];
    current.close();
    const packs = await PackWriter.open(join(folder, 'packs'), end);
    const peer = await skyPostgres(rows, LAYOUTS, made.encoded);
    const [mine, other]: [number[], number[]] = [[], []];
    for (let n = 0, at = held; n < (quick ? 5 : 10); n++, at += ROWS) {
      const start = performance.now();
      await publishRows(folder, made, [at, at + ROWS, rows], packs);
      const middle = performance.now();
      await copyMore(peer.url, [at, at + ROWS, rows]);
      mine.push((middle - start) / 1000);
      other.push((performance.now() - middle) / 1000);
    }
    await packs.close();
    await peer.close();
    // The other claims are about an archive of so many rows.
    rmSync(folder, { recursive: true });
    const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
    return {
      ours: { n: mine.length, seconds: mean(mine), min: Math.min(...mine), max: Math.max(...mine) },
      peer: { n: other.length, seconds: mean(other) },
      notes: `${ROWS} rows into ${rows}`,
    };
  },
};
export default claim;
